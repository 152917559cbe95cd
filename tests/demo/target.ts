/** The Monlight that a demo sends to, and asking it. */
import { parseArgs } from "node:util";

export interface Target {
  readonly url: string;
  /** Read again at each attempt: `deno task start` makes it. */
  key(): Promise<string | null>;
}

/** Why Monlight did not take something, when asking again does not help. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/**
 * `--url` or `MONLIGHT_URL` is its address, http://localhost:5010 unless given; `--api-key` or `MONLIGHT_API_KEY` its
 * key, that of `deno task start` in `DATA_DIR/api-key` unless given.
 */
export function targetOf(args: readonly string[]): Target {
  const { values } = parseArgs({
    args: [...args],
    options: { url: { type: "string" }, "api-key": { type: "string" } },
  });
  const given = values["api-key"] ?? Deno.env.get("MONLIGHT_API_KEY");
  const path = `${Deno.env.get("DATA_DIR") ?? "./data"}/api-key`;
  const url = values.url ?? Deno.env.get("MONLIGHT_URL") ?? "http://localhost:5010";
  return {
    url: url.replace(/\/$/, ""),
    key: async () => given ?? (await Deno.readTextFile(path).catch(() => null))?.trim() ?? null,
  };
}

/** The answer to a request; null when it has to be tried again. Throws when that does not help. */
export async function ask(
  target: Target,
  path: string,
  init: RequestInit = {},
): Promise<Response | null> {
  const key = await target.key();
  if (key === null) return null;
  const headers = { "X-API-Key": key, "Content-Type": "application/json" };
  const response = await fetch(target.url + path, { ...init, headers }).catch(() => null);
  if (response === null || response.ok) return response;
  const text = await response.text();
  if (response.status === 429 || response.status === 503) return null;
  throw new RefusedError(`${target.url} answered ${response.status}: ${text}`);
}

export function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import { SECOND } from "../core/clock.ts";
import { describeError } from "../core/failure.ts";
import { LIMITS } from "../core/relay/model.ts";
import { CommandError } from "./databases.ts";
import { formatBytes } from "./output.ts";

/** Where maps go, and for what. */
export interface Target {
  /** The relay's address. */
  readonly url: string;
  readonly key: string;
  readonly project: string;
  readonly release: string;
}

/** No upload can succeed: wrong key, no relay at the address. The message says why. */
export class NoRelayError extends CommandError {}

const ATTEMPTS = 5;
/** After the first attempt; each wait is twice the one before. */
const FIRST_WAIT_MS = SECOND / 4;
/** What a server may ask to wait at most. */
const MAX_WAIT_MS = 60 * SECOND;
const TIMEOUT_MS = 60 * SECOND;
/** Answers that a later attempt may change: too slow, too many requests, and the server's own faults. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/** The body of an upload. Throws a `CommandError` when the relay would not take it for its size. */
export function uploadBody({ project, release }: Target, fileUrl: string, map: string): Uint8Array {
  const fields = { project, release, file_url: fileUrl, map_content: map };
  const body = new TextEncoder().encode(JSON.stringify(fields));
  if (body.length > LIMITS.uploadBytes) {
    throw new CommandError(
      `too large: ${formatBytes(body.length)} to send, the relay takes ` +
        `${formatBytes(LIMITS.uploadBytes)}; split the bundle, or leave \`sourcesContent\` out`,
    );
  }
  return body;
}

/**
 * Uploads a map; tries again where that can help. Throws a `CommandError` that says why it failed, a
 * `NoRelayError` when no other can be uploaded either.
 */
export async function sendMap({ url, key }: Target, body: Uint8Array): Promise<void> {
  for (let attempt = 1;; attempt++) {
    const answer = await post(`${url}/api/source-maps`, key, body);
    if (answer.kind === "done") return;
    if (answer.kind === "refused") throw new CommandError(answer.why);
    if (answer.kind === "hopeless") throw new NoRelayError(answer.why);
    if (attempt === ATTEMPTS) {
      const error = `${answer.why} (tried ${ATTEMPTS} times)`;
      throw answer.isReached ? new CommandError(error) : new NoRelayError(error);
    }
    const wait = answer.waitMs ?? FIRST_WAIT_MS * 2 ** (attempt - 1);
    await new Promise((resolve) => setTimeout(resolve, Math.min(wait, MAX_WAIT_MS)));
  }
}

type Answer =
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "hopeless"; readonly why: string }
  | {
    readonly kind: "passing";
    readonly why: string;
    readonly isReached: boolean;
    /** What the server asks to wait. */
    readonly waitMs: number | null;
  };

async function post(address: string, key: string, body: Uint8Array): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { "X-API-Key": key, "Content-Type": "application/json" },
      body: new Uint8Array(body),
      // The key must not follow to another server.
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    const why = `${address} did not answer: ${describeError(error)}`;
    return { kind: "passing", why, isReached: false, waitMs: null };
  }
  if (response.ok) return { kind: "done" };
  const { status } = response;
  const why = `${address} answered ${status}: ${detailOf(text)}`;
  if (PASSING.has(status)) {
    return { kind: "passing", why, isReached: true, waitMs: retryAfterMs(response) };
  }
  // What is wrong with this map, the others need not have.
  return status === 400 || status === 413 ? { kind: "refused", why } : { kind: "hopeless", why };
}

function retryAfterMs({ headers }: Response): number | null {
  const seconds = Number(headers.get("Retry-After") ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * SECOND : null;
}

/** The sentence of an answer, without what a terminal would take for commands. */
function detailOf(text: string): string {
  const detail = /"detail":\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  const sentence = detail === undefined ? text : String(JSON.parse(detail));
  return sentence.replace(/[\p{Cc}\s]+/gu, " ").trim().slice(0, 300);
}

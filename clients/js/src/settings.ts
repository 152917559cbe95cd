import { cut } from "./plain.ts";
import type { MonlightOptions } from "./types.ts";

const MAX_NAME = 100;

/** Options that were understood. */
export interface Settings {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly key: string;
  readonly release: string | undefined;
  readonly environment: string;
  readonly sampleRate: number;
  readonly debug: boolean;
  readonly captureConsole: boolean;
  readonly beforeSend: MonlightOptions["beforeSend"];
}

/**
 * Understands options. Throws an `Error` whose message says which is wrong and how it should be.
 *
 * @param page address of the page, which a relative endpoint starts from
 * @param script address of the script, "" if that is not known: the relay is looked for where it came from
 */
export function readOptions(options: MonlightOptions, page: string, script: string): Settings {
  const { key, address } = readDsn(options.dsn);
  const { sampleRate = 1, beforeSend } = options;
  if (!(sampleRate >= 0 && sampleRate <= 1)) {
    throw new Error(`sampleRate must be a number from 0 to 1, not ${String(sampleRate)}`);
  }
  return {
    endpoint: readEndpoint(options.endpoint ?? address ?? new URL(script || page).origin, page),
    key,
    release: cut(String(options.release ?? ""), MAX_NAME) || undefined,
    environment: cut(String(options.environment || "production"), MAX_NAME),
    sampleRate,
    debug: options.debug === true,
    captureConsole: options.captureConsole === true,
    beforeSend: typeof beforeSend === "function" ? beforeSend : undefined,
  };
}

function readDsn(dsn: unknown): { readonly key: string; readonly address?: string } {
  const text = typeof dsn === "string" ? dsn.trim() : "";
  if (text.includes("://")) {
    const { username, protocol, host, pathname } = new URL(text);
    if (username) {
      return { key: username, address: `${protocol}//${host}${pathname}` };
    }
  } else if (text) {
    return { key: text };
  }
  throw new Error("dsn must be the public key of a project, or https://KEY@host");
}

function readEndpoint(endpoint: string, page: string): string {
  const { protocol, host, pathname } = new URL(endpoint, page);
  if (!/^https?:$/.test(protocol)) {
    throw new Error(`endpoint must be an http or https address, not ${endpoint}`);
  }
  return `${protocol}//${host}${pathname}`.replace(/\/+$/, "");
}

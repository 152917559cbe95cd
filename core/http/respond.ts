/** The only place where status codes are chosen. */
import { Failure, type FailureCode } from "../failure.ts";

const STATUS: Readonly<Record<FailureCode, number>> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  upstream_failed: 502,
  unavailable: 503,
};

export const OK = 200;
export const CREATED = 201;
export const ACCEPTED = 202;
const NO_CONTENT = 204;
const SEE_OTHER = 303;
const INTERNAL = 500;

const JSON_TYPE = "application/json; charset=utf-8";

/** A compact JSON answer. */
export function json(value: unknown, status = OK): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": JSON_TYPE } });
}

/** An answer that says all with its headers. */
export function noContent(): Response {
  return new Response(null, { status: NO_CONTENT });
}

/** Plain text of some kind. */
export function text(body: string, type: string): Response {
  return new Response(body, { status: OK, headers: { "content-type": type } });
}

/** A file to keep, sent as it is made; `type` is its media type without parameters. */
export function download(
  body: ReadableStream<Uint8Array>,
  file: { readonly type: string; readonly fileName: string },
): Response {
  return new Response(body, {
    status: OK,
    headers: {
      "content-type": `${file.type}; charset=utf-8`,
      "content-disposition": `attachment; filename="${file.fileName}"`,
      "cache-control": "no-store",
    },
  });
}

/** An HTML page. Pages show private data, so nothing on the way may keep them. */
export function html(body: string, status = OK, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      ...headers,
    },
  });
}

/** Sends a browser on, after a form. */
export function redirect(location: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: SEE_OTHER, headers: { location, ...headers } });
}

/**
 * What another server's status means to who asked it: it did as asked; it will never take this, so sending it
 * again is in vain; it is not the server that was meant, or the key is wrong; it met a fault of its own, maybe
 * over this alone; or it cannot now.
 */
export type UpstreamVerdict = "done" | "refused" | "misconfigured" | "failed" | "unavailable";

export function upstreamVerdict(status: number): UpstreamVerdict {
  if (status >= 200 && status < 300) return "done";
  if (REFUSALS.has(status)) return "refused";
  if (status === INTERNAL) return "failed";
  if (status >= 500 || MOMENTARY.has(status)) return "unavailable";
  return "misconfigured";
}

/** What was sent is at fault. */
const REFUSALS: ReadonlySet<number> = new Set([STATUS.invalid, STATUS.too_large, 422]);
/** The moment is. */
const MOMENTARY: ReadonlySet<number> = new Set([STATUS.timeout, STATUS.rate_limited, 425]);

/** What went wrong, as the client is told. */
export interface FailureAnswer {
  readonly status: number;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Fields beside `detail`. */
  readonly fields: Readonly<Record<string, number>>;
}

/** Turns anything thrown into its answer; what is not a Failure is ours and says nothing of itself. */
export function failureAnswer(error: unknown): FailureAnswer {
  if (!(error instanceof Failure)) {
    return { status: INTERNAL, detail: "Internal server error", headers: {}, fields: {} };
  }
  const { retryAfterSeconds, allow, closeConnection } = error.hints;
  const headers: Record<string, string> = {};
  const fields: Record<string, number> = {};
  if (retryAfterSeconds !== undefined) {
    headers["retry-after"] = String(retryAfterSeconds);
    fields.retry_after = retryAfterSeconds;
  }
  if (allow) headers.allow = allow.join(", ");
  if (closeConnection) headers.connection = "close";
  return { status: STATUS[error.code], detail: error.detail, headers, fields };
}

/** The JSON body of a failure: `{"detail": …}` and what belongs to it. */
export function failureJson({ status, detail, headers, fields }: FailureAnswer): Response {
  return new Response(JSON.stringify({ detail, ...fields }), {
    status,
    headers: { "content-type": JSON_TYPE, ...headers },
  });
}

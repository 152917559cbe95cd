/** Why an operation was refused or could not be done, for code to act on. */
export type FailureCode =
  | "invalid"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "timeout"
  | "conflict"
  | "too_large"
  | "rate_limited"
  | "upstream_failed"
  | "unavailable";

/** What some failures tell the client beside the sentence. */
export interface FailureHints {
  /** Whole seconds after which a retry can succeed. */
  readonly retryAfterSeconds?: number;
  /** Methods that the path does know. */
  readonly allow?: readonly string[];
  /** Whether the rest of the request was left unread, so that the connection must close. */
  readonly closeConnection?: boolean;
}

/**
 * A failure that the caller can act on. `detail` is a sentence for people and is sent to them;
 * anything that is not a `Failure` is a bug of ours and is only logged.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;
  readonly detail: string;
  readonly hints: FailureHints;

  constructor(code: FailureCode, detail: string, hints: FailureHints = {}, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.detail = detail;
    this.hints = hints;
  }
}

/** Says in one line what an unknown thrown value is, for logs. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.name}: ${error.message}${reasonOfFetch(error)}`;
}

/** Of a `fetch` that failed: why, which it has as its cause; without the address, which may hold a password. */
function reasonOfFetch({ message, cause }: Error): string {
  if (message !== "fetch failed" || !(cause instanceof Error)) return "";
  const where = /^error sending request for url \(.*?\): (client error \(\w+\): )?/;
  return `: ${cause.message.replace(where, "")}`;
}

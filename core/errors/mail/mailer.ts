/** What sends mail, and how sending fails. */

/** One mail, the same for each of its recipients. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A way to send mail. */
export interface Mailer {
  readonly by: "postmark" | "smtp";
  /** Everyone who gets alerts. */
  readonly recipients: readonly string[];
  /** Hands the mail over for one recipient. Throws a `MailError`, or the signal's reason once that aborts. */
  send(mail: Mail, recipient: string, signal: AbortSignal): Promise<void>;
  /** Goes as far as it can without sending anything: connects, and shows who it is. Throws a `MailError`. */
  check(): Promise<void>;
}

/** What a failure to send means for further attempts. */
export interface MailErrorKind {
  /** Whether the same mail would be refused again. */
  readonly permanent: boolean;
  /** Whether other mails would fail now as well, because it is not about this mail or recipient. */
  readonly everyMail: boolean;
}

/** A mail was not sent. The message is fit for logs: it holds no secret. */
export class MailError extends Error {
  override readonly name = "MailError";
  readonly permanent: boolean;
  readonly everyMail: boolean;

  constructor(message: string, kind: MailErrorKind) {
    super(message);
    this.permanent = kind.permanent;
    this.everyMail = kind.everyMail;
  }
}

/** Milliseconds that a mail server has for each answer. */
export const ANSWER_TIMEOUT_MS = 10_000;

/** A text fit for a header: line breaks and other control characters become one blank each run. */
export function headerText(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

const REASON_LENGTH = 300;

/** What a server said, for logs: one line, not long, without the secrets. */
export function quoteReply(reply: string, secrets: readonly string[]): string {
  let line = headerText(reply).trim();
  for (const secret of secrets) line = line.replaceAll(secret, "[secret]");
  return line.length > REASON_LENGTH ? line.slice(0, REASON_LENGTH).toWellFormed() + "…" : line;
}

/** Thrown by `withDeadline` when the time is up. */
export class DeadlinePassed extends Error {
  override readonly name = "DeadlinePassed";
}

/**
 * Runs `work` with a signal that aborts when `signal` does or after `ms`. Throws the reason of
 * `signal`, `DeadlinePassed`, or what `work` threw.
 */
export async function withDeadline<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const abort = new AbortController();
  const onAbort = () => abort.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(() => abort.abort(new DeadlinePassed(`no answer in ${ms} ms`)), ms);
  try {
    return await work(abort.signal);
  } catch (error) {
    // Whoever was interrupted throws errors of its own kind; the reason says it truly.
    abort.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

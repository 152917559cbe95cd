import type { NodemailerError, SMTPTransportOptions } from "nodemailer";
import {
  ANSWER_TIMEOUT_MS,
  DeadlinePassed,
  headerText,
  type Mailer,
  MailError,
  type MailErrorKind,
  quoteReply,
  withDeadline,
} from "./mailer.ts";

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  /**
   * Whether TLS is spoken from the start, as on port 465 unless said here. Otherwise the connection
   * is upgraded by STARTTLS where the server offers it.
   */
  readonly implicitTls?: boolean;
  readonly credentials: { readonly username: string; readonly password: string } | null;
  /** The sender: an address, or `Name <address>`. */
  readonly from: string;
  readonly recipients: readonly string[];
  /** Milliseconds for the connection and for each answer. */
  readonly timeoutMs?: number;
  /** Certificates (PEM) to trust instead of the usual authorities. */
  readonly trustedCertificates?: readonly string[];
}

const IMPLICIT_TLS_PORT = 465;

/** A server that answers in time each time, but only just, is given up after this many timeouts. */
const TIMEOUTS_A_MAIL = 3;

/**
 * Sends by a mail server, a connection for each mail. Certificates are verified wherever TLS is
 * spoken; without TLS a password goes to this very machine only.
 */
export function smtpMailer(options: SmtpOptions): Mailer {
  const { timeoutMs = ANSWER_TIMEOUT_MS, recipients } = options;
  const transport = transportOptions(options, timeoutMs);
  const secrets = secretsOf(options.credentials);

  return {
    by: "smtp",
    recipients,
    async send(mail, recipient, signal) {
      // Loaded with the first mail: it costs 10 MB, which most processes never need.
      const { createTransport } = await import("nodemailer");
      const message = {
        from: options.from,
        // As an object, so that nothing in the address is read as a list of addresses.
        to: { name: "", address: recipient },
        subject: headerText(mail.subject),
        text: mail.text,
        html: mail.html,
        // Keeps out-of-office replies away (RFC 3834).
        headers: { "Auto-Submitted": "auto-generated" },
      };
      try {
        await withDeadline(timeoutMs * TIMEOUTS_A_MAIL, signal, async (both) => {
          await createTransport(transport).sendMail({ ...message, signal: both });
        });
      } catch (error) {
        if (signal.aborted) throw error;
        throw mailError(error, options, timeoutMs, secrets);
      }
    },
    async check() {
      const { createTransport } = await import("nodemailer");
      try {
        // Greeting, EHLO, STARTTLS and AUTH, then QUIT.
        await createTransport(transport).verify();
      } catch (error) {
        throw mailError(error, options, timeoutMs, secrets);
      }
    },
  };
}

function transportOptions(options: SmtpOptions, timeoutMs: number): SMTPTransportOptions {
  const { host, port, credentials, trustedCertificates } = options;
  const { implicitTls: secure = port === IMPLICIT_TLS_PORT } = options;
  return {
    host,
    port,
    secure,
    requireTLS: credentials !== null && !secure && !isLoopback(host),
    ...(credentials && { auth: { user: credentials.username, pass: credentials.password } }),
    // A server that wants no login is a mistake in the settings, better told than passed over.
    forceAuth: credentials !== null,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // The mail is accepted or it failed: nothing is left to wait for.
    socketCloseTimeout: 0,
    tls: { ...(trustedCertificates && { ca: [...trustedCertificates] }) },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Whether a host is this machine by its name or number, so that nobody can listen on the way. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

/** The password in the forms in which a server may repeat what it was sent. */
function secretsOf(credentials: SmtpOptions["credentials"]): readonly string[] {
  if (credentials === null) return [];
  const { username, password } = credentials;
  const base64 = (text: string) => new TextEncoder().encode(text).toBase64();
  return [base64(`\0${username}\0${password}`), base64(password), password];
}

function mailError(
  error: unknown,
  options: SmtpOptions,
  timeoutMs: number,
  secrets: readonly string[],
): MailError {
  const server = `the mail server ${options.host}:${options.port}`;
  const unanswered = `${server} did not answer within ${timeoutMs / 1000} s`;
  const passing = { permanent: false, everyMail: true };
  if (error instanceof DeadlinePassed) return new MailError(unanswered, passing);
  if (!isNodemailerError(error)) {
    return new MailError(quoteReply(`${server}: ${String(error)}`, secrets), passing);
  }
  if (error.code === "ETIMEDOUT") return new MailError(unanswered, passing);
  if (error.code === "ETLS" && error.command === "STARTTLS" && error.responseCode !== undefined) {
    const why = options.credentials === null
      ? `${server} offers TLS but does not start it`
      : `${server} offers no TLS, and a password is not sent there in plain text`;
    return new MailError(why, { permanent: true, everyMail: true });
  }
  return new MailError(`${server}: ${quoteReply(reasonOf(error), secrets)}`, kindOf(error));
}

/** The message of an error; of one that sums up several (a name with several addresses), theirs. */
function reasonOf(error: Error): string {
  if (error.message !== "" || !(error instanceof AggregateError)) return error.message;
  return [...new Set(error.errors.map((one) => one instanceof Error ? one.message : String(one)))]
    .join("; ");
}

function isNodemailerError(error: unknown): error is NodemailerError {
  return error instanceof Error && "code" in error;
}

/** What an SMTP failure says of further attempts (RFC 5321, 4.2.1: replies 5yz stand, 4yz pass). */
function kindOf(error: NodemailerError): MailErrorKind {
  // The server is about to close, whatever it was asked.
  if (error.responseCode === 421) return { permanent: false, everyMail: true };
  switch (error.code) {
    case "EAUTH":
      return { permanent: error.permanent ?? true, everyMail: true };
    case "EENVELOPE":
    case "EMESSAGE":
      // Without a reply it is the library that refused: the mail is too large, an address is wrong.
      return { permanent: error.permanent ?? true, everyMail: false };
    default:
      // The connection, its encryption, the name, or a greeting that turns us away.
      return { permanent: false, everyMail: true };
  }
}

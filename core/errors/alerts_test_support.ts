/** What the tests of alerts stand on: the real store and a real mail server. */
import { HOUR, isoTime, MINUTE } from "../clock.ts";
import { createLogger } from "../logger.ts";
import { type SmtpListenerOptions, startSmtpListener } from "../../tests/support/smtp_listener.ts";
import { REPORT } from "../../tests/support/sample_report.ts";
import { createAlerts } from "./alerts.ts";
import type { MailSetup } from "./mail/from_settings.ts";
import { smtpMailer } from "./mail/smtp.ts";
import { openErrorStore } from "./sqlite_store.ts";
import type { AlertQueue } from "./store.ts";

export const START = Date.parse("2026-11-20T17:31:00.000Z");
export const TEAM = ["ann@example.com", "bob@example.com", "cem@example.com"];
export const [ANN, BOB, CEM] = TEAM;
export const BURST = 10;

export function smtpTo(
  port: number,
  recipients: readonly string[] = TEAM,
  timeoutMs = 5000,
): MailSetup {
  const from = "monlight@example.com";
  return {
    mailer: smtpMailer({ host: "127.0.0.1", port, credentials: null, from, recipients, timeoutMs }),
  };
}

/** A real queue in a real database, a clock to turn, and what was logged. */
export async function startBench() {
  const directory = await Deno.makeTempDir();
  const lines: Record<string, unknown>[] = [];
  const clock = {
    ms: START,
    now: () => clock.ms,
  };
  const logger = createLogger({
    service: "errors",
    level: "INFO",
    clock,
    write: (line) => lines.push(JSON.parse(line)),
  });
  const store = openErrorStore({
    path: `${directory}/errors.db`,
    alerts: { enabled: true, onReopen: true, burst: BURST, windowMs: 10 * MINUTE },
    logger,
  });
  lines.length = 0;

  return {
    store,
    clock,
    warnings: () => lines.filter((line) => line.level === "WARN"),
    /** Alerts on this queue, or on one that stands before it. */
    alerts: (mail: MailSetup, queue: AlertQueue = store) =>
      createAlerts({ queue, mail, baseUrl: "https://monlight.example.com", clock, logger }),
    /** Records reports of as many new groups. */
    async report(...messages: readonly string[]) {
      const recorded = await store.recordOccurrences(messages.map((message) => ({
        report: { ...REPORT, message, traceback: "" },
        fingerprint: message,
        fingerprintVersion: 1,
        location: null,
        receivedAt: isoTime(clock.ms),
      })));
      return recorded.map(({ id }) => id);
    },
    /** How many single alerts are owed, if not at once. */
    async owed() {
      return (await store.dueAlerts(isoTime(clock.ms + 365 * 24 * HOUR), 1000)).length;
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

export const forever = () => new AbortController().signal;

/** The same with a mail server; `came` tells subject and recipient of each mail that it got. */
export async function startBenchWithSmtp(options?: SmtpListenerOptions) {
  const stack = new AsyncDisposableStack();
  const bench = stack.use(await startBench());
  const smtp = stack.use(await startSmtpListener(options));
  return {
    ...bench,
    smtp,
    came: () =>
      smtp.mails.map(({ subject, recipients }) =>
        `${subject?.replace("[shop] ValueError: ", "")} → ${recipients}`
      ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

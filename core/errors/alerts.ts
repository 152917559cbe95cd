import { type Clock, HOUR, isoTime, MINUTE, SECOND } from "../clock.ts";
import { describeError, Failure } from "../failure.ts";
import type { LogFields, Logger } from "../logger.ts";
import { InOrder } from "../turns.ts";
import { alertMail, digestMail, sampleMail } from "./alert_mail.ts";
import type { MailSetup } from "./mail/from_settings.ts";
import { type Mail, MailError } from "./mail/mailer.ts";
import type { AlertQueue } from "./store.ts";

/** How long after each failed attempt the next one comes, in ms; after the last it is given up. */
const RETRY_DELAYS = [30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR];

/** Single alerts taken from the queue at a time. */
const BATCH = 20;

export interface AlertsOptions {
  readonly queue: AlertQueue;
  /** Where mails go; without a mailer nothing is sent, in silence. */
  readonly mail: MailSetup;
  /** Address of the web interface, without a slash at its end. */
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told how many recipients an alert was given up for. */
  readonly onGivenUp?: (recipients: number) => void;
}

/** Sends what the queue owes. Only one mail is under way at any time. */
export interface Alerts {
  /**
   * One pass over what is due: single alerts, then the digest. A pass ends at the first failure that
   * other mails would meet too (the server is down, or slow); what it leaves is due in the next one.
   * Mails are sent at least once: twice when the process dies right after one was accepted.
   */
  deliver(signal: AbortSignal): Promise<void>;
  /**
   * Starts sending a sample alert to everyone, unless one is under way; the log tells how it went.
   * Throws an `unavailable` Failure that names the missing setting.
   */
  sendTest(): void;
  /** Aborts a sample alert under way and waits; passes end by their own signal. */
  close(): Promise<void>;
}

/** Mail that is owed. */
interface Owed {
  /** The alerts it settles. */
  readonly ids: readonly number[];
  readonly mail: Mail;
  /** Earlier attempts that failed. */
  readonly attempts: number;
  /** Who has not got it yet. */
  readonly recipients: readonly string[];
  /** Says in logs what it is about. */
  readonly about: LogFields;
}

/** How sending one mail to several recipients went. */
interface Outcome {
  /** Who gets it in another attempt. */
  readonly retry: readonly string[];
  /** Whether other mails may get through now. */
  readonly goOn: boolean;
}

export function createAlerts(options: AlertsOptions): Alerts {
  const { queue, mail: setup, baseUrl, clock, logger, onGivenUp = () => {} } = options;
  const mailer = "mailer" in setup ? setup.mailer : null;
  const receipts = new Receipts();
  const closing = new AbortController();
  const order = new InOrder();
  let test: Promise<void> | undefined;

  const pass = async (signal: AbortSignal) => {
    for (const { id, attempts, ...alert } of await queue.dueAlerts(isoTime(clock.now()), BATCH)) {
      const { project, id: error_id } = alert.group;
      const goOn = await settle({
        ids: [id],
        mail: alertMail(alert, baseUrl),
        attempts,
        recipients: open([id], alert.recipients),
        about: { error_id, project },
      }, signal);
      if (!goOn) return;
    }
    const digest = await queue.dueDigest(isoTime(clock.now()));
    if (!digest || signal.aborted) return;
    const { ids, attempts, recipients, total } = digest;
    await settle({
      ids,
      mail: digestMail(digest, baseUrl),
      attempts,
      recipients: open(ids, recipients),
      about: { digest_of: total },
    }, signal);
  };

  /** Who is to get what is still owed to `recipients` (null: everyone). */
  const open = (ids: readonly number[], recipients: readonly string[] | null) =>
    (recipients ?? mailer?.recipients ?? []).filter((one) =>
      mailer?.recipients.includes(one) && !receipts.has(ids, one)
    );

  /** One attempt, and what the queue then keeps of it. Returns whether the pass may go on. */
  const settle = async (owed: Owed, signal: AbortSignal): Promise<boolean> => {
    const { ids, recipients, attempts } = owed;
    const { retry, goOn } = await sendToEach(owed, signal);
    if (signal.aborted && retry.length === recipients.length) return false;
    if (retry.length === 0) {
      await queue.settleAlerts(ids, isoTime(clock.now()));
    } else {
      const delay = signal.aborted ? 0 : RETRY_DELAYS[attempts] ?? 0;
      await queue.postponeAlerts(ids, isoTime(clock.now() + delay), retry);
    }
    receipts.drop(ids);
    return goOn && !signal.aborted;
  };

  const sendToEach = async (owed: Owed, signal: AbortSignal): Promise<Outcome> => {
    const failed: string[] = [];
    const untried = [...owed.recipients];
    for (let one = untried.shift(); one !== undefined; one = untried.shift()) {
      const error = await sendTo(owed.mail, one, signal);
      if (signal.aborted && error) return { retry: [one, ...untried, ...failed], goOn: false };
      if (!error) {
        receipts.add(owed.ids, one);
        logger.info("alert mail sent", { ...owed.about, recipient: one, by: mailer?.by });
        continue;
      }
      // Whoever failed comes last in the next attempt, so that nobody is kept waiting for ever.
      const missed = error.everyMail ? [...untried, one] : [one];
      if (warn(owed, missed, error)) failed.push(...missed);
      if (error.everyMail) return { retry: failed, goOn: false };
    }
    return { retry: failed, goOn: true };
  };

  const sendTo = async (
    mail: Mail,
    recipient: string,
    signal: AbortSignal,
  ): Promise<MailError | undefined> => {
    try {
      await mailer?.send(mail, recipient, signal);
      return undefined;
    } catch (error) {
      if (error instanceof MailError) return error;
      return new MailError(describeError(error), { permanent: false, everyMail: false });
    }
  };

  /** Logs a failure with what follows; returns whether another attempt comes. */
  const warn = (owed: Owed, recipients: readonly string[], error: MailError): boolean => {
    const delay = error.permanent ? undefined : RETRY_DELAYS[owed.attempts];
    logger.warn("alert mail not sent", {
      ...owed.about,
      recipients,
      by: mailer?.by,
      attempt: owed.attempts + 1,
      error: error.message,
      ...(delay === undefined ? { given_up: true } : { retry_at: isoTime(clock.now() + delay) }),
    });
    if (delay === undefined) onGivenUp(recipients.length);
    return delay !== undefined;
  };

  const sendSample = async () => {
    const mail = sampleMail(baseUrl);
    for (const recipient of mailer?.recipients ?? []) {
      const error = await sendTo(mail, recipient, closing.signal);
      if (closing.signal.aborted) return;
      const fields = { recipient, by: mailer?.by };
      if (!error) logger.info("test alert sent", fields);
      else logger.warn("test alert not sent", { ...fields, error: error.message });
      if (error?.everyMail) return;
    }
  };

  return {
    async deliver(signal) {
      if (mailer) await order.run(() => signal.aborted ? Promise.resolve() : pass(signal));
    },
    sendTest() {
      if ("missing" in setup) {
        throw new Failure("unavailable", `Alerts cannot be sent: ${setup.missing} is not set`);
      }
      test ??= order.run(sendSample).finally(() => test = undefined);
    },
    async close() {
      closing.abort();
      await test;
    },
  };
}

/**
 * Who got which alert, until the queue knows it too: when the queue cannot write (a full disk), the
 * alerts stay due, and nobody shall get them again with every pass.
 */
class Receipts {
  readonly #got = new Map<number, Set<string>>();

  add(ids: readonly number[], recipient: string): void {
    for (const id of ids) this.#got.set(id, (this.#got.get(id) ?? new Set()).add(recipient));
  }

  has(ids: readonly number[], recipient: string): boolean {
    return ids.every((id) => this.#got.get(id)?.has(recipient));
  }

  drop(ids: readonly number[]): void {
    for (const id of ids) this.#got.delete(id);
  }
}

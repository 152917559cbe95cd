import { MINUTE, SECOND } from "../clock.ts";
import { describeError } from "../failure.ts";
import type { Logger } from "../logger.ts";
import type { Kind, QueueState, Submission } from "./model.ts";
import type { Queue, Queued } from "./queue.ts";
import type { Outcome, Unavailable, Upstream } from "./upstream.ts";

/** From one attempt to the next while an upstream is not available; after a deadline that passed none. */
const FIRST_PAUSE_MS = SECOND / 4;
/** With the deadline of an attempt, less than the 5 s in which an upstream that is back is noticed. */
const LONGEST_PAUSE_MS = 4 * SECOND;
/** That an upstream is not available is logged so often. */
const COMPLAIN_MS = MINUTE;

/** What became of a submission for the page that made it. */
export type Forwarded =
  | Exclude<Outcome, Unavailable>
  /** Kept on disk, and sent as soon as can be. */
  | { readonly kind: "kept" }
  /** Too much is kept already; it is lost. */
  | { readonly kind: "lost" };

export interface ForwarderOptions {
  readonly kind: Kind;
  readonly upstream: Upstream;
  readonly queue: Queue;
  readonly logger: Logger;
  /** Told of each submission that the upstream took. */
  readonly onSent: () => void;
  /** Told of each that is lost: for want of room, or since the upstream refused it after it was kept. */
  readonly onLost: (why: "full" | "refused") => void;
}

/**
 * Sends submissions of one kind on: at once while nothing waits, else behind what waits. One that was kept is
 * sent until the upstream takes or refuses it, each with its idempotency key, so that being sent twice does no
 * harm.
 */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #abort = new AbortController();
  #sending: Promise<void> | undefined;
  #problem: string | null = null;
  /** By what is logged. */
  readonly #complainedAt = { misconfigured: -Infinity, unavailable: -Infinity };

  constructor(options: ForwarderOptions) {
    this.#options = options;
    if (this.state.items > 0) this.#wake();
  }

  /** What waits. */
  get state(): QueueState {
    return this.#options.queue.state(this.#options.kind);
  }

  /** Why the upstream is not available, as it was last tried; null when it was. */
  get problem(): string | null {
    return this.#problem;
  }

  /**
   * Sends a submission, or keeps it. `late` writes the body anew for one that is sent later than it was
   * accepted. Throws `unavailable` where it can neither be sent nor kept.
   */
  async forward(submission: Submission, late: () => string): Promise<Forwarded> {
    const { upstream, onSent } = this.#options;
    if (this.state.items === 0 && !this.#abort.signal.aborted) {
      const outcome = await upstream.send(submission);
      if (outcome.kind !== "unavailable") {
        this.#problem = null;
        if (outcome.kind === "done") onSent();
        return outcome;
      }
      this.#complain(outcome);
    }
    const isKept = await this.#options.queue.add({ ...submission, body: late() });
    if (!isKept) {
      this.#options.onLost("full");
      return { kind: "lost" };
    }
    this.#wake();
    return { kind: "kept" };
  }

  /** From now on everything is kept rather than sent; what is under way too. */
  stop(): void {
    this.#abort.abort();
    this.#options.upstream.abort();
  }

  /** Resolves when nothing is sent any more. */
  async close(): Promise<void> {
    this.stop();
    await this.#sending;
  }

  #wake(): void {
    if (!this.#abort.signal.aborted) this.#sending ??= this.#sendQueued();
  }

  async #sendQueued(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    let sent = 0;
    while (!this.#abort.signal.aborted) {
      const first = this.#first();
      // Nothing is awaited from here to the end, so that whoever comes later starts anew.
      if (first === null) break;
      const result = first === "unreadable" ? "failed" : await this.#sendOne(first);
      if (result === "settled") {
        sent++;
        pause = FIRST_PAUSE_MS;
      } else if (result === "failed") {
        await sleep(pause, this.#abort.signal);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      }
    }
    this.#sending = undefined;
    if (sent > 0) {
      this.#options.logger.info("What was kept is sent on", { kind: this.#options.kind, sent });
    }
  }

  /** The first that waits; null when nothing does. */
  #first(): Queued | null | "unreadable" {
    try {
      return this.#options.queue.first(this.#options.kind);
    } catch (error) {
      this.#fail(error);
      return "unreadable";
    }
  }

  async #sendOne(queued: Queued): Promise<"settled" | "failed" | "timed out"> {
    const outcome = await this.#options.upstream.send(queued);
    if (outcome.kind === "unavailable") {
      if (!this.#abort.signal.aborted) this.#complain(outcome);
      return outcome.timedOut ? "timed out" : "failed";
    }
    try {
      this.#settle(outcome, queued);
      return "settled";
    } catch (error) {
      // The disk, most likely. What stays in the queue is sent again, with its key.
      this.#fail(error);
      return "failed";
    }
  }

  #fail(error: unknown): void {
    const { logger, kind } = this.#options;
    logger.error("Sending on what was kept failed", { kind, error: describeError(error) });
  }

  #settle(outcome: Exclude<Outcome, Unavailable>, queued: Queued): void {
    const { queue, logger, onSent, onLost, upstream: { target } } = this.#options;
    queue.remove(queued);
    this.#problem = null;
    if (outcome.kind === "done") return onSent();
    onLost("refused");
    logger.warn(`${target.name} refused what was kept for it; it is lost`, {
      project: queued.project,
      reason: outcome.detail,
    });
  }

  #complain({ reason, misconfigured }: Unavailable): void {
    const { logger, kind, upstream: { target } } = this.#options;
    this.#problem = reason;
    const what = misconfigured ? "misconfigured" : "unavailable";
    const now = performance.now();
    if (now - this.#complainedAt[what] < COMPLAIN_MS) return;
    this.#complainedAt[what] = now;
    const facts = { kind, url: target.url, reason, waiting: this.state.items };
    if (misconfigured) {
      logger.error(`${target.name} does not take submissions: check its address and key`, facts);
    } else {
      logger.warn(`${target.name} is not available; submissions are kept`, facts);
    }
  }
}

/** Waits, but no longer than until the signal aborts. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

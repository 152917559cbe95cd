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
/** That an upstream is not available, or refuses what was kept, is logged so often. */
const COMPLAIN_MS = MINUTE;

/** So often in a row an upstream fails at the first that waits until the one behind it is tried. */
const SUSPECT_ATTEMPTS = 5;

/** What speaks for it that the first that waits is at fault, rather than the upstream. */
interface Suspicion {
  /** Answers in a row that may be about it alone. */
  readonly attempts: number;
  /** Whether the upstream took the one behind it meanwhile. */
  readonly takesOthers: boolean;
}

const NO_SUSPICION: Suspicion = { attempts: 0, takesOthers: false };

/** What became of an attempt at what waits. */
type Sent = "settled" | "failed" | "timed out";

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
  #suspicion = NO_SUSPICION;
  /** By what is logged. */
  readonly #complainedAt = { misconfigured: -Infinity, unavailable: -Infinity, lost: -Infinity };
  /** Of what was kept, those lost since that was told last. */
  #lost = 0;

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
    let settled = 0;
    while (!this.#abort.signal.aborted) {
      const first = this.#first();
      // Nothing is awaited from here to the end, so that whoever comes later starts anew.
      if (first === null) break;
      const result = first === "unreadable" ? "failed" : await this.#sendOne(first);
      if (result === "settled") {
        settled++;
        pause = FIRST_PAUSE_MS;
      } else if (result === "failed") {
        await sleep(pause, this.#abort.signal);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      }
    }
    this.#sending = undefined;
    if (settled > 0) {
      const { logger, kind } = this.#options;
      const lost = this.#lost;
      logger.info("What was kept is sent on", { kind, sent: settled - lost, lost });
      this.#lost = 0;
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

  async #sendOne(queued: Queued): Promise<Sent> {
    const outcome = await this.#options.upstream.send(queued);
    try {
      if (outcome.kind === "unavailable") return await this.#keepOrGiveUp(queued, outcome);
      this.#suspicion = NO_SUSPICION;
      this.#settle(outcome, queued);
      return "settled";
    } catch (error) {
      // The disk, most likely. What stays in the queue is sent again, with its key.
      this.#fail(error);
      return "failed";
    }
  }

  /**
   * The first is kept, unless it alone cannot be taken: the upstream fails at it again and again, takes the one
   * behind it, and fails at it once more. Else everything would wait behind it for ever.
   */
  async #keepOrGiveUp(queued: Queued, outcome: Unavailable): Promise<Sent> {
    if (!this.#abort.signal.aborted) this.#complain(outcome);
    const { attempts, takesOthers } = this.#suspicion;
    if (!outcome.isSuspect) {
      this.#suspicion = NO_SUSPICION;
      return outcome.timedOut ? "timed out" : "failed";
    }
    if (takesOthers) {
      this.#suspicion = NO_SUSPICION;
      this.#lose(queued, outcome.reason);
      return "settled";
    }
    const isNextTaken = attempts + 1 >= SUSPECT_ATTEMPTS && await this.#sendNext(queued);
    this.#suspicion = { attempts: attempts + 1, takesOthers: isNextTaken };
    return isNextTaken ? "settled" : "failed";
  }

  /** Sends the one behind; tells whether the upstream took or refused it. */
  async #sendNext(queued: Queued): Promise<boolean> {
    const next = this.#options.queue.next(queued);
    if (next === null) return false;
    const outcome = await this.#options.upstream.send(next);
    if (outcome.kind === "unavailable") return false;
    this.#settle(outcome, next);
    return true;
  }

  #fail(error: unknown): void {
    const { logger, kind } = this.#options;
    logger.error("Sending on what was kept failed", { kind, error: describeError(error) });
  }

  #settle(outcome: Exclude<Outcome, Unavailable>, queued: Queued): void {
    this.#problem = null;
    if (outcome.kind === "refused") return this.#lose(queued, outcome.detail);
    this.#options.queue.remove(queued);
    this.#options.onSent();
  }

  #lose(queued: Queued, reason: string): void {
    const { queue, logger, onLost, upstream: { target } } = this.#options;
    queue.remove(queued);
    onLost("refused");
    this.#lost++;
    if (!this.#mayComplain("lost")) return;
    logger.warn(`${target.name} refused what was kept for it; it is lost`, {
      project: queued.project,
      reason,
    });
  }

  #mayComplain(what: "misconfigured" | "unavailable" | "lost"): boolean {
    const now = performance.now();
    if (now - this.#complainedAt[what] < COMPLAIN_MS) return false;
    this.#complainedAt[what] = now;
    return true;
  }

  #complain({ reason, misconfigured }: Unavailable): void {
    const { logger, kind, upstream: { target } } = this.#options;
    this.#problem = reason;
    const what = misconfigured ? "misconfigured" : "unavailable";
    if (!this.#mayComplain(what)) return;
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

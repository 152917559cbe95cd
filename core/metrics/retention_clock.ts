import { type Clock, HOUR } from "../clock.ts";

/** How fast it catches up after the clock stepped forward. */
const CATCH_UP = 2;
/**
 * So long after a start the clock is believed, however far it is from where the process before had got: nearly
 * always nothing ran meanwhile, and raw samples must not pile up.
 */
const BELIEVED_MS = HOUR;

/**
 * The time by which what is too old is deleted. It follows the clock, but a step forward it takes only as
 * time really passes: a clock that was wrong for a while deletes nothing that its correction would miss.
 * Nothing is lost where the step was the correction: things are then kept longer for a while.
 */
export class RetentionClock implements Clock {
  readonly #clock: Clock;
  readonly #elapsed: () => number;
  readonly #believedAt: number;
  /** Whether it has not come to where the clock is, since the start. */
  #isBehind: boolean;
  #last: { readonly now: number; readonly at: number };

  /**
   * `before` (ms) is what it showed last in the process before, null when there was none; `elapsed` a clock that
   * never steps, in ms.
   */
  constructor(
    clock: Clock,
    before: number | null,
    elapsed: () => number = () => performance.now(),
  ) {
    this.#clock = clock;
    this.#elapsed = elapsed;
    const [now, at] = [clock.now(), elapsed()];
    this.#last = { now: Math.min(now, before ?? now), at };
    this.#isBehind = this.#last.now < now;
    this.#believedAt = at + BELIEVED_MS;
  }

  now(): number {
    const [now, at] = [this.#clock.now(), this.#elapsed()];
    const farthest = this.#isBehind && at >= this.#believedAt
      ? Infinity
      : this.#last.now + CATCH_UP * (at - this.#last.at);
    if (farthest >= now) this.#isBehind = false;
    this.#last = { now: Math.min(now, farthest), at };
    return this.#last.now;
  }
}

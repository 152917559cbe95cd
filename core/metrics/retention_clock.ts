import type { Clock } from "../clock.ts";

/** How fast it catches up after the clock stepped forward. */
const CATCH_UP = 2;

/**
 * The time by which what is too old is deleted. It follows the clock, but a step forward it takes only as
 * time really passes: a clock that was wrong for a while deletes nothing that its correction would miss.
 * Nothing is lost where the step was the correction: things are then kept longer for a while.
 */
export class RetentionClock implements Clock {
  readonly #clock: Clock;
  readonly #elapsed: () => number;
  #last: { readonly now: number; readonly at: number };

  /** `elapsed` is a clock that never steps, in ms. */
  constructor(clock: Clock, elapsed: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#elapsed = elapsed;
    this.#last = { now: clock.now(), at: elapsed() };
  }

  now(): number {
    const at = this.#elapsed();
    const farthest = this.#last.now + CATCH_UP * (at - this.#last.at);
    this.#last = { now: Math.min(this.#clock.now(), farthest), at };
    return this.#last.now;
  }
}

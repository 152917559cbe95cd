import { MINUTE } from "./clock.ts";

/** Lets something be said at once, and from then on once a minute, however often it happens. */
export class OnceAMinute {
  readonly #elapsed: () => number;
  #saidAt = -Infinity;

  /** `elapsed` gives milliseconds that only grow. */
  constructor(elapsed: () => number = () => performance.now()) {
    this.#elapsed = elapsed;
  }

  /** Whether it may be said now; if so, it counts as said. */
  take(): boolean {
    const now = this.#elapsed();
    if (now - this.#saidAt < MINUTE) return false;
    this.#saidAt = now;
    return true;
  }
}

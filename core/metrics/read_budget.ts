import { Failure } from "../failure.ts";

/**
 * How much one query may read, in buckets of series, so that none keeps the thread and the log of the database
 * for minutes: ten million with sketches take some ten seconds.
 */
export class ReadBudget {
  readonly #most: number;
  #left: number;

  constructor(most: number) {
    this.#most = most;
    this.#left = most;
  }

  /** Throws `invalid`, with what to ask for instead, once it is spent. */
  spend(buckets: number): void {
    this.#left -= buckets;
    if (this.#left >= 0) return;
    throw new Failure(
      "invalid",
      `Query reads more than ${this.#most.toLocaleString("en")} buckets: ask for a shorter time, ` +
        "hours instead of minutes, or a metric with fewer label sets",
    );
  }
}

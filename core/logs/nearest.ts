/** Where an entry is, and where it comes in the list. */
export interface Found {
  readonly time: number;
  readonly id: number;
  /** First id of its block; null for one that is not sealed. */
  readonly block: number | null;
  readonly position: number;
}

/** Which way from a place in the list: to older entries, or to newer ones. */
export type Direction = "older" | "newer";

/** The place of an entry in the list, which goes by time and then by id. */
export interface Place {
  readonly time: number;
  readonly id: number;
}

/** Positive when `one` is newer than `other`. */
export function comparePlaces(one: Place, other: Place): number {
  return one.time - other.time || one.id - other.id;
}

/** Keeps the first so many of the entries that are offered, in the direction of reading. */
export class Nearest {
  readonly #limit: number;
  readonly #sign: 1 | -1;
  /** Those that come first in the direction are in front. */
  readonly #kept: Found[] = [];

  constructor(limit: number, direction: Direction) {
    this.#limit = limit;
    this.#sign = direction === "older" ? -1 : 1;
  }

  get isFull(): boolean {
    return this.#kept.length >= this.#limit;
  }

  /** Whether entries that lie no nearer than `time` cannot be among the kept any more. */
  isBeyond(time: number): boolean {
    const last = this.#kept.at(-1);
    return this.isFull && (last === undefined || this.#sign * (time - last.time) > 0);
  }

  offer(found: Found): void {
    if (this.#limit === 0) return;
    const last = this.#kept.at(-1);
    if (last && this.isFull && this.#compare(found, last) > 0) return;
    let low = 0;
    let high = this.#kept.length;
    // Most come in order, behind all others.
    if (last && this.#compare(found, last) > 0) low = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      const one = this.#kept[middle];
      if (one && this.#compare(found, one) > 0) low = middle + 1;
      else high = middle;
    }
    this.#kept.splice(low, 0, found);
    if (this.#kept.length > this.#limit) this.#kept.pop();
  }

  nearestFirst(): readonly Found[] {
    return this.#kept;
  }

  /** Those kept, without the first `skipped`, newest first. */
  newestFirst(skipped: number): readonly Found[] {
    const kept = this.#kept.slice(skipped);
    return this.#sign < 0 ? kept : kept.reverse();
  }

  #compare(one: Place, other: Place): number {
    return this.#sign * comparePlaces(one, other);
  }
}

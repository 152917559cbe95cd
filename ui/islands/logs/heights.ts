/**
 * Heights of rows, one above the other: where a row begins and which one is at a place, each in O(log n).
 * A binary indexed tree (P. Fenwick, "A New Data Structure for Cumulative Frequency Tables", 1994). Pure.
 */
export class Heights {
  #values = new Float64Array(1024);
  /** At index i the sum of the values (i − lowest bit of i, i], counted from 1. */
  #sums = new Float64Array(1025);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The height of all rows. */
  get total(): number {
    return this.top(this.#length);
  }

  /** Begins anew with `length` rows. */
  reset(length: number, heightOf: (index: number) => number): void {
    this.#reserve(length);
    this.#length = length;
    for (let at = 1; at <= length; at++) {
      const height = heightOf(at - 1);
      this.#values[at - 1] = height;
      this.#sums[at] = height;
    }
    for (let at = 1; at <= length; at++) {
      const parent = at + (at & -at);
      if (parent <= length) this.#sums[parent] = this.#sum(parent) + this.#sum(at);
    }
  }

  /** Adds a row at the end. */
  push(height: number): void {
    this.#reserve(this.#length + 1);
    this.#values[this.#length] = height;
    this.#length++;
    const at = this.#length;
    const start = at - (at & -at);
    this.#sums[at] = height + this.top(at - 1) - this.top(start);
  }

  get(index: number): number {
    return this.#values[index] ?? 0;
  }

  set(index: number, height: number): void {
    const change = height - this.get(index);
    if (change === 0 || index >= this.#length) return;
    this.#values[index] = height;
    for (let at = index + 1; at <= this.#length; at += at & -at) {
      this.#sums[at] = this.#sum(at) + change;
    }
  }

  /** Where a row begins: the height of all rows before it. */
  top(index: number): number {
    let sum = 0;
    for (let at = Math.min(index, this.#length); at > 0; at -= at & -at) sum += this.#sum(at);
    return sum;
  }

  /** The row at a place; the first or the last one beyond the ends, −1 without rows. */
  find(place: number): number {
    let at = 0;
    let rest = place;
    for (let step = highestPower(this.#length); step > 0; step >>= 1) {
      const next = at + step;
      if (next <= this.#length && this.#sum(next) <= rest) {
        at = next;
        rest -= this.#sum(next);
      }
    }
    return Math.min(at, this.#length - 1);
  }

  #sum(at: number): number {
    return this.#sums[at] ?? 0;
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return;
    const room = Math.max(length, 2 * this.#values.length);
    const values = new Float64Array(room);
    values.set(this.#values);
    const sums = new Float64Array(room + 1);
    sums.set(this.#sums);
    this.#values = values;
    this.#sums = sums;
  }
}

function highestPower(length: number): number {
  return length === 0 ? 0 : 1 << (31 - Math.clz32(length));
}

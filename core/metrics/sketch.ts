import { Bins, indexOf, magnitudeOf } from "./sketch_bins.ts";
import { SketchReader, SketchWriter } from "./sketch_bytes.ts";

/** How far a quantile may be from the exact one, as a share of that. */
export const RELATIVE_ACCURACY = 0.01;

/** The smallest normal double. What is closer to zero lacks digits itself, and counts as zero. */
const SMALLEST_MAGNITUDE = 2 ** -1022;

/**
 * The distribution of many numbers in little memory, from which quantiles are told within
 * `RELATIVE_ACCURACY`: DDSketch (Masson, Rim, Lee, VLDB 2019, https://arxiv.org/abs/1908.10693).
 * Sketches merge without loss: what is merged is equal, to the byte, to one sketch of all values, in
 * any order.
 *
 * Values are any finite doubles; below 2.3e-308 in magnitude they count as zero. Memory is 128 bytes
 * for each 16 neighbouring bins in use, and their place, 41 KiB at most for each sign. Only values
 * over 1e35 times apart can need more; then those closest to zero are taken for the least that is
 * kept, and a quantile that falls there is too far from zero. The others stay right.
 */
export class Sketch {
  #zeros = 0;
  readonly #negative = new Bins();
  readonly #positive = new Bins();
  readonly #writer = new SketchWriter();

  /** The sketch of what `encode` wrote. Throws an Error for anything else. */
  static decode(bytes: Uint8Array): Sketch {
    const sketch = new Sketch();
    sketch.mergeEncoded(bytes, 0, bytes.length);
    return sketch;
  }

  /** How many values were added. */
  get count(): number {
    return this.#negative.total + this.#zeros + this.#positive.total;
  }

  /**
   * Adds a finite value, `times` times, which is a whole number from 1. Throws a RangeError for
   * others.
   */
  add(value: number, times = 1): void {
    if (!(Number.isSafeInteger(times) && times > 0)) {
      throw new RangeError(`Add a value a whole number of times, not ${times}`);
    }
    if (!Number.isFinite(value)) throw new RangeError(`Add finite numbers, not ${value}`);
    if (value >= SMALLEST_MAGNITUDE) this.#positive.add(indexOf(value), times);
    else if (value <= -SMALLEST_MAGNITUDE) this.#negative.add(indexOf(-value), times);
    else this.#zeros += times;
  }

  /** Adds all values of another sketch. */
  merge(other: Sketch): void {
    this.#negative.merge(other.#negative);
    this.#zeros += other.#zeros;
    this.#positive.merge(other.#positive);
  }

  /**
   * Adds all values of the sketch that is encoded in `bytes` from `start` to before `end`, without
   * making it. Throws an Error if there is none; some of its values may have been added then.
   */
  mergeEncoded(bytes: Uint8Array, start: number, end: number): void {
    const reader = new SketchReader(bytes, start, end);
    const head = reader.unsigned();
    const hasOthers = head % 2;
    if (hasOthers === 1) {
      this.#zeros += reader.unsigned();
      this.#negative.mergeEncoded(reader, reader.unsigned());
    }
    this.#positive.mergeEncoded(reader, (head - hasOthers) / 2);
    reader.finish();
  }

  /**
   * The value at the nearest rank, `ceil(q * count)` and at least 1, in ascending order, within
   * `RELATIVE_ACCURACY` of the exact one; NaN without values. `q` is 0..1, else a RangeError. It can
   * be past the least or the greatest value: who knows these clamps it.
   */
  quantile(q: number): number {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`Ask for a quantile from 0 to 1, not ${q}`);
    const { count } = this;
    if (count === 0) return NaN;
    const rank = Math.max(1, Math.ceil(q * count));
    const negatives = this.#negative.total;
    if (rank <= negatives) return -magnitudeOf(this.#negative.indexAtRank(negatives - rank + 1));
    const rankFromZero = rank - negatives - this.#zeros;
    return rankFromZero <= 0 ? 0 : magnitudeOf(this.#positive.indexAtRank(rankFromZero));
  }

  /**
   * As varints: twice the number of positive bins, plus one if there are zeros or negative values;
   * only then how many zeros, the number of negative bins, and these; the positive bins.
   */
  encode(): Uint8Array<ArrayBuffer> {
    const writer = this.#writer;
    const hasOthers = this.#zeros > 0 || this.#negative.total > 0;
    writer.unsigned(2 * this.#positive.countBins() + (hasOthers ? 1 : 0));
    if (hasOthers) {
      writer.unsigned(this.#zeros);
      writer.unsigned(this.#negative.countBins());
      this.#negative.encode(writer);
    }
    this.#positive.encode(writer);
    return writer.take();
  }

  /** Without values again; the memory stays for what comes next. */
  clear(): void {
    this.#negative.clear();
    this.#positive.clear();
    this.#zeros = 0;
  }
}

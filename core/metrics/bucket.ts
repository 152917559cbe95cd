import type { Stepwise } from "../stepwise.ts";
import { Sketch } from "./sketch.ts";
import { sortInSteps, STEP } from "./step_sort.ts";

/** What is kept of the samples of one series, or of several together, in a minute or an hour. */
export interface Bucket {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Of histograms. */
  readonly percentiles: Percentiles | null;
}

/** By nearest rank. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The bucket of one series, with the sketch of a histogram's values, encoded. */
export interface SeriesBucket extends Bucket {
  readonly series: number;
  readonly sketch: Uint8Array | null;
}

/**
 * Of a histogram's values, at least one, whose sum was taken in the order they came. They are sorted in place. A
 * series can have millions in a minute, so this goes on in steps.
 */
export function* histogramBucket(
  series: number,
  values: Float64Array,
  sum: number,
  sketch: Sketch,
): Stepwise<SeriesBucket> {
  yield* sortInSteps(values);
  sketch.clear();
  for (let at = 0; at < values.length; at++) {
    sketch.add(values[at] ?? NaN);
    if (at % STEP === STEP - 1) yield;
  }
  return {
    series,
    count: values.length,
    sum,
    min: values[0] ?? NaN,
    max: values[values.length - 1] ?? NaN,
    percentiles: {
      p50: nearestRank(values, 0.5),
      p95: nearestRank(values, 0.95),
      p99: nearestRank(values, 0.99),
    },
    sketch: sketch.encode(),
  };
}

/** A sum of very great values may be beyond all numbers, which neither the database nor JSON can tell. */
export function finiteSum(sum: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum));
}

/** The value at rank ceil(q·n) of sorted values (https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method). */
export function nearestRank(sorted: Float64Array, q: number): number {
  return sorted[rankOf(q, sorted.length) - 1] ?? NaN;
}

/** In hundredths, since 0.95 · 20 is more than 19. */
function rankOf(q: number, count: number): number {
  return Math.max(1, Math.ceil(Math.round(q * 100) * count / 100));
}

/**
 * Several buckets as one. The percentiles of one alone stay as they are; those of several come from their
 * sketches, within 1 %.
 */
export class MergedBucket {
  count = 0;
  sum = 0;
  min = Infinity;
  max = -Infinity;
  #parts = 0;
  #only: Percentiles | null = null;
  #sketch: Sketch | null = null;
  /** The sketch of the only part, as long as it is the only one. */
  #bytes: Uint8Array | null = null;
  #isHistogram = false;

  add(bucket: Bucket, sketch: Uint8Array | null): void {
    this.addNumbers(bucket.count, bucket.sum, bucket.min, bucket.max);
    if (bucket.percentiles !== null && sketch !== null) this.addSketch(bucket.percentiles, sketch);
  }

  addNumbers(count: number, sum: number, min: number, max: number): void {
    this.count += count;
    this.sum = finiteSum(this.sum + sum);
    if (min < this.min) this.min = min;
    if (max > this.max) this.max = max;
  }

  addSketch(percentiles: Percentiles, bytes: Uint8Array): void {
    this.#isHistogram = true;
    this.#parts++;
    if (this.#parts === 1) {
      this.#only = percentiles;
      this.#bytes = bytes;
      return;
    }
    this.#sketch ??= new Sketch();
    if (this.#bytes !== null) this.#sketch.mergeEncoded(this.#bytes, 0, this.#bytes.length);
    this.#bytes = null;
    this.#sketch.mergeEncoded(bytes, 0, bytes.length);
  }

  /** Makes it empty, to be used again. */
  clear(): void {
    this.count = 0;
    this.sum = 0;
    this.min = Infinity;
    this.max = -Infinity;
    this.#parts = 0;
    this.#only = null;
    this.#bytes = null;
    this.#sketch?.clear();
    this.#isHistogram = false;
  }

  /** Value by nearest rank; NaN when there is none. */
  quantile(q: number): number {
    if (this.#bytes !== null) {
      this.#sketch ??= new Sketch();
      this.#sketch.mergeEncoded(this.#bytes, 0, this.#bytes.length);
      this.#bytes = null;
    }
    const value = this.#sketch?.quantile(q) ?? NaN;
    return Math.min(this.max, Math.max(this.min, value));
  }

  get percentiles(): Percentiles | null {
    if (!this.#isHistogram) return null;
    if (this.#parts === 1) return this.#only;
    return { p50: this.quantile(0.5), p95: this.quantile(0.95), p99: this.quantile(0.99) };
  }

  /** The merged sketch; null when there is none. */
  encodedSketch(): Uint8Array | null {
    if (!this.#isHistogram) return null;
    return this.#bytes ?? this.#sketch?.encode() ?? null;
  }
}

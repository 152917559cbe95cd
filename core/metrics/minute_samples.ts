import { MINUTE } from "../clock.ts";
import { finiteSum, histogramBucket, type SeriesBucket } from "./bucket.ts";
import type { Samples } from "./chunk.ts";
import { Sketch } from "./sketch.ts";

/** Values of histograms held at once, 32 MB: more are gone through again for the next series. */
const MAX_VALUES = 2 ** 22;

/** Reads the chunks of a minute once more, each time it is called. */
export type SampleSource = () => Iterable<Samples | null>;

/**
 * The buckets of some series in one minute, computed from the raw samples. The work stops where others may
 * have their turn.
 */
export function* minuteBuckets(
  minute: number,
  wanted: ReadonlySet<number>,
  isHistogram: (series: number) => boolean,
  source: SampleSource,
): Generator<void, readonly SeriesBucket[]> {
  const numbers = new MinuteNumbers(minute, wanted);
  for (const samples of source()) {
    if (samples) numbers.add(samples);
    yield;
  }
  const { plain, histograms } = numbers.split(isHistogram);
  const buckets = plain.map((at) => numbers.plainBucket(at));
  const sketch = new Sketch();
  for (const part of parts(histograms, (at) => numbers.count(at))) {
    const values = numbers.valuesOf(part);
    for (const samples of source()) {
      if (samples) numbers.gather(samples, values);
      yield;
    }
    for (const at of part) {
      buckets.push(
        yield* histogramBucket(numbers.series(at), values.of(at), numbers.sum(at), sketch),
      );
      yield;
    }
  }
  return buckets.sort((one, other) => one.series - other.series);
}

/** Cuts series into parts whose values fit into memory together; a single series may be more than that. */
function* parts(
  series: readonly number[],
  countOf: (at: number) => number,
): Generator<readonly number[]> {
  let part: number[] = [];
  let held = 0;
  for (const at of series) {
    const count = countOf(at);
    if (part.length > 0 && held + count > MAX_VALUES) {
      yield part;
      part = [];
      held = 0;
    }
    part.push(at);
    held += count;
  }
  if (part.length > 0) yield part;
}

/** Counts, sums and extremes of series in a minute, by a place for each. */
class MinuteNumbers {
  readonly #minute: number;
  readonly #series: readonly number[];
  /** One more than the place of a series, by its id. */
  readonly #places: Uint32Array;
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #mins: Float64Array;
  readonly #maxs: Float64Array;

  constructor(minute: number, wanted: ReadonlySet<number>) {
    this.#minute = minute;
    this.#series = [...wanted];
    let last = 0;
    for (const id of wanted) last = Math.max(last, id);
    this.#places = new Uint32Array(last + 1);
    this.#series.forEach((id, at) => this.#places[id] = at + 1);
    const size = this.#series.length;
    this.#counts = new Float64Array(size);
    this.#sums = new Float64Array(size);
    this.#mins = new Float64Array(size).fill(Infinity);
    this.#maxs = new Float64Array(size).fill(-Infinity);
  }

  add({ series, times, values }: Samples): void {
    const end = this.#minute + MINUTE;
    for (let index = 0; index < series.length; index++) {
      const time = times[index] ?? 0;
      const at = (this.#places[series[index] ?? 0] ?? 0) - 1;
      if (at < 0 || time < this.#minute || time >= end) continue;
      const value = values[index] ?? 0;
      this.#counts[at] = (this.#counts[at] ?? 0) + 1;
      this.#sums[at] = (this.#sums[at] ?? 0) + value;
      if (value < (this.#mins[at] ?? 0)) this.#mins[at] = value;
      if (value > (this.#maxs[at] ?? 0)) this.#maxs[at] = value;
    }
  }

  /** Places that have samples, by the type of their series. */
  split(isHistogram: (series: number) => boolean) {
    const plain: number[] = [];
    const histograms: number[] = [];
    this.#series.forEach((id, at) => {
      if (this.count(at) > 0) (isHistogram(id) ? histograms : plain).push(at);
    });
    return { plain, histograms };
  }

  series(at: number): number {
    return this.#series[at] ?? 0;
  }

  count(at: number): number {
    return this.#counts[at] ?? 0;
  }

  sum(at: number): number {
    return finiteSum(this.#sums[at] ?? 0);
  }

  plainBucket(at: number): SeriesBucket {
    return {
      series: this.series(at),
      count: this.count(at),
      sum: this.sum(at),
      min: this.#mins[at] ?? NaN,
      max: this.#maxs[at] ?? NaN,
      percentiles: null,
      sketch: null,
    };
  }

  /** Room for all values of some places. */
  valuesOf(places: readonly number[]): GatheredValues {
    return new GatheredValues(places, this.#series.length, (at) => this.count(at));
  }

  gather({ series, times, values }: Samples, gathered: GatheredValues): void {
    const end = this.#minute + MINUTE;
    for (let index = 0; index < series.length; index++) {
      const time = times[index] ?? 0;
      const at = (this.#places[series[index] ?? 0] ?? 0) - 1;
      if (at >= 0 && time >= this.#minute && time < end) gathered.add(at, values[index] ?? 0);
    }
  }
}

/** The values of some series, each one's behind the other's. */
class GatheredValues {
  readonly #values: Float64Array;
  /** Where the values of a place begin, and where its next one goes; -1 for places that are left out. */
  readonly #starts: Int32Array;
  readonly #next: Int32Array;

  constructor(places: readonly number[], size: number, countOf: (at: number) => number) {
    this.#starts = new Int32Array(size).fill(-1);
    let total = 0;
    for (const at of places) {
      this.#starts[at] = total;
      total += countOf(at);
    }
    this.#next = this.#starts.slice();
    this.#values = new Float64Array(total);
  }

  add(at: number, value: number): void {
    const next = this.#next[at] ?? -1;
    if (next < 0) return;
    this.#values[next] = value;
    this.#next[at] = next + 1;
  }

  of(at: number): Float64Array {
    return this.#values.subarray(this.#starts[at], this.#next[at]);
  }
}

/**
 * The buckets that all series of a metric have in one minute or hour, packed into columns, with the one of
 * all together in front: what a query most often wants is then read alone, and a day of a hundred series in
 * milliseconds.
 */
import { type Bucket, MergedBucket, type SeriesBucket } from "./bucket.ts";

/** What is kept of a pack: three texts of bytes, of which a query reads those it needs. */
export interface EncodedPack {
  readonly count: number;
  /** All series together: numbers, and the merged sketch. */
  readonly total: Uint8Array;
  /** By series: numbers, ids, and where sketches end. */
  readonly series: Uint8Array;
  /** One after the other. */
  readonly sketches: Uint8Array;
}

const NUMBERS = ["count", "sum", "min", "max"] as const;
const PERCENTILES = ["p50", "p95", "p99"] as const;
const NUMBER_BYTES = 8;
const ID_BYTES = 4;
/** Of counters and gauges, and of histograms. */
const PLAIN_BYTES = NUMBERS.length * NUMBER_BYTES + ID_BYTES;
const HISTOGRAM_BYTES = PLAIN_BYTES + PERCENTILES.length * NUMBER_BYTES + ID_BYTES;
const TOTAL_NUMBERS = NUMBERS.length + PERCENTILES.length;

/** `buckets` are of one type, at least one, in the order of their series. */
export function encodePack(buckets: readonly SeriesBucket[]): EncodedPack {
  const isHistogram = (buckets[0]?.percentiles ?? null) !== null;
  const size = buckets.length;
  const columns = columnsOf(
    new ArrayBuffer(size * (isHistogram ? HISTOGRAM_BYTES : PLAIN_BYTES)),
    size,
    isHistogram,
  );
  const total = new MergedBucket();
  let sketchBytes = 0;
  for (const { sketch } of buckets) sketchBytes += sketch?.length ?? 0;
  const sketches = new Uint8Array(sketchBytes);
  let end = 0;
  buckets.forEach((bucket, at) => {
    total.add(bucket, bucket.sketch);
    columns.ids[at] = bucket.series;
    NUMBERS.forEach((name, index) => columns.numbers[index * size + at] = bucket[name]);
    const { percentiles, sketch } = bucket;
    if (percentiles === null || sketch === null) return;
    PERCENTILES.forEach((name, index) =>
      columns.numbers[(NUMBERS.length + index) * size + at] = percentiles[name]
    );
    sketches.set(sketch, end);
    end += sketch.length;
    columns.ends[at] = end;
  });
  return {
    count: total.count,
    total: encodeTotal(total),
    series: columns.bytes,
    sketches,
  };
}

function encodeTotal(total: MergedBucket): Uint8Array {
  const { percentiles } = total;
  const sketch = total.encodedSketch() ?? new Uint8Array();
  const numbers = Float64Array.of(
    total.count,
    total.sum,
    total.min,
    total.max,
    percentiles?.p50 ?? NaN,
    percentiles?.p95 ?? NaN,
    percentiles?.p99 ?? NaN,
  );
  const bytes = new Uint8Array(numbers.byteLength + sketch.length);
  bytes.set(new Uint8Array(numbers.buffer));
  bytes.set(sketch, numbers.byteLength);
  return bytes;
}

/** All series together, with their merged sketch. */
export function decodeTotal(
  bytes: Uint8Array,
): { readonly bucket: Bucket; readonly sketch: Uint8Array | null } {
  const length = TOTAL_NUMBERS * NUMBER_BYTES;
  if (bytes.length < length) throw new Error(`Total of ${bytes.length} bytes is damaged`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const number = (at: number) => view.getFloat64(at * NUMBER_BYTES, true);
  const isHistogram = bytes.length > length;
  return {
    bucket: {
      count: number(0),
      sum: number(1),
      min: number(2),
      max: number(3),
      percentiles: isHistogram ? { p50: number(4), p95: number(5), p99: number(6) } : null,
    },
    sketch: isHistogram ? bytes.subarray(length) : null,
  };
}

/** The buckets of series, opened. */
export class Pack {
  readonly size: number;
  readonly ids: Uint32Array;
  readonly #numbers: Float64Array;
  readonly #ends: Uint32Array;
  readonly #sketches: Uint8Array;
  readonly #isHistogram: boolean;

  constructor(series: Uint8Array, sketches: Uint8Array) {
    this.#isHistogram = sketches.length > 0;
    this.size = series.length / (this.#isHistogram ? HISTOGRAM_BYTES : PLAIN_BYTES);
    if (!Number.isInteger(this.size)) throw new Error(`Pack of ${series.length} bytes is damaged`);
    const bytes = series.byteOffset % NUMBER_BYTES === 0 ? series : series.slice();
    const columns = columnsOf(bytes.buffer, this.size, this.#isHistogram, bytes.byteOffset);
    this.ids = columns.ids;
    this.#numbers = columns.numbers;
    this.#ends = columns.ends;
    this.#sketches = sketches;
  }

  /** Adds the bucket at a place to a merged one. */
  addTo(merged: MergedBucket, at: number): void {
    const numbers = this.#numbers;
    merged.addNumbers(
      numbers[at] ?? 0,
      numbers[this.size + at] ?? 0,
      numbers[2 * this.size + at] ?? 0,
      numbers[3 * this.size + at] ?? 0,
    );
    if (this.#isHistogram) merged.addSketch(this.#percentiles(at), this.#sketch(at));
  }

  count(at: number): number {
    return this.#numbers[at] ?? 0;
  }

  sum(at: number): number {
    return this.#numbers[this.size + at] ?? 0;
  }

  /** The bucket at a place, but for what is of histograms. */
  numbers(at: number): Pick<SeriesBucket, "count" | "sum" | "min" | "max"> {
    const number = (column: number) => this.#numbers[column * this.size + at] ?? 0;
    return { count: number(0), sum: number(1), min: number(2), max: number(3) };
  }

  /** The bucket at a place. */
  bucket(at: number): SeriesBucket {
    return {
      series: this.ids[at] ?? 0,
      ...this.numbers(at),
      percentiles: this.#isHistogram ? this.#percentiles(at) : null,
      sketch: this.#isHistogram ? this.#sketch(at) : null,
    };
  }

  #percentiles(at: number) {
    const number = (column: number) => this.#numbers[column * this.size + at] ?? 0;
    return { p50: number(4), p95: number(5), p99: number(6) };
  }

  #sketch(at: number): Uint8Array {
    return this.#sketches.subarray(at === 0 ? 0 : this.#ends[at - 1], this.#ends[at]);
  }
}

/** Numbers column by column first, since they are the widest. */
function columnsOf(buffer: ArrayBufferLike, size: number, isHistogram: boolean, start = 0) {
  const columns = NUMBERS.length + (isHistogram ? PERCENTILES.length : 0);
  const idsAt = start + columns * size * NUMBER_BYTES;
  return {
    bytes: new Uint8Array(buffer),
    numbers: new Float64Array(buffer, start, columns * size),
    ids: new Uint32Array(buffer, idsAt, size),
    ends: new Uint32Array(buffer, idsAt + size * ID_BYTES, isHistogram ? size : 0),
  };
}

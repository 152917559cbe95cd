import fc from "fast-check";
import assert from "node:assert/strict";
import { finish } from "../stepwise.ts";
import { histogramBucket, MergedBucket, type SeriesBucket } from "./bucket.ts";
import { decodeTotal, encodePack, Pack } from "./pack.ts";
import { Sketch } from "./sketch.ts";

const value = fc.oneof(
  fc.double({ min: 0.001, max: 60, noNaN: true }),
  fc.double({ min: -1e30, max: 1e30, noNaN: true }),
  fc.constantFrom(0, 1, -1),
);
const values = fc.array(value, { minLength: 1, maxLength: 30 });

/** A bucket for each of several lists of values, with ids of series that leave some out. */
function bucketsOf(lists: readonly (readonly number[])[], isHistogram: boolean): SeriesBucket[] {
  const sketch = new Sketch();
  return lists.map((list, at) => {
    const sum = list.reduce((all, one) => all + one, 0);
    const bucket = finish(histogramBucket(3 * at + 1, Float64Array.from(list), sum, sketch));
    return isHistogram ? bucket : { ...bucket, percentiles: null, sketch: null };
  });
}

function mergedOf(buckets: readonly SeriesBucket[]): MergedBucket {
  const merged = new MergedBucket();
  for (const bucket of buckets) merged.add(bucket, bucket.sketch);
  return merged;
}

function numbersOf({ count, sum, min, max, percentiles }: MergedBucket | SeriesBucket) {
  return { count, sum, min, max, percentiles };
}

const packs = fc.tuple(fc.array(values, { minLength: 1, maxLength: 12 }), fc.boolean())
  .map(([lists, isHistogram]) => bucketsOf(lists, isHistogram));

Deno.test("Pack gives back the buckets that encodePack() took", () =>
  fc.assert(fc.property(packs, fc.nat(15), (buckets, shift) => {
    const { series, sketches, count } = encodePack(buckets);
    assert.equal(count, buckets.reduce((all, bucket) => all + bucket.count, 0));
    const pack = new Pack(shifted(series, shift), shifted(sketches, shift));
    assert.equal(pack.size, buckets.length);
    assert.deepEqual([...pack.ids], buckets.map((bucket) => bucket.series));
    buckets.forEach((bucket, at) => {
      assert.deepEqual(pack.bucket(at), bucket);
      assert.deepEqual([pack.count(at), pack.sum(at)], [bucket.count, bucket.sum]);
    });
  })));

/** The same bytes within others, as SQLite may give them. */
function shifted(bytes: Uint8Array, by: number): Uint8Array {
  const around = new Uint8Array(by + bytes.length + 3).fill(0xff);
  around.set(bytes, by);
  return around.subarray(by, by + bytes.length);
}

Deno.test("decodeTotal() gives all series of a pack together", () =>
  fc.assert(fc.property(packs, fc.nat(15), (buckets, shift) => {
    const expected = mergedOf(buckets);
    const { bucket, sketch } = decodeTotal(shifted(encodePack(buckets).total, shift));
    assert.deepEqual(bucket, numbersOf(expected));
    assert.deepEqual(sketch, expected.encodedSketch());
  })));

Deno.test("Pack.addTo() adds what MergedBucket.add() adds", () =>
  fc.assert(fc.property(packs, packs, (one, other) => {
    const merged = new MergedBucket();
    for (const buckets of [one, other]) {
      const { series, sketches } = encodePack(buckets);
      const pack = new Pack(series, sketches);
      for (let at = 0; at < pack.size; at++) pack.addTo(merged, at);
    }
    const expected = mergedOf([...one, ...other]);
    assert.deepEqual(numbersOf(merged), numbersOf(expected));
    assert.deepEqual(merged.encodedSketch(), expected.encodedSketch());
  })));

Deno.test("encodePack() needs 36 bytes for a counter, and 64 and its sketch for a histogram", () => {
  const lists = [[1], [2, 3], [4, 5, 6]];
  assert.equal(encodePack(bucketsOf(lists, false)).series.length, 3 * 36);
  assert.equal(encodePack(bucketsOf(lists, false)).sketches.length, 0);
  assert.equal(encodePack(bucketsOf(lists, true)).series.length, 3 * 64);
});

Deno.test("Pack and decodeTotal() refuse bytes that were cut", () => {
  const { series, sketches, total } = encodePack(bucketsOf([[1, 2], [3]], true));
  assert.throws(() => new Pack(series.subarray(1), sketches), /^Error: Pack of 127 bytes is damag/);
  assert.throws(() => new Pack(series.subarray(1), new Uint8Array()), /^Error: Pack of 127 bytes/);
  assert.throws(() => decodeTotal(total.subarray(0, 55)), /^Error: Total of 55 bytes is damaged/);
});

Deno.test("MergedBucket keeps the percentiles of one bucket, and takes those of several from sketches", () => {
  const [one, other] = bucketsOf([[0.1, 0.123456789], [0.2]], true);
  assert.ok(one && other);
  const merged = mergedOf([one]);
  assert.deepEqual(merged.percentiles, { p50: 0.1, p95: 0.123456789, p99: 0.123456789 });
  merged.add(other, other.sketch);
  const { p50 = NaN, p95 } = merged.percentiles ?? {};
  assert.ok(Math.abs(p50 - 0.123456789) <= 0.01 * 0.123456789, `${p50}`);
  // No further than the greatest value.
  assert.ok(p95 !== undefined && p95 <= 0.2 && p95 >= 0.198, `${p95}`);
});

Deno.test("MergedBucket.clear() leaves it like a new one", () =>
  fc.assert(fc.property(packs, packs, (one, other) => {
    const merged = mergedOf(one);
    void merged.percentiles;
    merged.clear();
    assert.deepEqual(numbersOf(merged), numbersOf(new MergedBucket()));
    for (const bucket of other) merged.add(bucket, bucket.sketch);
    assert.deepEqual(numbersOf(merged), numbersOf(mergedOf(other)));
  })));

Deno.test("MergedBucket keeps sums within all numbers", () => {
  const merged = new MergedBucket();
  for (const sum of [1e308, 1e308, -1e308, -1e308, -1e308, -1e308]) {
    merged.addNumbers(1, sum, sum, sum);
    assert.ok(Number.isFinite(merged.sum));
  }
});

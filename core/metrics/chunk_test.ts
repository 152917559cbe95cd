import fc from "fast-check";
import assert from "node:assert/strict";
import { DAY } from "../clock.ts";
import { decodeChunk, encodeChunk, encodeChunks } from "./chunk.ts";

const START = Date.parse("2026-11-20T10:00:00Z");

interface Batch {
  readonly series: number[];
  readonly times: number[];
  readonly values: number[];
}

/** As far apart as samples may be at the longest retention, and values of any size. */
const batch: fc.Arbitrary<Batch> = fc.array(
  fc.tuple(
    fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    fc.integer({ min: -7 * DAY, max: DAY }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
  { minLength: 1, maxLength: 50 },
).map((samples) => ({
  series: samples.map(([series]) => series),
  times: samples.map(([, offset]) => START + offset),
  values: samples.map(([, , value]) => value),
}));

Deno.test("decodeChunk() gives back what encodeChunk() took, batch after batch", () =>
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 5 }), fc.nat(15), (batches, shift) => {
      const { firstTime, lastTime, count, data } = encodeChunk(batches);
      const times = batches.flatMap(({ times }) => times);
      assert.equal(count, times.length);
      assert.equal(firstTime, Math.min(...times));
      assert.equal(lastTime, Math.max(...times));
      // Wherever the bytes lie within others, as those that SQLite gives.
      const around = new Uint8Array(shift + data.length + 3).fill(0xff);
      around.set(data, shift);
      const samples = decodeChunk(firstTime, around.subarray(shift, shift + data.length));
      assert.deepEqual([...samples.times], times);
      assert.deepEqual([...samples.series], batches.flatMap(({ series }) => series));
      assert.deepEqual([...samples.values], batches.flatMap(({ values }) => values));
    }),
  ));

Deno.test("encodeChunk() needs sixteen bytes a sample", () => {
  const { data } = encodeChunk([
    { series: [1, 2], times: [START, START], values: [1, 2] },
    { series: [3], times: [START + 1], values: [3] },
  ]);
  assert.equal(data.length, 48);
});

Deno.test("encodeChunk() writes what databases hold already", () => {
  const chunk = encodeChunk([{ series: [7, 258], times: [START + 1, START], values: [1, -0.5] }]);
  assert.deepEqual({ ...chunk, data: [...chunk.data] }, {
    firstTime: START,
    lastTime: START + 1,
    count: 2,
    data: [
      ...[0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
      ...[0, 0, 0, 0, 0, 0, 0xe0, 0xbf],
      ...[7, 0, 0, 0, 2, 1, 0, 0],
      ...[1, 0, 0, 0, 0, 0, 0, 0],
    ],
  });
});

Deno.test("decodeChunk() refuses bytes that no samples make", () => {
  const { data } = encodeChunk([{ series: [1], times: [START], values: [1] }]);
  for (const length of [1, 8, 15]) {
    assert.throws(() => decodeChunk(START, data.subarray(0, length)), {
      message: `Chunk of ${length} bytes is damaged`,
    });
  }
  assert.equal(decodeChunk(START, new Uint8Array()).times.length, 0);
});

Deno.test("encodeChunks() makes a chunk for each minute, in which samples keep their order", () => {
  const minute = (at: number) => START + at * 60_000;
  const chunks = encodeChunks([
    { series: [1, 2], times: [minute(3), minute(0)], values: [10, 20] },
    { series: [3, 1], times: [minute(0) + 1, minute(3) + 59_999], values: [30, 40] },
  ]);
  assert.deepEqual(
    chunks.map(({ firstTime, lastTime, data }) => ({
      firstTime,
      lastTime,
      values: [...decodeChunk(firstTime, data).values],
    })),
    [
      { firstTime: minute(3), lastTime: minute(3) + 59_999, values: [10, 40] },
      { firstTime: minute(0), lastTime: minute(0) + 1, values: [20, 30] },
    ],
  );
});

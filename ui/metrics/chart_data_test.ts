import assert from "node:assert/strict";
import { bucketsOf, lonePoints, timesOf, valuesIn } from "./chart_data.ts";

const at = (time: string) => Date.parse(`2026-11-20T${time}Z`);
const point = (time: string, value: number) => ({ bucket: `2026-11-20T${time}Z`, value });

Deno.test("valuesIn() leaves gaps where there are no points", () => {
  const points = [point("12:05:00", 1), point("12:15:00", 3)];
  const range = { from: at("12:02:00"), to: at("12:22:00"), intervalS: 300 };
  const buckets = bucketsOf(range, points);
  assert.equal(buckets.start, at("12:00:00"));
  assert.deepEqual(valuesIn(buckets, points, ({ value }) => value), [null, 1, null, 3, null]);
});

Deno.test("bucketsOf() begins at whole intervals without any points", () => {
  const range = { from: at("12:02:00"), to: at("12:12:00"), intervalS: 300 };
  const buckets = bucketsOf(range, [], []);
  assert.deepEqual(timesOf(buckets), [at("12:00:00"), at("12:05:00"), at("12:10:00")]);
});

Deno.test("bucketsOf() follows points that are at other times", () => {
  const range = { from: at("12:00:00"), to: at("12:10:00"), intervalS: 300 };
  assert.equal(bucketsOf(range, [point("12:06:00", 1)]).start, at("11:56:00"));
});

Deno.test("valuesIn() leaves out what is beyond the range, and what is no number", () => {
  const points = [point("11:00:00", 1), point("12:00:00", NaN), point("12:01:00", 0.123456)];
  const buckets = { start: at("12:00:00"), stepMs: 60_000, count: 2 };
  assert.deepEqual(valuesIn(buckets, points, ({ value }) => value), [null, 0.1235]);
});

Deno.test("valuesIn() keeps all digits of a count", () => {
  const buckets = { start: at("12:00:00"), stepMs: 60_000, count: 1 };
  assert.deepEqual(valuesIn(buckets, [point("12:00:00", 123_456)], ({ value }) => value), [
    123_456,
  ]);
});

Deno.test("lonePoints() are those no line leads to", () => {
  assert.deepEqual(lonePoints([1, null, 2, 3, null, 4]), [0, 5]);
  assert.deepEqual(lonePoints([null]), []);
});

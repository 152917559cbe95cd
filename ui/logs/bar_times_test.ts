import assert from "node:assert/strict";
import { HOUR } from "../../core/clock.ts";
import { axisLabels, bucketLabel, spanLabel } from "./bar_times.ts";
import { barsOf } from "./bars.ts";
import { HISTOGRAM, START } from "./bars_test_support.ts";

Deno.test("bucketLabel() and axisLabels() tell times as short as they can be", () => {
  const bars = barsOf(HISTOGRAM, []);
  assert.equal(bucketLabel(bars, 0, "UTC"), "20 Nov, 17:00–18:00 · 1,010 lines · 10 errors");
  assert.equal(
    bucketLabel(bars, 2, "UTC"),
    "20 Nov, 19:00–20:00 · 3 lines · 1 critical · 1 warning",
  );
  assert.deepEqual(axisLabels(bars, "UTC"), ["17:00", "17:45", "18:30", "19:15", "20:00"]);
  assert.deepEqual(axisLabels(barsOf({ interval_s: 60, buckets: [] }, []), "UTC"), []);
  const berlin = { minutesAt: () => 300 };
  assert.equal(axisLabels(bars, berlin).at(-1), "21 Nov, 01:00");
  assert.equal(spanLabel(START, START + 30 * HOUR, "UTC"), "20 Nov, 17:00 – 21 Nov, 23:00");
  assert.equal(spanLabel(START, START + 5000, "UTC"), "20 Nov, 17:00:00–17:00:05");
});

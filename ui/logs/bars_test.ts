import assert from "node:assert/strict";
import { HOUR } from "../../core/clock.ts";
import { barPaths, barsOf, countsByLevel } from "./bars.ts";
import { HISTOGRAM, START } from "./bars_test_support.ts";

Deno.test("barsOf() counts the levels that are shown", () => {
  assert.deepEqual(barsOf(HISTOGRAM, []), {
    start: START,
    stepMs: HOUR,
    counts: [[0, 10, 0, 1000, 0], [0, 0, 0, 0, 0], [1, 0, 1, 0, 1]],
    total: 1013,
    most: 1010,
  });
  assert.equal(barsOf(HISTOGRAM, ["ERROR", "WARNING"]).total, 11);
  assert.equal(barsOf({ interval_s: 60, buckets: [] }, []).most, 0);
  assert.deepEqual(countsByLevel(HISTOGRAM), {
    DEBUG: 1,
    INFO: 1000,
    WARNING: 1,
    ERROR: 10,
    CRITICAL: 1,
  });
});

Deno.test("barPaths() stacks the worst at the bottom, and lets few be seen beside many", () => {
  const [critical, error, warning, info, debug] = barPaths(barsOf(HISTOGRAM, []));
  assert.equal(error, "M0.75 46.5h8.5v1.5h-8.5z");
  assert.equal(info, "M0.75 4.9h8.5v41.6h-8.5z");
  for (const path of [critical, warning, debug]) {
    assert.match(path ?? "", /^M20\.75 [\d.]+h8\.5v1\.5/);
  }
});

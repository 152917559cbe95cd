import assert from "node:assert/strict";
import { Random } from "../demo/random.ts";
import {
  assertClose,
  floor,
  HOUR,
  iso,
  MetricApi,
  MINUTE,
  minutesAgo,
  pointsOf,
  type Sample,
} from "./support/metric_api.ts";

Deno.test("GET /api/metrics has the minute that is being filled, at once and exactly", async () => {
  await using metrics = await MetricApi.start();
  const sent: Sample[] = [];
  for (let n = 1; n <= 30; n++) {
    const own: Sample[] = [1, 2, 3].map((part) => ({
      name: "now",
      type: "histogram",
      value: n / part,
      timestamp: iso(Date.now()),
    }));
    sent.push(...own);
    await metrics.record(own);
    for (const resolution of ["minute", "hour"]) {
      const points = await metrics.points({ name: "now", resolution });
      const wanted = pointsOf(sent, resolution === "hour" ? HOUR : MINUTE);
      if (resolution === "minute") assert.deepEqual(points, wanted);
      else assertClose(points, wanted);
    }
  }
});

/** Percentiles by nearest rank of 1, 2, … n. */
const RANKS: readonly (readonly [n: number, p50: number, p95: number, p99: number])[] = [
  [1, 1, 1, 1],
  [2, 1, 2, 2],
  [3, 2, 3, 3],
  [10, 5, 10, 10],
  [19, 10, 19, 19],
  [20, 10, 19, 20],
  [21, 11, 20, 21],
  [100, 50, 95, 99],
  [101, 51, 96, 100],
  [1000, 500, 950, 990],
];

Deno.test("GET /api/metrics tells percentiles by nearest rank", async (t) => {
  await using metrics = await MetricApi.start({ env: { AGGREGATION_INTERVAL: "1" } });
  const random = new Random(3);
  for (const [n] of RANKS) {
    const values = Array.from({ length: n }, (_, index) => index + 1)
      .map((value) => ({ value, order: random.next() }))
      .sort((one, other) => one.order - other.order);
    const timestamp = iso(minutesAgo(3));
    await metrics.record(
      values.map(({ value }) => ({ name: `of ${n}`, type: "histogram", value, timestamp })),
    );
  }
  for (const state of ["as they come in", "rolled up"]) {
    if (state === "rolled up") await metrics.rolledUp();
    for (const [n, ...wanted] of RANKS) {
      await t.step(`GET /api/metrics tells percentiles of 1 to ${n}, ${state}`, async () => {
        const [point] = await metrics.points({ name: `of ${n}` });
        assert.deepEqual([point?.p50, point?.p95, point?.p99], wanted);
      });
    }
  }
});

Deno.test("GET /api/metrics of values whose sum is beyond all numbers", async (t) => {
  const env = { AGGREGATION_INTERVAL: "1", RETENTION_RAW: "10800" };
  await using metrics = await MetricApi.start({ env });
  // Two minutes of an hour that is over, whose sums are infinite, with different signs.
  const minute = floor(minutesAgo(90), HOUR);
  await metrics.record([0, 0, 1, 1].map((at) => ({
    name: "great",
    type: "histogram",
    value: at === 0 ? 1.7e308 : -1.7e308,
    labels: { at: `${at}` },
    timestamp: iso(minute + at * MINUTE),
  })));
  for (const state of ["as they come in", "rolled up"]) {
    if (state === "rolled up") await metrics.rolledUp();
    for (const resolution of ["minute", "hour"]) {
      await t.step(`GET /api/metrics by the ${resolution} tells numbers, ${state}`, async () => {
        const points = await metrics.points({ name: "great", resolution });
        const counts = points.map(({ count }) => count);
        assert.deepEqual(counts, resolution === "hour" ? [4] : [2, 2]);
        for (const { sum, avg } of points) assert.ok(Number.isFinite(sum) && Number.isFinite(avg));
      });
    }
  }
  await t.step("Others are rolled up all the same", async () => {
    await metrics.record([{ name: "small", type: "gauge", value: 1 }]);
    await metrics.rolledUp();
    assert.equal((await metrics.points({ name: "small", resolution: "hour" })).length, 1);
  });
});

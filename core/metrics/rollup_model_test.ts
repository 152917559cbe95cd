/**
 * Whatever happens to a collector, its buckets say what a straightforward computation over all samples says.
 */
import fc from "fast-check";
import assert from "node:assert/strict";
import { HOUR, isoTime, MINUTE, SECOND } from "../clock.ts";
import { advance, type TestCollector, withCollector } from "./collector_test_support.ts";
import { exportMetrics } from "./export.ts";
import type { MetricPoint, Resolution, SeriesIdentity } from "./model.ts";

const SEED = 20261120;
const SETTINGS = {
  retention: { raw: 3600, minute: 2 * 3600, hour: 86_400 },
  limits: { ofMetric: 100, inAll: 1000 },
};
const NEAR = 0.01;
const QUANTILES = { p50: 50, p95: 95, p99: 99 } as const;
const LENGTHS: Readonly<Record<Resolution, number>> = { minute: MINUTE, hour: HOUR };

const SERIES: readonly SeriesIdentity[] = [
  { project: "default", name: "latency", type: "histogram", labels: { path: "/a" } },
  { project: "default", name: "latency", type: "histogram", labels: { path: "/b" } },
  { project: "shop", name: "latency", type: "histogram", labels: { path: "/a" } },
  { project: "default", name: "hits", type: "counter", labels: {} },
  { project: "default", name: "hits", type: "counter", labels: { path: "/b" } },
  { project: "default", name: "depth", type: "gauge", labels: {} },
];

/** Values from two numbers that are uniform between 0 and 1. */
const DISTRIBUTIONS: readonly ((one: number, other: number) => number)[] = [
  (one) => 5 * one,
  (one, other) => 0.08 * Math.exp(Math.sqrt(-2 * Math.log(one)) * Math.cos(2 * Math.PI * other)),
  (one) => 0.001 * one ** (-1 / 1.1),
  () => 0.25,
  (one, other) => other < 0.9 ? 0.002 + 0.001 * one : 30 + one,
  (one) => 100 * one - 50,
  (one, other) => other < 0.5 ? 0 : -one,
  (one) => Math.round(one * 10),
];

/** A sample that was accepted. */
interface Accepted extends SeriesIdentity {
  readonly time: number;
  readonly value: number;
}

const unit = fc.integer({ min: 1, max: 2 ** 30 - 1 }).map((number) => number / 2 ** 30);
/** Ms before now; a few are ahead of it, and many in one minute. */
const age = fc.oneof(
  fc.integer({ min: 0, max: 2 * MINUTE }),
  fc.integer({ min: -5 * MINUTE, max: HOUR }),
  fc.integer({ min: HOUR - MINUTE, max: HOUR }),
  fc.constantFrom(-5 * MINUTE, 0, HOUR, MINUTE, MINUTE - 1),
);
const batch = fc.record({
  series: fc.nat(SERIES.length - 1),
  distribution: fc.nat(DISTRIBUTIONS.length - 1),
  samples: fc.array(fc.tuple(unit, unit, age), { minLength: 1, maxLength: 60, size: "max" }),
});
const load = fc.array(batch, { minLength: 1, maxLength: 4 });

/** What happens to a collector; rollups are cut off, and samples come in while they go on. */
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("load" as const), load }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.oneof(
        fc.integer({ min: 0, max: 5 * MINUTE }),
        fc.integer({ min: 0, max: 90 * MINUTE }),
        fc.integer({ min: 0, max: 30 * HOUR }),
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("maintain" as const),
      steps: fc.nat(40),
      load: fc.option(load),
      deletions: fc.option(fc.nat(5)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("cut" as const), steps: fc.nat(60) }),
  },
);
type Event = typeof event extends fc.Arbitrary<infer One> ? One : never;

const workload = fc.array(event, { minLength: 3, maxLength: 20, size: "max" });

Deno.test("rollUp() makes the buckets of all samples, whatever comes late, is cut off or deleted", () =>
  fc.assert(
    fc.asyncProperty(workload, (events) =>
      withCollector(async (collector) => {
        const accepted: Accepted[] = [];
        for (const event of events) await happen(collector, event, accepted);
        compareAnswers(collector, accepted);
        collector.rollUp();
        compareBuckets(collector, accepted);
        compareAnswers(collector, accepted);
      }, SETTINGS)),
    { numRuns: 100, seed: SEED },
  ));

async function happen(
  collector: TestCollector,
  event: Event,
  accepted: Accepted[],
): Promise<void> {
  switch (event.kind) {
    case "load":
      return await record(collector, event.load, accepted);
    case "pass":
      collector.now += event.ms;
      return;
    case "maintain": {
      const steps = collector.rollUpSteps();
      const isDone = advance(steps, event.steps);
      if (event.load) await record(collector, event.load, accepted);
      if (!isDone) advance(steps, Infinity);
      return collector.retain(event.deletions ?? Infinity);
    }
    case "cut":
      collector.rollUp(event.steps);
      return collector.close();
  }
}

async function record(
  collector: TestCollector,
  load: readonly (typeof batch extends fc.Arbitrary<infer One> ? One : never)[],
  accepted: Accepted[],
): Promise<void> {
  const samples = load.flatMap(({ series, distribution, samples }) =>
    samples.map(([one, other, age]) => {
      const identity = SERIES[series];
      const value = DISTRIBUTIONS[distribution]?.(one, other);
      assert.ok(identity && value !== undefined);
      return { ...identity, value, time: collector.now - age };
    })
  );
  await collector.record(samples.map(({ time, ...sample }) => ({
    ...sample,
    timestamp: isoTime(time),
  })));
  accepted.push(...samples);
}

/** What is stored of each series, against its samples. */
function compareBuckets(collector: TestCollector, accepted: readonly Accepted[]): void {
  for (const resolution of ["minute", "hour"] as const) {
    const length = LENGTHS[resolution];
    const expected = Map.groupBy(accepted, (sample) => keyOf(sample, floor(sample.time, length)));
    const stored = new Set<string>();
    for (
      const row of exportMetrics(collector.path, {
        tier: resolution,
        name: undefined,
        project: undefined,
      })
    ) {
      assertBucket(row);
      const key = keyOf(row, Date.parse(row.bucket));
      stored.add(key);
      const samples = expected.get(key) ?? assert.fail(`${key} has no samples`);
      const minutes = new Set(samples.map(({ time }) => floor(time, MINUTE)));
      compareBucket(row, samples, minutes.size === 1, `${resolution} ${key}`);
    }
    const kept = floor(collector.now - SETTINGS.retention[resolution] * SECOND, length);
    for (const [key, [sample]] of expected) {
      const bucket = floor(sample?.time ?? 0, length);
      const isOpen = resolution === "hour" && bucket >= floor(collector.now, HOUR);
      if (bucket >= kept && !isOpen) assert.ok(stored.has(key), `${resolution} ${key} is missing`);
    }
  }
}

/** What is answered of all series of a metric together, those of two projects too. */
function compareAnswers(collector: TestCollector, accepted: readonly Accepted[]): void {
  for (const resolution of ["minute", "hour"] as const) {
    const length = LENGTHS[resolution];
    const from = floor(collector.now - HOUR, length);
    for (const name of ["latency", "hits", "depth"]) {
      const span = { period: null, from, to: Infinity };
      const { data = [] } = collector.query({ name, labels: {}, groupBy: [], span, resolution });
      const samples = accepted.filter((sample) => sample.name === name && sample.time >= from);
      const expected = Map.groupBy(samples, ({ time }) => floor(time, length));
      assert.deepEqual(
        data.map(({ bucket }) => Date.parse(bucket)),
        [...expected.keys()].sort((one, other) => one - other),
        `${name} by the ${resolution}`,
      );
      for (const point of data) {
        const samples = expected.get(Date.parse(point.bucket)) ?? [];
        const parts = new Set(samples.map((sample) => keyOf(sample, floor(sample.time, MINUTE))));
        compareBucket(point, samples, parts.size === 1, `answer ${resolution} ${name}`);
      }
    }
  }
}

function compareBucket(
  bucket: Omit<MetricPoint, "bucket" | "rate">,
  samples: readonly Accepted[],
  isExact: boolean,
  what: string,
): void {
  const values = samples.map(({ value }) => value);
  const sorted = Float64Array.from(values).sort();
  assert.equal(bucket.count, values.length, what);
  assert.equal(bucket.min, sorted[0], what);
  assert.equal(bucket.max, sorted.at(-1), what);
  const size = values.reduce((sum, value) => sum + Math.abs(value), 0);
  const sum = values.reduce((sum, value) => sum + value, 0);
  assert.ok(Math.abs(bucket.sum - sum) <= 1e-12 * size, `${what}: sum ${bucket.sum}, not ${sum}`);
  assert.equal(bucket.avg, bucket.sum / bucket.count, what);
  for (const name of ["p50", "p95", "p99"] as const) {
    const actual = bucket[name];
    if (samples[0]?.type !== "histogram") {
      assert.equal(actual, null);
      continue;
    }
    // The least value that so many percent of all are not above.
    const exact = sorted.find((_, at) => (at + 1) * 100 >= QUANTILES[name] * sorted.length) ?? NaN;
    const error = Math.abs((actual ?? NaN) - exact);
    assert.ok(
      error <= (isExact ? 0 : NEAR * Math.abs(exact)),
      `${what}: ${name} of ${values.length} is ${actual}, not ${exact}`,
    );
  }
}

type ExportedBucket = MetricPoint & SeriesIdentity;

function assertBucket(row: unknown): asserts row is ExportedBucket {
  assert.ok(typeof row === "object" && row !== null && "bucket" in row && "p99" in row);
}

function keyOf({ project, name, labels }: Omit<SeriesIdentity, "type">, bucket: number): string {
  return `${project}/${name}${JSON.stringify(labels)} at ${isoTime(bucket)}`;
}

function floor(time: number, unit: number): number {
  return Math.floor(time / unit) * unit;
}

import assert from "node:assert/strict";
import type { Labels, MetricAnswer, MetricPoint } from "../../../core/metrics/model.ts";
import { LIMITS } from "../../../core/metrics/model.ts";
import { bucketsIn, groupsOf, linesOf, MOST_LINES, rangeOf } from "./drawn.ts";
import type { Measure } from "./statistics.ts";

const START = Date.parse("2026-11-20T17:00:00Z");
const MINUTE = 60_000;
const RANGE = { from: START + 30_000, to: START + 5 * MINUTE + 30_000 };

Deno.test("linesOf() draws a line for each percentile, with gaps where nothing was measured", () => {
  const answer = answered({ data: [point(1, { p50: 0.1, p95: 0.2, p99: 0.3 }), point(3)] });
  const groups = groupsOf(answer, "p95", 300);
  const lines = linesOf(groups, ["p50", "p95"], "duration_us", bucketsIn(answer, RANGE));
  assert.deepEqual(lines, [
    { label: "p50", tone: "p50", values: [null, 0.0001, null, null, null, null] },
    { label: "p95", tone: "p95", values: [null, 0.0002, null, null, null, null] },
  ]);
});

Deno.test("linesOf() counts nothing as zero between what was counted", () => {
  const answer = answered({ data: [point(1, { sum: 5, rate: 2 }), point(4, { sum: 1, rate: 1 })] });
  const [group] = groupsOf(answer, "rate", 300);
  const lines = linesOf(group ? [group] : [], ["rate"], "hits", bucketsIn(answer, RANGE));
  assert.deepEqual(lines.map(({ values }) => values), [[null, 2, 0, 0, 1, null]]);
  assert.deepEqual(group?.figures, {
    last: 1,
    average: 6 / 300,
    greatest: 2,
    count: 2,
    sum: 6,
  });
});

Deno.test("groupsOf() gives a line to the groups that come to the most by what is drawn", () => {
  const groups = Array.from({ length: MOST_LINES + 3 }, (_, at) => ({
    labels: { path: `/${at}` },
    data: [point(1, { count: at + 1, sum: 2 * (at + 1) })],
  }));
  const answer = answered({ groups });
  const drawn = groupsOf(answer, "count", 300);
  assert.equal(drawn.length, groups.length);
  assert.equal(drawn[0]?.label, `/${groups.length - 1}`);
  const tones = drawn.map(({ tone }) => tone);
  assert.equal(new Set(tones.slice(0, MOST_LINES)).size, MOST_LINES);
  assert.deepEqual(tones.slice(MOST_LINES), [null, null, null]);
  const lines = linesOf(drawn, ["count"], "depth", bucketsIn(answer, RANGE));
  const labels = drawn.slice(0, MOST_LINES).map(({ label }) => label);
  assert.deepEqual(lines.map(({ label }) => label), labels.toReversed());
  assert.equal(drawn[0]?.figures.average, 2);
});

Deno.test("groupsOf() orders groups by the statistic that is drawn", () => {
  const groups = [
    { labels: { path: "often" }, data: [point(1, { count: 9, sum: 9, p95: 1 })] },
    { labels: { path: "much" }, data: [point(1, { count: 3, sum: 30, min: 2, max: 15, p95: 2 })] },
    { labels: { path: "high" }, data: [point(1, { count: 1, sum: 25, min: 25, max: 25, p95: 3 })] },
    { labels: { path: "wide" }, data: [point(1, { min: -5, max: 40, p95: 4 })] },
  ];
  const order = (measure: Measure) =>
    groupsOf(answered({ groups }), measure, 300).map(({ label }) => label).join(" ");
  assert.equal(order("count"), "often much high wide");
  assert.equal(order("sum"), "much high often wide");
  assert.equal(order("rate"), order("sum"));
  assert.equal(order("avg"), "high much often wide");
  assert.equal(order("max"), "wide high much often");
  assert.equal(order("min"), "high much often wide");
  assert.equal(order("p95"), "wide high much often");
});

Deno.test("groupsOf() tells groups apart whose labels are long, empty or blank", () => {
  const long = "x".repeat(500);
  const labels: Labels[] = [
    { a: `${long}1` },
    { a: `${long}2` },
    { a: "", b: "GET" },
    { a: "(none) · GET" },
    { a: " \u200b" },
  ];
  const answer = answered({ groups: labels.map((labels) => ({ labels, data: [point(1)] })) });
  const drawn = groupsOf(answer, "avg", 300).map(({ label }) => label);
  assert.deepEqual(drawn, [
    "(blank)",
    "(none) · GET",
    "(none) · GET (2)",
    `${"x".repeat(60)}…`,
    `${"x".repeat(60)}… (2)`,
  ]);
});

Deno.test("groupsOf() has figures of what has no samples", () => {
  const [group] = groupsOf(answered({ data: [] }), "p95", 300);
  assert.deepEqual(group?.figures, { last: null, average: null, greatest: null, count: 0, sum: 0 });
});

Deno.test("bucketsIn() keeps a page's worth of an endless range", () => {
  const answer = answered({ data: [point(1)] });
  const buckets = bucketsIn(answer, { from: 0, to: START + 2 * MINUTE });
  assert.equal(buckets.count, LIMITS.points);
  assert.equal(buckets.start + buckets.count * buckets.stepMs, START + 2 * MINUTE);
});

Deno.test("rangeOf() ends now where nothing else is said", () => {
  const hour = 60 * MINUTE;
  assert.deepEqual(rangeOf({ period: "1h" }, START), { from: START - hour, to: START });
  const from = START - hour;
  assert.deepEqual(rangeOf({ period: null, from, to: Infinity }, START), { from, to: START });
  assert.deepEqual(rangeOf({ period: null, from, to: from + 1000 }, START), {
    from,
    to: from + 1000,
  });
});

function answered(told: Pick<MetricAnswer, "data" | "groups">): MetricAnswer {
  return { name: "some", type: "histogram", resolution: "minute", period: "1h", ...told };
}

function point(minute: number, given: Partial<MetricPoint> = {}): MetricPoint {
  return {
    bucket: new Date(START + minute * MINUTE).toISOString(),
    count: 1,
    sum: 1,
    min: 1,
    max: 1,
    avg: 1,
    p50: null,
    p95: null,
    p99: null,
    ...given,
  };
}

import assert from "node:assert/strict";
import type { MetricType, SeriesIdentity } from "./model.ts";
import { type CardinalityLimits, SeriesRegistry } from "./series_registry.ts";

const WIDE = { ofMetric: 100, inAll: 1000 };

function identity(fields: Partial<SeriesIdentity> = {}): SeriesIdentity {
  return { project: "default", name: "hits", type: "counter", labels: {}, ...fields };
}

function user(id: string, fields: Partial<SeriesIdentity> = {}): SeriesIdentity {
  return identity({ labels: { user: id }, ...fields });
}

/** The id of a series, asked as ingestion does it: by its key, else by its identity. */
function ask(registry: SeriesRegistry, series: SeriesIdentity): number {
  const key = JSON.stringify(series);
  return registry.byKey(key) ?? registry.resolve(key, series);
}

function registryOf(limits: CardinalityLimits, ...series: readonly SeriesIdentity[]) {
  const registry = new SeriesRegistry(limits);
  const ids = series.map((one) => ask(registry, one));
  return { registry, ids };
}

/** A registry that begins with what another has to store. */
function reloaded(from: SeriesRegistry, limits: CardinalityLimits): SeriesRegistry {
  const registry = new SeriesRegistry(limits);
  registry.load(from.unstored.metrics, from.unstored.series);
  return registry;
}

Deno.test("SeriesRegistry.resolve() gives each series an id of its own, and the same one again", () => {
  const series = [
    identity(),
    user("1"),
    user("2"),
    identity({ project: "shop" }),
    identity({ type: "gauge" }),
    identity({ name: "misses" }),
    identity({ name: 'hits","' }),
  ];
  const { registry, ids } = registryOf(WIDE, ...series, ...series);
  assert.deepEqual(ids, [1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7]);
  assert.equal(registry.size, 7);
  assert.equal(registry.resolve("another way of writing it", user("2")), 3);
});

Deno.test("SeriesRegistry.byKey() knows only keys that were resolved", () => {
  const { registry } = registryOf(WIDE);
  assert.equal(registry.byKey("a"), undefined);
  const id = registry.resolve("a", identity());
  assert.equal(registry.byKey("a"), id);
  assert.equal(registry.byKey("b"), undefined);
});

Deno.test("SeriesRegistry.metricOf() tells the metric that series share", () => {
  const { registry } = registryOf(WIDE, user("1"), user("2"), identity({ type: "gauge" }));
  assert.equal(registry.metricOf(1), registry.metricOf(2));
  assert.equal(registry.metricOf(1)?.type, "counter");
  assert.equal(registry.metricOf(3)?.type, "gauge");
  assert.notEqual(registry.metricOf(3)?.id, registry.metricOf(1)?.id);
  assert.equal(registry.metricOf(4), undefined);
});

Deno.test("SeriesRegistry.unstored is what is new until stored() is told", () => {
  const { registry } = registryOf(WIDE, user("1"), user("2"));
  const { metrics, series } = registry.unstored;
  assert.deepEqual(metrics.map(({ id, name }) => [id, name]), [[1, "hits"]]);
  assert.deepEqual(series.map(({ id, metric, labels }) => [id, metric, labels]), [
    [1, 1, { user: "1" }],
    [2, 1, { user: "2" }],
  ]);
  registry.stored();
  ask(registry, user("1"));
  assert.deepEqual(registry.unstored, { metrics: [], series: [] });
  ask(registry, user("3"));
  assert.deepEqual(registry.unstored.metrics, []);
  assert.deepEqual(registry.unstored.series.map(({ id }) => id), [3]);
});

Deno.test("SeriesRegistry.load() goes on where the stored series end", () => {
  const { registry } = registryOf(WIDE, user("1"), identity({ name: "misses" }));
  const again = reloaded(registry, WIDE);
  assert.equal(ask(again, identity({ name: "misses" })), 2);
  assert.equal(ask(again, user("1")), 1);
  assert.deepEqual(again.unstored, { metrics: [], series: [] });
  assert.equal(ask(again, user("2")), 3);
  assert.equal(ask(again, identity({ name: "third" })), 4);
  assert.deepEqual(again.unstored.metrics.map(({ id }) => id), [3]);
});

Deno.test("SeriesRegistry takes label sets beyond a metric's limit into one series", () => {
  const limits = { ofMetric: 2, inAll: 100 };
  const series = ["1", "2", "3", "4", "1", "3"].map((id) => user(id));
  const { registry, ids } = registryOf(limits, ...series);
  assert.deepEqual(ids, [1, 2, 3, 3, 1, 3]);
  assert.deepEqual([...registry.overflow], [3]);
  assert.deepEqual(registry.unstored.series[2]?.labels, { monlight_overflow: "true" });
  // Others have room.
  for (const other of [{ project: "shop" }, { type: "gauge" as const }, { name: "misses" }]) {
    assert.ok(!registry.overflow.has(ask(registry, user("9", other))));
  }
  // So it is after the next start.
  const again = reloaded(registry, limits);
  assert.deepEqual([...again.overflow], [3]);
  assert.equal(ask(again, user("5")), 3);
});

Deno.test("SeriesRegistry takes what is beyond the limit of all into few series", () => {
  const { registry, ids } = registryOf(
    { ofMetric: 100, inAll: 2 },
    user("1"),
    user("2"),
    user("3"),
    user("4"),
    identity({ name: "second" }),
    identity({ name: "third", project: "shop" }),
    identity({ name: "third", type: "histogram" }),
    identity({ name: "fourth" }),
    user("1"),
  );
  assert.deepEqual(ids, [1, 2, 3, 3, 4, 5, 6, 4, 1]);
  assert.deepEqual([...registry.overflow], [3, 4, 5, 6]);
  const metrics = [4, 5, 6].map((id) => registry.metricOf(id));
  assert.deepEqual(metrics.map((metric) => [metric?.name, metric?.project, metric?.type]), [
    ["monlight_overflow", "default", "counter"],
    ["monlight_overflow", "shop", "counter"],
    ["monlight_overflow", "default", "histogram"],
  ]);
});

Deno.test("SeriesRegistry keeps the projects of what is beyond the limit of all, as long as they are few", () => {
  const registry = new SeriesRegistry({ ofMetric: 100, inAll: 1 });
  ask(registry, user("1"));
  const projects = Array.from({ length: 3000 }, (_, at) => `project ${at}`);
  const ids = projects.map((project) => ask(registry, identity({ name: "new", project })));
  assert.equal(new Set(ids).size, 1001);
  assert.equal(registry.metricOf(ids[999] ?? 0)?.project, "project 999");
  assert.equal(registry.metricOf(ids.at(-1) ?? 0)?.project, "default");
  // Those that are gone make room.
  registry.stored();
  registry.forget(ids.slice(0, 10));
  const late = ask(registry, identity({ name: "new", project: "late" }));
  assert.equal(registry.metricOf(late)?.project, "late");
});

Deno.test("SeriesRegistry has no more series than limits and one for each type and metric, whatever comes", () => {
  const types: readonly MetricType[] = ["counter", "gauge", "histogram"];
  const registry = new SeriesRegistry({ ofMetric: 5, inAll: 20 });
  for (let round = 0; round < 3000; round++) {
    const [name, type] = [`metric${round % 97}`, types[round % 3]];
    ask(registry, user(`${round}`, { name, ...(type ? { type } : {}) }));
  }
  const metrics = new Set(registry.unstored.series.map(({ metric }) => metric)).size;
  assert.ok(registry.size <= 20 + metrics, `${registry.size} series of ${metrics} metrics`);
  assert.ok(metrics <= 20 + types.length);
  assert.ok(registry.overflow.size <= metrics);
});

Deno.test("SeriesRegistry.forget() makes room, and never gives the same id again", () => {
  const { registry } = registryOf({ ofMetric: 2, inAll: 100 }, user("1"), user("2"), user("3"));
  registry.stored();
  registry.forget([1, 3]);
  assert.deepEqual([registry.size, registry.metricOf(1), registry.overflow.size], [
    1,
    undefined,
    0,
  ]);
  assert.equal(ask(registry, user("1")), 4);
  assert.equal(ask(registry, user("2")), 2);
  assert.equal(ask(registry, user("3")), 5);
  assert.ok(registry.overflow.has(5));
  assert.deepEqual(registry.unstored.metrics, []);
});

Deno.test("SeriesRegistry.forget() forgets a metric with its last series", () => {
  const { registry } = registryOf(WIDE, user("1"), user("2"));
  registry.stored();
  registry.forget([2]);
  registry.forget([1, 77]);
  assert.equal(registry.size, 0);
  assert.equal(ask(registry, user("1")), 3);
  assert.deepEqual(registry.unstored.metrics.map(({ id, name }) => [id, name]), [[2, "hits"]]);
});

Deno.test("SeriesRegistry finds series again after it has forgotten how clients write them", () => {
  const registry = new SeriesRegistry({ ofMetric: 2, inAll: 2 });
  const [first] = Array.from({ length: 20 }, (_, at) => registry.resolve(`way ${at}`, user("1")));
  assert.equal(registry.resolve("way 0", user("1")), first);
  assert.equal(registry.size, 1);
});

Deno.test("SeriesRegistry does not remember the ways of writing what is beyond the limits", () => {
  const { registry } = registryOf({ ofMetric: 1, inAll: 100 });
  registry.resolve("first", user("1"));
  registry.resolve("second", user("2"));
  assert.equal(registry.byKey("first"), 1);
  assert.equal(registry.byKey("second"), undefined);
});

Deno.test("SeriesRegistry takes very long label sets into the series for what is beyond the limits", () => {
  const { registry } = registryOf({ ofMetric: 100_000, inAll: 100_000 });
  const long = "x".repeat(2 ** 20);
  for (let at = 0; at < 40; at++) registry.resolve(`${at}`, user(`${at}${long}`));
  assert.ok(registry.size < 20, `${registry.size} series`);
  assert.equal(registry.overflow.size, 1);
});

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { HOUR, MINUTE } from "../clock.ts";
import { finish } from "../stepwise.ts";
import { histogramBucket, type SeriesBucket } from "./bucket.ts";
import { encodeChunk } from "./chunk.ts";
import {
  DEFAULT_SETTINGS,
  START,
  type TestCollector,
  withCollector,
} from "./collector_test_support.ts";
import { Sketch } from "./sketch.ts";
import type { NewSeries } from "./series_registry.ts";

const NOTHING_NEW: NewSeries = { metrics: [], series: [] };
const HITS: NewSeries = {
  metrics: [{ id: 1, project: "default", name: "hits", type: "counter" }],
  series: [{ id: 1, metric: 1, labels: { method: "GET", path: "/a" } }],
};

/** A chunk of samples of series 1, one at each time after the start (ms). */
function chunkAt(...offsets: readonly number[]) {
  return encodeChunk([{
    series: offsets.map(() => 1),
    times: offsets.map((offset) => START + offset),
    values: offsets.map(() => 1),
  }]);
}

function histogram(series: number, ...values: readonly number[]): SeriesBucket {
  const sum = values.reduce((all, value) => all + value, 0);
  return finish(histogramBucket(series, Float64Array.from(values), sum, new Sketch()));
}

function counter(series: number, sum: number): SeriesBucket {
  return { series, count: 1, sum, min: sum, max: sum, percentiles: null, sketch: null };
}

/** Rows of the database as others see it. */
function rowsOf(collector: TestCollector, sql: string): readonly unknown[] {
  const database = new DatabaseSync(collector.path, { readOnly: true });
  try {
    return database.prepare(sql).all().map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

Deno.test("MetricStore.append() stores samples with the series that they are of", () =>
  withCollector((collector) => {
    collector.store.append({ chunks: [chunkAt(5, 7)], added: HITS }, START);
    collector.close();
    const { store } = collector;
    assert.deepEqual([...store.metrics()], HITS.metrics);
    assert.deepEqual([...store.series()], HITS.series);
    const [place] = store.chunksAfter(0);
    assert.deepEqual(place, { id: 1, firstTime: START + 5, lastTime: START + 7, count: 2 });
    assert.ok(place);
    assert.deepEqual([...store.samples(place)?.times ?? []], [START + 5, START + 7]);
    assert.deepEqual(rowsOf(collector, "SELECT label, value, series FROM metrics_labels"), [
      { label: "method", value: "GET", series: 1 },
      { label: "path", value: "/a", series: 1 },
    ]);
  }));

Deno.test("MetricStore.append() stores all or nothing", () =>
  withCollector(({ store }) => {
    store.append({ chunks: [chunkAt(1)], added: HITS }, START);
    const added = { metrics: [], series: [{ id: 2, metric: 1, labels: {} }, ...HITS.series] };
    assert.throws(() => store.append({ chunks: [chunkAt(2)], added }, START), /UNIQUE constraint/);
    assert.equal([...store.series()].length, 1);
    store.append({ chunks: [chunkAt(3)], added: NOTHING_NEW }, START);
    assert.deepEqual(store.chunksAfter(0).map(({ id }) => id), [1, 2]);
  }));

Deno.test("MetricStore gives no chunk the id of one that is gone", () =>
  withCollector((collector) => {
    for (const added of [HITS, NOTHING_NEW]) {
      collector.store.append({ chunks: [chunkAt(1)], added }, START);
    }
    collector.store.finishChunks(2, START);
    collector.now += 3 * HOUR;
    collector.retain();
    assert.deepEqual(collector.store.chunksAfter(0), []);
    collector.close();
    collector.store.append({ chunks: [chunkAt(1)], added: NOTHING_NEW }, START);
    assert.deepEqual(collector.store.chunksAfter(2).map(({ id }) => id), [3]);
    assert.deepEqual(collector.store.rollup, { chunk: 2, finishedAt: START });
  }));

Deno.test("MetricStore.chunksWithin() gives chunks with or around a range, up to an id", () =>
  withCollector(({ store }) => {
    const chunks = [[0], [999], [1000], [0, 5000], [1999], [2000], [1500]];
    chunks.forEach((offsets, at) =>
      store.append({ chunks: [chunkAt(...offsets)], added: at === 0 ? HITS : NOTHING_NEW }, START)
    );
    const range = { from: START + 1000, to: START + 2000 };
    assert.deepEqual(store.chunksWithin(range, 7).map(({ id }) => id), [3, 4, 5, 7]);
    assert.deepEqual(store.chunksWithin(range, 6).map(({ id }) => id), [3, 4, 5]);
    assert.deepEqual(store.chunksWithin({ from: START - 9, to: START }, 7), []);
    assert.deepEqual(store.chunksAfter(5).map(({ id }) => id), [6, 7]);
  }));

Deno.test("MetricStore.samples() of a chunk that is gone is null", () =>
  withCollector(({ store }) => {
    assert.equal(store.samples({ id: 9, firstTime: 0, lastTime: 0, count: 1 }), null);
  }));

Deno.test("MetricStore.writeMinutes() replaces minutes and opens their hours until writeHour()", () =>
  withCollector(({ store }) => {
    const first = [histogram(1, 1, 2), histogram(2, 3)];
    store.writeMinutes([{ metric: 1, bucket: START + MINUTE, buckets: first }]);
    assert.deepEqual(store.buckets(1, "minute", START + MINUTE), first);
    const second = [histogram(1, 1, 2, 5), histogram(2, 3), histogram(3, -1)];
    store.writeMinutes([
      { metric: 1, bucket: START + MINUTE, buckets: second },
      { metric: 2, bucket: START + HOUR, buckets: [counter(4, 7)] },
    ]);
    assert.deepEqual(store.buckets(1, "minute", START + MINUTE), second);
    assert.deepEqual(store.buckets(2, "minute", START + HOUR), [counter(4, 7)]);
    assert.deepEqual(store.buckets(2, "minute", START), []);
    assert.deepEqual(store.buckets(1, "hour", START + MINUTE), []);

    const [one, two] = [{ metric: 1, hour: START }, { metric: 2, hour: START + HOUR }];
    assert.deepEqual(store.openHours(START + 2 * HOUR), [one, two]);
    assert.deepEqual(store.openHours(START + HOUR), [one]);
    assert.deepEqual(store.minutesOf(one), [START + MINUTE]);
    store.writeHour({ metric: 1, bucket: START, buckets: second });
    assert.deepEqual(store.buckets(1, "hour", START), second);
    assert.deepEqual(store.openHours(Infinity), [two]);
    store.closeHour(two);
    assert.deepEqual(store.openHours(Infinity), []);
    store.writeMinutes([{ metric: 1, bucket: START + MINUTE, buckets: second }]);
    assert.deepEqual(store.openHours(Infinity), [one]);
  }));

Deno.test("metrics_aggregated shows every bucket in its documented shape", () =>
  withCollector(async (collector) => {
    collector.now = START + 30_000;
    await collector.record([
      { name: "latency", type: "histogram", value: 0.5, labels: { path: "/a", code: 200 } },
      { name: "latency", type: "histogram", value: 0.25, labels: { path: "/a", code: 200 } },
      { name: "hits", type: "counter", value: 3, project: "shop" },
    ]);
    collector.now += HOUR;
    collector.rollUp();
    const rows = rowsOf(collector, "SELECT * FROM metrics_aggregated ORDER BY resolution, name");
    const ids = rows.map((row) => typeof row === "object" && row !== null && "id" in row && row.id);
    assert.equal(new Set(ids).size, 4, `${ids}`);
    const expected = ["hour", "minute"].flatMap((resolution) => {
      const bucket = { bucket: "2026-11-20T10:00:00Z", resolution };
      return [
        {
          ...{ ...bucket, project: "shop", name: "hits", type: "counter", labels: "{}" },
          ...{ count: 1, sum: 3, min: 3, max: 3, avg: 3, p50: null, p95: null, p99: null },
        },
        {
          ...{ ...bucket, project: "default", name: "latency", type: "histogram" },
          labels: '{"code":"200","path":"/a"}',
          ...{
            count: 2,
            sum: 0.75,
            min: 0.25,
            max: 0.5,
            avg: 0.375,
            p50: 0.25,
            p95: 0.5,
            p99: 0.5,
          },
        },
      ];
    });
    assert.deepEqual(rows, expected.map((row, at) => ({ id: ids[at], ...row })));
  }));

Deno.test("Ingest.received counts the samples of the last 24 hours, from before a restart too", () =>
  withCollector(async (collector) => {
    const samples = [1, 2].map((value) => ({ name: "hits", type: "counter", value }));
    await collector.record(samples);
    assert.equal(collector.ingest.received, 2);
    collector.rollUp();
    collector.close();
    assert.equal(collector.ingest.received, 2);
    collector.now += 5 * HOUR;
    await collector.record(samples);
    assert.equal(collector.ingest.received, 4);
    collector.now += 24 * HOUR;
    assert.equal(collector.ingest.received, 0);
  }));

Deno.test("Ingest.received is right after a restart however short what is measured is kept", () => {
  const retention = { raw: 60, minute: 3600, hour: 3600 };
  return withCollector(async (collector) => {
    await collector.record([1, 2].map((value) => ({ name: "hits", type: "counter", value })));
    collector.now += 3 * HOUR;
    collector.rollUp();
    collector.retain();
    assert.deepEqual([collector.kept.raw, collector.kept.minute], [0, 0]);
    await collector.record([{ name: "hits", type: "counter", value: 3 }]);
    collector.close();
    assert.equal(collector.ingest.received, 3);
    collector.now = START + 25 * HOUR;
    collector.rollUp();
    collector.retain();
    collector.close();
    assert.equal(collector.ingest.received, 1);
    assert.deepEqual([...collector.store.receivedByHour()], [[START + 3 * HOUR, 1]]);
  }, { ...DEFAULT_SETTINGS, retention });
});

Deno.test("Ingest.received counts by when samples came, not by when they were measured", () =>
  withCollector(async (collector) => {
    const timestamp = new Date(collector.now - 50 * MINUTE).toISOString();
    await collector.record([{ name: "hits", type: "counter", value: 1, timestamp }]);
    collector.close();
    collector.now += 23 * HOUR + 50 * MINUTE;
    assert.equal(collector.ingest.received, 1);
  }));

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { DAY, HOUR, MINUTE } from "../clock.ts";
import { createLogger } from "../logger.ts";
import { encodeChunk } from "./chunk.ts";
import {
  DEFAULT_SETTINGS,
  START,
  type TestCollector,
  withCollector,
} from "./collector_test_support.ts";
import { deleteOld, deleteUnusedSeries, startMaintenance } from "./maintenance.ts";

const { retention } = DEFAULT_SETTINGS;

/** How many rows each table has, as others see it. */
function sizesOf(collector: TestCollector): Readonly<Record<string, number>> {
  const database = new DatabaseSync(collector.path, { readOnly: true });
  const tables = ["names", "series", "labels", "chunks", "packs", "buckets", "open_hours"];
  try {
    return Object.fromEntries(tables.map((table) => {
      const row = database.prepare(`SELECT count(*) AS count FROM metrics_${table}`).get();
      return [table, Number(row?.count)];
    }));
  } finally {
    database.close();
  }
}

function free(collector: TestCollector): number {
  const database = new DatabaseSync(collector.path, { readOnly: true });
  try {
    return Number(database.prepare("PRAGMA freelist_count").get()?.freelist_count);
  } finally {
    database.close();
  }
}

function hits(path: string) {
  return { name: "hits", type: "counter", value: 1, labels: { path } };
}

/** Chunks of samples of the first series, as a busy hour leaves them. */
function appendChunks({ store }: TestCollector, count: number, samples = 1): void {
  const columns = {
    series: Array.from({ length: samples }, () => 1),
    times: Array.from({ length: samples }, () => START),
    values: Array.from({ length: samples }, () => 1),
  };
  const chunk = encodeChunk([columns]);
  for (let at = 0; at < count; at++) {
    store.append({ chunks: [chunk], added: { metrics: [], series: [] } }, START);
  }
}

Deno.test("deleteOld() deletes chunks a hundred at a time", () =>
  withCollector(async (collector) => {
    await collector.record([hits("/a")]);
    appendChunks(collector, 1199);
    collector.rollUp();
    collector.now += 2 * HOUR;
    const left: (number | undefined)[] = [];
    for (const _ of deleteOld({ store: collector.store, retention }, collector.now)) {
      left.push(sizesOf(collector).chunks);
    }
    assert.deepEqual(left, [1100, 1000, 900, 800, 700, 600, 500, 400, 300, 200, 100, 0]);
    assert.equal(sizesOf(collector).chunks, 0);
  }));

Deno.test("deleteOld() deletes the buckets of a minute with many series a few thousand at a time", () =>
  withCollector(async (collector) => {
    for (let at = 0; at < 12; at++) {
      await collector.record(Array.from({ length: 1000 }, (_, n) => hits(`/${at}/${n}`)));
    }
    collector.now += HOUR;
    collector.rollUp();
    assert.equal(sizesOf(collector).buckets, 24_000);
    collector.now += 2 * DAY;
    const left: (number | undefined)[] = [];
    for (const _ of deleteOld({ store: collector.store, retention }, collector.now)) {
      const sizes = sizesOf(collector);
      left.push(sizes.buckets);
      // The pack goes with the last of its buckets.
      assert.equal(sizes.packs, Number(sizes.buckets) > 12_000 ? 2 : 1);
    }
    assert.deepEqual(left, [19_000, 14_000, 12_000]);
  }, { ...DEFAULT_SETTINGS, limits: { ofMetric: 20_000, inAll: 50_000 } }));

Deno.test("deleteOld() deletes the packs of many metrics some hundred at a time", () =>
  withCollector(async (collector) => {
    await collector.record(
      Array.from({ length: 950 }, (_, n) => ({ ...hits("/"), name: `m${n}` })),
    );
    collector.rollUp();
    collector.now += HOUR;
    collector.rollUp();
    collector.now += 2 * DAY;
    const left: (number | undefined)[] = [];
    for (const _ of deleteOld({ store: collector.store, retention }, collector.now)) {
      left.push(sizesOf(collector).packs);
    }
    // The hours stay.
    assert.deepEqual(left, [1400, 950]);
  }));

Deno.test("deleteOld() gives free pages back to the disk, a few at a time", () =>
  withCollector(async (collector) => {
    await collector.record([hits("/a")]);
    appendChunks(collector, 900, 1000);
    collector.rollUp();
    collector.now += 2 * HOUR;
    let most = 0;
    for (const _ of deleteOld({ store: collector.store, retention }, collector.now)) {
      const now = free(collector);
      if (now > most) most = now;
    }
    assert.ok(most > 2000, `${most} pages were free`);
    assert.ok(free(collector) < 600, `${free(collector)} pages are free`);
  }));

Deno.test("deleteOld() leaves samples that are not rolled up, and minutes of hours that are not", () =>
  withCollector(async (collector) => {
    await collector.record([hits("/a"), hits("/b")]);
    collector.now += 40 * DAY;
    collector.retain();
    assert.deepEqual(sizesOf(collector), {
      ...{ names: 1, series: 2, labels: 2, chunks: 1, packs: 0, buckets: 0, open_hours: 0 },
    });
    // Rolled up into minutes, not into hours yet.
    collector.now = START + HOUR - MINUTE;
    collector.rollUp();
    collector.now += 2 * DAY;
    collector.retain();
    assert.deepEqual(sizesOf(collector), {
      ...{ names: 1, series: 2, labels: 2, chunks: 0, packs: 1, buckets: 2, open_hours: 1 },
    });
    collector.rollUp();
    collector.retain();
    assert.deepEqual(sizesOf(collector), {
      ...{ names: 1, series: 2, labels: 2, chunks: 0, packs: 1, buckets: 2, open_hours: 0 },
    });
  }));

Deno.test("deleteUnusedSeries() forgets series and metrics that nothing is kept of, with their labels", () =>
  withCollector(async (collector) => {
    const gone = { ...hits("/gone"), name: "gone" };
    await collector.record([hits("/a"), hits("/b"), gone]);
    collector.now += HOUR;
    collector.rollUp();
    collector.now = START + 20 * DAY;
    await collector.record([hits("/b")]);
    collector.rollUp();
    collector.retain();
    assert.equal(collector.ingest.registry.size, 3);
    collector.now = START + 31 * DAY;
    collector.rollUp();
    collector.retain();
    const sizes = sizesOf(collector);
    assert.deepEqual([sizes.names, sizes.series, sizes.labels], [1, 1, 1]);
    assert.equal(collector.ingest.registry.size, 1);
    assert.equal(collector.ingest.registry.metricOf(2)?.name, "hits");
    assert.equal(collector.ingest.registry.metricOf(1), undefined);
    // It can come back, under another id.
    await collector.record([hits("/a")]);
    assert.deepEqual([...collector.store.series()].map(({ id }) => id).sort(), [2, 4]);
  }));

Deno.test("deleteUnusedSeries() leaves series with samples that are not rolled up", () =>
  withCollector(async (collector) => {
    await collector.record([hits("/a"), hits("/b")]);
    collector.rollUp();
    collector.now += 40 * DAY;
    collector.rollUp();
    await collector.record([hits("/b")]);
    collector.retain();
    assert.deepEqual([...collector.store.series()].map(({ id }) => id), [2]);
    collector.rollUp();
    collector.retain();
    assert.equal(
      collector.query({
        ...{ name: "hits", labels: { path: "/b" }, groupBy: [], resolution: "minute" },
        span: { period: "1h" },
      }).data?.length,
      1,
    );
  }));

Deno.test("deleteUnusedSeries() deletes two hundred at a time", () =>
  withCollector(async (collector) => {
    for (let at = 0; at < 3; at++) {
      await collector.record(Array.from({ length: 900 }, (_, n) => hits(`/${at}/${n}`)));
    }
    collector.now += 40 * DAY;
    collector.rollUp();
    const { store, ingest: { registry } } = collector;
    for (const _ of deleteOld({ store, retention }, collector.now));
    const options = { store, registry, retention };
    const deleted = Array.from({ length: 15 }, () => deleteUnusedSeries(options, collector.now));
    assert.deepEqual(deleted, [...new Array<number>(13).fill(200), 100, 0]);
    assert.equal(registry.size, 0);
    assert.deepEqual(sizesOf(collector), {
      ...{ names: 0, series: 0, labels: 0, chunks: 0, packs: 0, buckets: 0, open_hours: 0 },
    });
  }, { ...DEFAULT_SETTINGS, limits: { ofMetric: 20_000, inAll: 50_000 } }));

/** Runs the maintenance once, as it is started. */
async function maintain(collector: TestCollector, now: () => number): Promise<void> {
  const { store, ingest } = collector;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const maintenance = startMaintenance({
    store,
    registry: ingest.registry,
    retention,
    interval: 3600,
    clock: { now },
    logger: createLogger({ service: "test", level: "ERROR" }),
    isIdle() {
      end();
      return true;
    },
  });
  await ended;
  await maintenance.close();
}

Deno.test("startMaintenance() rolls up and deletes at once", () =>
  withCollector(async (collector) => {
    await collector.record([hits("/a")]);
    collector.now += 2 * HOUR;
    await maintain(collector, () => collector.now);
    assert.deepEqual(collector.store.rollup, { chunk: 1, finishedAt: collector.now });
    const { raw, minute, hour } = collector.kept;
    assert.deepEqual([raw, minute, hour], [0, 1, 1]);
  }));

Deno.test("startMaintenance() keeps what may be needed at its start, however long it takes", () =>
  withCollector(async (collector) => {
    collector.now += 30_000;
    await collector.record([hits("/a")]);
    collector.rollUp();
    // A sample of the same minute may come in while it rolls up, and is not rolled up then.
    const times = [START + HOUR, START + HOUR + 10 * MINUTE];
    await maintain(collector, () => times.shift() ?? START + HOUR + 10 * MINUTE);
    assert.equal(collector.kept.raw, 1);
  }));

Deno.test("startMaintenance() deletes nothing by a clock that is wrong from the start, so that late samples count", () =>
  withCollector(async (collector) => {
    const ofHits = () => {
      const query = { name: "hits", labels: {}, groupBy: [], span: { period: "1h" as const } };
      return collector.query({ ...query, resolution: "minute" }).data?.map(({ count }) => count);
    };
    await collector.record([hits("/a")]);
    await maintain(collector, () => collector.now);
    collector.close();
    // A machine that starts before a time server has told it the time.
    collector.now = START + 3 * DAY;
    await maintain(collector, () => collector.now);
    assert.equal(collector.kept.raw, 1);
    collector.close();
    collector.now = START + 30_000;
    await collector.record([hits("/a")]);
    await maintain(collector, () => collector.now);
    assert.deepEqual(ofHits(), [2]);
  }));

Deno.test("startMaintenance() deletes by the clock again in a process that goes on from a right one", () =>
  withCollector(async (collector) => {
    await collector.record([hits("/a")]);
    await maintain(collector, () => collector.now);
    collector.store.keepRetainedAt(START + 2 * HOUR);
    collector.close();
    collector.now = START + 2 * HOUR;
    await maintain(collector, () => collector.now);
    assert.equal(collector.kept.raw, 0);
  }));

/** What goes of metrics where the database has reached MAX_DATABASE_SIZE. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { HOUR, MINUTE, SECOND } from "../clock.ts";
import { createLogger } from "../logger.ts";
import type { SeriesBucket } from "./bucket.ts";
import { openMetricStore } from "./sqlite_store.ts";
import type { MetricStore } from "./store.ts";

const START = Date.UTC(2026, 10, 20, 9);
/** 8 MiB of it are the log's: about 1.6 MB for the file. */
const MAX_BYTES = 10_000_000;
const SERIES = 300;
const logger = createLogger({ service: "test", level: "ERROR" });

interface Sizes {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
}

/** The bucket of a counter. */
function bucketOf(series: number): SeriesBucket {
  return { series, count: 2, sum: 3, min: 1, max: 2, percentiles: null, sketch: null };
}

/** A database with so many minutes from the start on and hours before it, then opened with a limit. */
async function withTiers(
  tiers: { readonly minutes: number; readonly hours: number },
  work: (store: MetricStore, kept: () => Sizes) => void,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/metrics.db`;
  const filling = openMetricStore(path, logger);
  const buckets = Array.from({ length: SERIES }, (_, at) => bucketOf(at + 1));
  for (let at = 0; at < tiers.hours; at++) {
    filling.writeHour({ metric: 1, bucket: START - (tiers.hours - at) * HOUR, buckets });
  }
  for (let at = 0; at < tiers.minutes; at++) {
    filling.writeMinutes([{ metric: 1, bucket: START + at * MINUTE, buckets }]);
  }
  for (const hour of filling.openHours(Infinity)) filling.closeHour(hour);
  filling.close();
  const store = openMetricStore(path, logger, MAX_BYTES);
  const reading = new DatabaseSync(path, { readOnly: true });
  const starts = (seconds: number) =>
    reading.prepare(
      `SELECT bucket FROM metrics_packs WHERE resolution = ?1 AND EXISTS (
         SELECT 1 FROM metrics_buckets WHERE resolution = ?1 AND bucket = metrics_packs.bucket)
       ORDER BY bucket`,
    ).all(seconds).map(({ bucket }) => Number(bucket) * SECOND);
  try {
    work(store, () => ({ minutes: starts(60), hours: starts(3600) }));
  } finally {
    reading.close();
    store.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Trims to the end, as a service does; gives how many buckets went. */
function trimAll(store: MetricStore, keepSince: number): { minutes: number; hours: number } {
  const went = { minutes: 0, hours: 0 };
  for (let step = 0;; step++) {
    assert.ok(step < 10_000, "it comes to an end");
    const some = store.trimToSize(keepSince);
    if (some === null) return went;
    went.minutes += some.minutes;
    went.hours += some.hours;
  }
}

const LATER = START + 10 * HOUR;

Deno.test("trimToSize() deletes the oldest minutes and no hours, as long as there are minutes", () =>
  withTiers({ minutes: 120, hours: 5 }, (store, kept) => {
    const before = kept();
    const went = trimAll(store, LATER);
    const { minutes, hours } = kept();
    assert.deepEqual(hours, before.hours);
    assert.equal(went.hours, 0);
    assert.ok(minutes.length > 0 && minutes.length < 120, `${minutes.length} minutes are left`);
    assert.deepEqual(minutes, before.minutes.slice(-minutes.length), "the newest stay");
    assert.ok(went.minutes >= (120 - minutes.length) * SERIES, `${went.minutes} buckets went`);
    assert.equal(store.trimToSize(LATER), null, "nothing is left to do");
  }));

Deno.test("trimToSize() deletes the oldest hours once all minutes are gone", () =>
  withTiers({ minutes: 10, hours: 120 }, (store, kept) => {
    const before = kept();
    const went = trimAll(store, LATER);
    const { minutes, hours } = kept();
    assert.deepEqual(minutes, []);
    assert.equal(went.minutes, 10 * SERIES);
    assert.ok(hours.length > 0 && hours.length < 120, `${hours.length} hours are left`);
    assert.deepEqual(hours, before.hours.slice(-hours.length), "the newest stay");
    assert.ok(went.hours >= (120 - hours.length) * SERIES, `${went.hours} buckets went`);
  }));

Deno.test("trimToSize() leaves the hour that is to be kept, and minutes of an hour that is open", () =>
  withTiers({ minutes: 120, hours: 0 }, (store, kept) => {
    assert.deepEqual(trimAll(store, START + HOUR - 1), { minutes: 0, hours: 0 });
    assert.equal(kept().minutes.length, 120);
    // A late sample came for the first hour: it is to be computed anew from its minutes.
    store.writeMinutes([{ metric: 1, bucket: START, buckets: [bucketOf(1)] }]);
    assert.deepEqual(trimAll(store, LATER), { minutes: 0, hours: 0 });
    assert.equal(kept().minutes.length, 120);
  }));

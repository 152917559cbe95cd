import { HOUR, SECOND } from "../clock.ts";
import type { Database } from "../sqlite/database.ts";
import type { SeriesBucket } from "./bucket.ts";
import type { Resolution } from "./model.ts";
import { encodePack, Pack } from "./pack.ts";
import { RESOLUTION_SECONDS } from "./read_sqlite_store.ts";
import type { MetricBuckets } from "./store.ts";

/** Buckets as they are rolled up: packed by metric, and as rows. */
export class PackRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A metric's buckets at a time (ms), in the order of their series; empty when there are none. */
  buckets(metric: number, resolution: Resolution, bucket: number): readonly SeriesBucket[] {
    const row = this.#database.prepare(
      `SELECT series, sketches FROM metrics_packs
       WHERE metric = ? AND resolution = ? AND bucket = ?`,
    ).get(metric, RESOLUTION_SECONDS[resolution], bucket / SECOND);
    if (!(row?.series instanceof Uint8Array && row.sketches instanceof Uint8Array)) return [];
    const pack = new Pack(row.series, row.sketches);
    return Array.from(pack.ids, (_, at) => pack.bucket(at));
  }

  /** Puts them in the place of those that were there, within the caller's transaction. */
  write(resolution: Resolution, { metric, bucket, buckets }: MetricBuckets): void {
    const seconds = RESOLUTION_SECONDS[resolution];
    const pack = encodePack(buckets);
    this.#database.prepare(
      `INSERT INTO metrics_packs (metric, resolution, bucket, samples, total, series, sketches)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (metric, resolution, bucket) DO UPDATE SET samples = excluded.samples,
         total = excluded.total, series = excluded.series, sketches = excluded.sketches`,
    ).run(metric, seconds, bucket / SECOND, pack.count, pack.total, pack.series, pack.sketches);
    const seen = this.#database.prepare(
      "UPDATE metrics_series SET last_hour = ?1 WHERE id = ?2 AND last_hour < ?1",
    );
    const replace = this.#database.prepare(
      `INSERT OR REPLACE INTO metrics_buckets
         (resolution, bucket, series, count, sum, min, max, p50, p95, p99)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const hour = Math.floor(bucket / HOUR) * HOUR / SECOND;
    for (const { series, count, sum, min, max, percentiles } of buckets) {
      const { p50 = null, p95 = null, p99 = null } = percentiles ?? {};
      seen.run(hour, series);
      replace.run(seconds, bucket / SECOND, series, count, sum, min, max, p50, p95, p99);
    }
  }
}

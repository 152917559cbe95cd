import { HOUR, SECOND } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { Database, databaseBytes, type SqlValue } from "../sqlite/database.ts";
import { migrate } from "../sqlite/migrator.ts";
import type { SeriesBucket } from "./bucket.ts";
import type { Samples } from "./chunk.ts";
import { ChunkReads } from "./chunks_sqlite_store.ts";
import { metricMigrations } from "./migrations/index.ts";
import { METRIC_TYPES, type Resolution, type TimeRange } from "./model.ts";
import { encodePack, Pack } from "./pack.ts";
import { RESOLUTION_SECONDS } from "./read_sqlite_store.ts";
import { RetentionDeletes } from "./retention_sqlite_store.ts";
import type { MetricIdentity, NewSeries, StoredSeries } from "./series_registry.ts";
import type {
  ChunkPlace,
  MetricBuckets,
  MetricHour,
  MetricStore,
  NewSamples,
  RetentionLimits,
  RollupState,
} from "./store.ts";

/** How long a statement may hold everyone up for another process. */
const LOCK_WAIT_MS = 100;

/** Opens (or creates) the database, brings its schema up, and gives the store on it. */
export function openMetricStore(path: string, logger: Logger): MetricStore {
  const database = Database.open(path);
  try {
    migrate(database, metricMigrations, logger);
    database.waitAtMost(LOCK_WAIT_MS);
    return new SqliteMetricStore(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteMetricStore implements MetricStore {
  readonly #database: Database;
  readonly #chunks: ChunkReads;
  readonly #retention: RetentionDeletes;
  #nextChunk: number;

  constructor(database: Database) {
    this.#database = database;
    this.#chunks = new ChunkReads((sql) => database.prepare(sql));
    this.#retention = new RetentionDeletes(database);
    const last = this.#one("SELECT max(id) AS id FROM metrics_chunks");
    // Ids of chunks that are gone are not given again: what is rolled up is told by them.
    this.#nextChunk = Math.max(Number(last?.id ?? 0), this.rollup.chunk) + 1;
  }

  get schemaVersion(): number {
    return metricMigrations.length;
  }

  get rollup(): RollupState {
    return this.#chunks.rollup;
  }

  metrics(): readonly MetricIdentity[] {
    return this.#all("SELECT id, name, project, type FROM metrics_names").map((row) => ({
      id: Number(row.id),
      name: String(row.name),
      project: String(row.project),
      type: METRIC_TYPES.find((type) => type === row.type) ?? "gauge",
    }));
  }

  *series(): Iterable<StoredSeries> {
    const statement = this.#database.prepare("SELECT id, metric, labels FROM metrics_series");
    for (const row of statement.iterate()) {
      yield {
        id: Number(row.id),
        metric: Number(row.metric),
        labels: JSON.parse(String(row.labels)),
      };
    }
  }

  get seriesCount(): number {
    return Number(this.#one("SELECT count(*) AS count FROM metrics_series")?.count ?? 0);
  }

  append({ chunks, added }: NewSamples, now: number): void {
    this.#database.transaction(() => {
      this.#addSeries(added, now);
      chunks.forEach(({ firstTime, lastTime, count, data }, at) =>
        this.#run(
          "INSERT INTO metrics_chunks (id, first_time, last_time, samples, data) VALUES (?, ?, ?, ?, ?)",
          this.#nextChunk + at,
          firstTime,
          lastTime,
          count,
          data,
        )
      );
    });
    this.#nextChunk += chunks.length;
  }

  #addSeries({ metrics, series }: NewSeries, now: number): void {
    for (const { id, name, project, type } of metrics) {
      this.#run(
        "INSERT INTO metrics_names (id, name, project, type) VALUES (?, ?, ?, ?)",
        id,
        name,
        project,
        type,
      );
    }
    const hour = Math.floor(now / HOUR) * HOUR / SECOND;
    for (const { id, metric, labels } of series) {
      this.#run(
        "INSERT INTO metrics_series (id, metric, labels, last_hour) VALUES (?, ?, ?, ?)",
        id,
        metric,
        JSON.stringify(labels),
        hour,
      );
      for (const [label, value] of Object.entries(labels)) {
        this.#run(
          "INSERT INTO metrics_labels (metric, label, value, series) VALUES (?, ?, ?, ?)",
          metric,
          label,
          value,
          id,
        );
      }
    }
  }

  chunksAfter(id: number): readonly ChunkPlace[] {
    return this.#chunks.chunksAfter(id);
  }

  chunksWithin(range: TimeRange, upTo: number): readonly ChunkPlace[] {
    return this.#chunks.chunksWithin(range, upTo);
  }

  samples(chunk: ChunkPlace): Samples | null {
    return this.#chunks.samples(chunk);
  }

  buckets(metric: number, resolution: Resolution, bucket: number): readonly SeriesBucket[] {
    const row = this.#one(
      `SELECT series, sketches FROM metrics_packs
       WHERE metric = ? AND resolution = ? AND bucket = ?`,
      metric,
      RESOLUTION_SECONDS[resolution],
      bucket / SECOND,
    );
    if (!(row?.series instanceof Uint8Array && row.sketches instanceof Uint8Array)) return [];
    const pack = new Pack(row.series, row.sketches);
    return Array.from(pack.ids, (_, at) => pack.bucket(at));
  }

  writeMinutes(minutes: readonly MetricBuckets[]): void {
    this.#database.transaction(() => {
      for (const minute of minutes) {
        this.#writePack("minute", minute);
        this.#run(
          "INSERT OR IGNORE INTO metrics_open_hours (hour, metric) VALUES (?, ?)",
          Math.floor(minute.bucket / HOUR) * HOUR / SECOND,
          minute.metric,
        );
      }
    });
  }

  finishChunks(chunk: number, now: number): void {
    this.#database.transaction(() =>
      this.#run("UPDATE metrics_rollup SET chunk = ?, finished_at = ?", chunk, now)
    );
  }

  openHours(before: number): readonly MetricHour[] {
    return this.#all(
      "SELECT hour, metric FROM metrics_open_hours WHERE hour < ? ORDER BY hour",
      before / SECOND,
    ).map((row) => ({ hour: Number(row.hour) * SECOND, metric: Number(row.metric) }));
  }

  minutesOf({ metric, hour }: MetricHour): readonly number[] {
    return this.#all(
      `SELECT bucket FROM metrics_packs
       WHERE metric = ? AND resolution = ? AND bucket >= ? AND bucket < ? ORDER BY bucket`,
      metric,
      RESOLUTION_SECONDS.minute,
      hour / SECOND,
      (hour + HOUR) / SECOND,
    ).map(({ bucket }) => Number(bucket) * SECOND);
  }

  writeHour(hour: MetricBuckets): void {
    this.#database.transaction(() => {
      this.#writePack("hour", hour);
      this.#close({ metric: hour.metric, hour: hour.bucket });
    });
  }

  closeHour(hour: MetricHour): void {
    this.#database.transaction(() => this.#close(hour));
  }

  #close({ metric, hour }: MetricHour): void {
    this.#run(
      "DELETE FROM metrics_open_hours WHERE hour = ? AND metric = ?",
      hour / SECOND,
      metric,
    );
  }

  #writePack(resolution: Resolution, { metric, bucket, buckets }: MetricBuckets): void {
    const seconds = RESOLUTION_SECONDS[resolution];
    const pack = encodePack(buckets);
    this.#run(
      `INSERT INTO metrics_packs (metric, resolution, bucket, samples, total, series, sketches)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (metric, resolution, bucket) DO UPDATE SET samples = excluded.samples,
         total = excluded.total, series = excluded.series, sketches = excluded.sketches`,
      metric,
      seconds,
      bucket / SECOND,
      pack.count,
      pack.total,
      pack.series,
      pack.sketches,
    );
    const hour = Math.floor(bucket / HOUR) * HOUR / SECOND;
    for (const { series, count, sum, min, max, percentiles } of buckets) {
      this.#run(
        "UPDATE metrics_series SET last_hour = ?1 WHERE id = ?2 AND last_hour < ?1",
        hour,
        series,
      );
      this.#run(
        `INSERT OR REPLACE INTO metrics_buckets
           (resolution, bucket, series, count, sum, min, max, p50, p95, p99)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        seconds,
        bucket / SECOND,
        series,
        count,
        sum,
        min,
        max,
        percentiles?.p50 ?? null,
        percentiles?.p95 ?? null,
        percentiles?.p99 ?? null,
      );
    }
  }

  deleteOlder(limits: RetentionLimits): boolean {
    return this.#retention.deleteOlder(limits, this.rollup.chunk);
  }

  deleteSeries(unusedSince: number, except: () => ReadonlySet<number>): readonly number[] {
    return this.#retention.deleteSeries(unusedSince, except);
  }

  countsByHour(since: number): ReadonlyMap<number, number> {
    const rolledUp = this.#all(
      `SELECT bucket / 3600 * 3600 AS hour, sum(samples) AS samples FROM metrics_packs
       WHERE resolution = ? AND bucket >= ? GROUP BY 1`,
      RESOLUTION_SECONDS.minute,
      since / SECOND,
    );
    const counts = new Map(
      rolledUp.map(({ hour, samples }) => [Number(hour) * SECOND, Number(samples)]),
    );
    for (const { firstTime, count } of this.chunksAfter(this.rollup.chunk)) {
      const hour = Math.floor(firstTime / HOUR) * HOUR;
      counts.set(hour, (counts.get(hour) ?? 0) + count);
    }
    return counts;
  }

  sizeBytes(): Promise<number> {
    return databaseBytes(this.#database.path);
  }

  close(): void {
    this.#database.close();
  }

  #all(sql: string, ...params: readonly SqlValue[]) {
    return this.#database.prepare(sql).all(...params);
  }

  #one(sql: string, ...params: readonly SqlValue[]) {
    return this.#database.prepare(sql).get(...params);
  }

  #run(sql: string, ...params: readonly SqlValue[]) {
    return this.#database.prepare(sql).run(...params);
  }
}

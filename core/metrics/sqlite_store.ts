import { HOUR, SECOND } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { Database, databaseBytes, type SqlValue } from "../sqlite/database.ts";
import { IdempotencyKeys } from "../sqlite/idempotency_keys.ts";
import { SizeLimit } from "../sqlite/size_limit.ts";
import type { Trimmed } from "../trimming.ts";
import { migrate } from "../sqlite/migrator.ts";
import type { SeriesBucket } from "./bucket.ts";
import type { Samples } from "./chunk.ts";
import { ChunkReads } from "./chunks_sqlite_store.ts";
import { metricMigrations } from "./migrations/index.ts";
import type { Resolution, TimeRange } from "./model.ts";
import { PackRows } from "./packs_sqlite_store.ts";
import { RESOLUTION_SECONDS } from "./read_sqlite_store.ts";
import { RetentionDeletes } from "./retention_sqlite_store.ts";
import type { MetricIdentity, StoredSeries } from "./series_registry.ts";
import { SeriesRows } from "./series_sqlite_store.ts";
import type {
  ChunkPlace,
  MetricBuckets,
  MetricHour,
  MetricStore,
  NewSamples,
  RetentionLimits,
  RollupState,
  TRIMMED,
} from "./store.ts";

/** How long a statement may hold everyone up for another process. */
const LOCK_WAIT_MS = 100;

/**
 * Opens (or creates) the database, brings its schema up, and gives the store on it. It may have `maxBytes` on
 * disk; 0 is no limit.
 */
export function openMetricStore(path: string, logger: Logger, maxBytes = 0): MetricStore {
  const database = Database.open(path);
  try {
    migrate(database, metricMigrations, logger);
    database.waitAtMost(LOCK_WAIT_MS);
    return new SqliteMetricStore(database, maxBytes);
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteMetricStore implements MetricStore {
  readonly #database: Database;
  readonly #series: SeriesRows;
  readonly #chunks: ChunkReads;
  readonly #packs: PackRows;
  readonly #retention: RetentionDeletes;
  readonly #keys: IdempotencyKeys;
  readonly #limit: SizeLimit;
  #nextChunk: number;

  constructor(database: Database, maxBytes: number) {
    this.#database = database;
    this.#series = new SeriesRows(database);
    this.#packs = new PackRows(database);
    this.#limit = new SizeLimit(database, maxBytes);
    this.#chunks = new ChunkReads((sql) => database.prepare(sql));
    this.#retention = new RetentionDeletes(database);
    this.#keys = new IdempotencyKeys(database);
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
    return this.#series.metrics();
  }

  series(): Iterable<StoredSeries> {
    return this.#series.series();
  }

  countOf(key: string): number | undefined {
    const answer = this.#keys.answer(key);
    return answer === undefined ? undefined : Number(answer);
  }

  append({ chunks, added, keys = [] }: NewSamples, now: number): void {
    this.#database.transaction(() => {
      this.#series.add(added, now);
      for (const { key, count } of keys) this.#keys.keep(key, String(count), now);
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
      this.#run(
        `INSERT INTO metrics_received (hour, samples) VALUES (?, ?)
         ON CONFLICT (hour) DO UPDATE SET samples = samples + excluded.samples`,
        Math.floor(now / HOUR),
        chunks.reduce((sum, { count }) => sum + count, 0),
      );
    });
    this.#nextChunk += chunks.length;
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
    return this.#packs.buckets(metric, resolution, bucket);
  }

  writeMinutes(minutes: readonly MetricBuckets[]): void {
    this.#database.transaction(() => {
      for (const minute of minutes) {
        this.#packs.write("minute", minute);
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
      this.#packs.write("hour", hour);
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

  deleteOlder(limits: RetentionLimits): boolean {
    return this.#retention.deleteOlder(limits, this.rollup.chunk);
  }

  deleteSeries(unusedSince: number, except: () => ReadonlySet<number>): readonly number[] {
    return this.#retention.deleteSeries(unusedSince, except);
  }

  trimToSize(keepSince: number): Trimmed<typeof TRIMMED[number]> | null {
    const went = { samples: 0, minutes: 0, hours: 0 };
    const rolledUp = this.rollup.chunk;
    const trimmed = this.#limit.trim(() => {
      const one = this.#retention.deleteOldest(keepSince, rolledUp);
      if (one !== null) went[one.kind] += one.count;
      return one !== null;
    });
    return trimmed || this.#limit.release() ? went : null;
  }

  receivedByHour(): ReadonlyMap<number, number> {
    const rows = this.#all("SELECT hour, samples FROM metrics_received");
    return new Map(rows.map(({ hour, samples }) => [Number(hour) * HOUR, Number(samples)]));
  }

  get retainedAt(): number | null {
    const time = this.#one("SELECT retained_at FROM metrics_rollup")?.retained_at ?? null;
    return time === null ? null : Number(time);
  }

  keepRetainedAt(time: number): void {
    this.#database.transaction(() =>
      this.#run("UPDATE metrics_rollup SET retained_at = ?", Math.floor(time))
    );
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

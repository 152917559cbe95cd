import { HOUR, SECOND } from "../clock.ts";
import type { Database, SqlValue } from "../sqlite/database.ts";
import type { Resolution } from "./model.ts";
import { RESOLUTION_SECONDS } from "./read_sqlite_store.ts";
import type { RetentionLimits, TRIMMED } from "./store.ts";

/** Rows deleted in one go, so that none takes long. */
const DELETED_CHUNKS = 100;
const DELETED = { buckets: 5000, packs: 500 };
/** With their labels, up to twenty each. */
const DELETED_SERIES = 200;
/** Free pages given back to the disk in one go. */
const RELEASED_PAGES = 500;

/** Buckets and packs that go at once where the database is too large: a few ms, as often as there is time. */
const TRIMMED_AT_ONCE = { buckets: 100, packs: 20 };
const TRIMMED_TIERS = [["minutes", "minute"], ["hours", "hour"]] as const;

/** What went, and how many of it. */
export interface Deleted {
  readonly kind: typeof TRIMMED[number];
  readonly count: number;
}

/** Deletes what is too old, a little at a time. */
export class RetentionDeletes {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Of chunks only those up to one that is rolled up. Gives whether there may be more. */
  deleteOlder(limits: RetentionLimits, rolledUp: number): boolean {
    const oldestOpen = this.#one("SELECT min(hour) AS hour FROM metrics_open_hours")?.hour;
    const minute = Math.min(limits.minute / SECOND, Number(oldestOpen ?? Infinity));
    const hasMore = this.#database.transaction(() => {
      this.#run("DELETE FROM metrics_received WHERE hour < ?", limits.received / HOUR);
      const chunks = this.#deleteChunks(limits.raw, rolledUp);
      const minutes = this.#deleteBuckets("minute", minute, DELETED);
      const hours = this.#deleteBuckets("hour", limits.hour / SECOND, DELETED);
      return chunks || minutes !== null || hours !== null;
    });
    return hasMore || this.#release();
  }

  /**
   * Deletes what is to go first where the database is too large: a chunk whose samples are in their minutes,
   * then some of the oldest minute, then of the oldest hour. Null when nothing may go.
   */
  deleteOldest(keepSince: number, rolledUp: number): Deleted | null {
    const chunk = this.#one(
      "SELECT id, samples FROM metrics_chunks WHERE last_time < ? AND +id <= ? ORDER BY last_time LIMIT 1",
      keepSince,
      rolledUp,
    );
    if (chunk) {
      this.#run("DELETE FROM metrics_chunks WHERE id = ?", Number(chunk.id));
      return { kind: "samples", count: Number(chunk.samples) };
    }
    const open = this.#one("SELECT min(hour) AS hour FROM metrics_open_hours")?.hour;
    const complete = Math.min(
      Number(open ?? Infinity),
      Math.floor(keepSince / HOUR) * HOUR / SECOND,
    );
    for (const [kind, resolution] of TRIMMED_TIERS) {
      const count = this.#deleteBuckets(resolution, complete, TRIMMED_AT_ONCE);
      if (count !== null) return { kind, count };
    }
    return null;
  }

  /**
   * Some series, and then metrics without any, that had no samples since an hour (ms); gives their ids.
   */
  deleteSeries(unusedSince: number, except: () => ReadonlySet<number>): readonly number[] {
    return this.#database.transaction(() => {
      const old = this.#all(
        "SELECT id, metric, labels FROM metrics_series WHERE last_hour < ? LIMIT ?",
        unusedSince / SECOND,
        DELETED_SERIES,
      );
      if (old.length === 0) return [];
      const kept = except();
      const unused = old.filter(({ id }) => !kept.has(Number(id)));
      for (const { id, metric, labels } of unused) {
        for (const [label, value] of Object.entries(JSON.parse(String(labels)))) {
          this.#run(
            "DELETE FROM metrics_labels WHERE metric = ? AND label = ? AND value = ? AND series = ?",
            Number(metric),
            label,
            String(value),
            Number(id),
          );
        }
        this.#run("DELETE FROM metrics_series WHERE id = ?", Number(id));
        this.#run(
          `DELETE FROM metrics_names WHERE id = ?1
             AND NOT EXISTS (SELECT 1 FROM metrics_series WHERE metric = ?1)`,
          Number(metric),
        );
      }
      return unused.map(({ id }) => Number(id));
    });
  }

  #deleteChunks(before: number, rolledUp: number): boolean {
    const { changes } = this.#run(
      `DELETE FROM metrics_chunks WHERE id IN (
         SELECT id FROM metrics_chunks WHERE last_time < ? AND id <= ? LIMIT ?)`,
      before,
      rolledUp,
      DELETED_CHUNKS,
    );
    return Number(changes) === DELETED_CHUNKS;
  }

  /** Those of the oldest bucket before a moment (s), or some of them: how many, null where none is. */
  #deleteBuckets(
    resolution: Resolution,
    before: number,
    most: { readonly buckets: number; readonly packs: number },
  ): number | null {
    const seconds = RESOLUTION_SECONDS[resolution];
    const oldest = this.#one(
      "SELECT bucket FROM metrics_packs WHERE resolution = ? AND bucket < ? ORDER BY bucket LIMIT 1",
      seconds,
      before,
    )?.bucket;
    if (oldest === undefined) return null;
    const bucket = Number(oldest);
    const changes = Number(
      this.#run(
        `DELETE FROM metrics_buckets WHERE resolution = ?1 AND bucket = ?2 AND series IN (
           SELECT series FROM metrics_buckets WHERE resolution = ?1 AND bucket = ?2 LIMIT ?3)`,
        seconds,
        bucket,
        most.buckets,
      ).changes,
    );
    if (changes < most.buckets) {
      this.#run(
        `DELETE FROM metrics_packs WHERE id IN (
           SELECT id FROM metrics_packs WHERE resolution = ? AND bucket = ? LIMIT ?)`,
        seconds,
        bucket,
        most.packs,
      );
    }
    return changes;
  }

  /** Gives pages back to the disk where far more are free than will soon be filled; whether it did. */
  #release(): boolean {
    const free = this.#pages("freelist_count");
    if (free < Math.max(RELEASED_PAGES, this.#pages("page_count") / 4)) return false;
    this.#database.releasePages(RELEASED_PAGES);
    return this.#pages("freelist_count") < free;
  }

  #pages(which: "freelist_count" | "page_count"): number {
    return Number(this.#one(`PRAGMA ${which}`)?.[which] ?? 0);
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

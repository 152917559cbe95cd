import type { Logger } from "../logger.ts";
import { Database, databaseBytes, type Row } from "../sqlite/database.ts";
import { IdempotencyKeys } from "../sqlite/idempotency_keys.ts";
import { migrate } from "../sqlite/migrator.ts";
import { query, Reader } from "../sqlite/reader.ts";
import { SizeLimit } from "../sqlite/size_limit.ts";
import type { Trimmed } from "../trimming.ts";
import { AlertQueueTable } from "./alerts_sqlite_store.ts";
import { errorMigrations } from "./migrations/index.ts";
import {
  BROWSER_METHOD,
  type ErrorDetail,
  type ErrorFilter,
  type ErrorPage,
  type ErrorQuery,
  LIMITS,
  type NewOccurrence,
  type Recorded,
} from "./model.ts";
import { countQuery, detailOf, detailQueries, hourOf, pageQuery } from "./queries_sqlite_store.ts";
import { LISTED_HOURS, toListed } from "./rows_sqlite_store.ts";
import type { AlertPolicy, ErrorStore, TRIMMED } from "./store.ts";

/**
 * Up to so many matching groups are gathered by an index of the filter and then sorted; more are found by
 * walking from the newest on, since matches are then dense. Either way a page costs a few milliseconds.
 */
const SELECTIVE = 2000;

/** Free pages given back to the disk in one go. */
const RELEASED_PAGES = 500;

/** How long a statement may hold everyone up for another process; ingestion then asks again by itself. */
const LOCK_WAIT_MS = 100;

export interface ErrorStoreOptions {
  readonly path: string;
  readonly alerts: AlertPolicy;
  readonly logger: Logger;
  /** Bytes of the database on disk; 0 for no limit, and unless given. */
  readonly maxBytes?: number;
}

/** Opens (or creates) the database, brings its schema up, and gives the store on it. */
export function openErrorStore(options: ErrorStoreOptions): ErrorStore {
  const database = Database.open(options.path);
  try {
    migrate(database, errorMigrations, options.logger);
    database.waitAtMost(LOCK_WAIT_MS);
    return new SqliteErrorStore(database, options);
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteErrorStore extends AlertQueueTable implements ErrorStore {
  readonly #database: Database;
  readonly #reader: Reader;
  readonly #keys: IdempotencyKeys;
  readonly #limit: SizeLimit;

  constructor(database: Database, { alerts, maxBytes = 0 }: ErrorStoreOptions) {
    super(database, alerts);
    this.#database = database;
    this.#limit = new SizeLimit(database, maxBytes);
    this.#reader = new Reader(database.path);
    this.#keys = new IdempotencyKeys(database);
  }

  get schemaVersion(): number {
    return errorMigrations.length;
  }

  get readsWaiting(): number {
    return this.#reader.depth;
  }

  recordOccurrences(batch: readonly NewOccurrence[]): Promise<readonly Recorded[]> {
    return attempt(() => this.#database.transaction(() => batch.map((one) => this.#record(one))));
  }

  async list(wanted: ErrorQuery, now: number): Promise<ErrorPage> {
    const { limit, offset, ...filter } = wanted;
    const total = await this.count(filter);
    if (offset >= total) return { errors: [], total, limit, offset };
    const firstHour = hourOf(now) - LISTED_HOURS + 1;
    const [rows = []] = await this.#reader.read(
      pageQuery(filter, { limit, offset, firstHour, way: total <= SELECTIVE ? "gather" : "walk" }),
    );
    return { errors: rows.map((row) => toListed(row, firstHour)), total, limit, offset };
  }

  async detail(id: number, now: number): Promise<ErrorDetail | null> {
    return detailOf(await this.#reader.read(...detailQueries(id, now)));
  }

  resolve(ids: readonly number[], at: string): Promise<readonly number[]> {
    return this.#updateEach(
      ids,
      `UPDATE error_groups SET resolved = 1, resolved_at = ?, reopened_at = NULL
       WHERE id = ? AND resolved = 0`,
      at,
    );
  }

  reopen(ids: readonly number[]): Promise<readonly number[]> {
    return this.#updateEach(
      ids,
      "UPDATE error_groups SET resolved = 0, resolved_at = NULL WHERE id = ? AND resolved = 1",
    );
  }

  async projects(): Promise<readonly string[]> {
    const [rows = []] = await this.#reader.read(
      query("SELECT DISTINCT project FROM error_totals WHERE environment = '' ORDER BY project"),
    );
    return rows.map((row) => String(row.project));
  }

  async environments(): Promise<readonly string[]> {
    const [rows = []] = await this.#reader.read(
      query("SELECT DISTINCT environment FROM error_totals WHERE environment <> '' ORDER BY 1"),
    );
    return rows.map((row) => String(row.environment));
  }

  async count(filter: ErrorFilter): Promise<number> {
    const [rows] = await this.#reader.read(countQuery(filter));
    return Number(rows?.[0]?.total ?? 0);
  }

  deleteResolvedBefore(cutoff: string, limit: number): Promise<number> {
    return attempt(() =>
      this.#database.transaction(() => {
        const deleted = this.#database.prepare(
          `DELETE FROM error_groups WHERE id IN
             (SELECT id FROM error_groups WHERE resolved = 1 AND resolved_at < ? LIMIT ?)`,
        ).run(cutoff, limit);
        return Number(deleted.changes);
      })
    );
  }

  trimHistory(before: { readonly counts: string; readonly alerts: string }): Promise<void> {
    return attempt(() =>
      this.#database.transaction(() => {
        this.#database.prepare("DELETE FROM error_hours WHERE hour < ?")
          .run(hourOf(Date.parse(before.counts)));
        this.forgetAlerts(before.alerts);
      })
    );
  }

  trimToSize(): Promise<Trimmed<typeof TRIMMED[number]> | null> {
    return attempt(() => {
      const went = { resolved: 0, unresolved: 0 };
      const trimmed = this.#limit.trim(() => {
        const kind = this.#deleteOldest();
        if (kind !== null) went[kind]++;
        return kind !== null;
      });
      return trimmed || this.#limit.release() ? went : null;
    });
  }

  /** The group that was resolved first; the one not seen for longest where none is resolved. */
  #deleteOldest(): typeof TRIMMED[number] | null {
    const resolved = this.#database.prepare(
      "SELECT id FROM error_groups WHERE resolved = 1 ORDER BY resolved_at LIMIT 1",
    ).get();
    const oldest = resolved ?? this.#database.prepare(
      "SELECT id FROM error_groups ORDER BY last_seen LIMIT 1",
    ).get();
    if (!oldest) return null;
    this.#database.prepare("DELETE FROM error_groups WHERE id = ?").run(Number(oldest.id));
    return resolved ? "resolved" : "unresolved";
  }

  releaseSpace(): Promise<boolean> {
    return attempt(() => {
      const free = () =>
        Number(this.#database.prepare("PRAGMA freelist_count").get()?.freelist_count);
      if (free() === 0) return false;
      this.#database.releasePages(RELEASED_PAGES);
      return free() > 0;
    });
  }

  sizeBytes(): Promise<number> {
    return databaseBytes(this.#database.path);
  }

  async close(): Promise<void> {
    await this.#reader.close();
    this.#database.close();
  }

  #record(occurrence: NewOccurrence): Recorded {
    const { idempotencyKey = null, receivedAt } = occurrence;
    if (idempotencyKey === null) return this.#count(occurrence);
    const answer = this.#keys.answer(idempotencyKey);
    // As it was written here.
    if (answer !== undefined) return JSON.parse(answer);
    const recorded = this.#count(occurrence);
    this.#keys.keep(idempotencyKey, JSON.stringify(recorded), Date.parse(receivedAt));
    return recorded;
  }

  #count(occurrence: NewOccurrence): Recorded {
    const { report, fingerprint, receivedAt } = occurrence;
    const known = this.#database.prepare(
      `SELECT id, count, resolved, environment, environment_count, hour, hour_count
       FROM error_groups WHERE fingerprint = ?`,
    ).get(fingerprint);
    const recorded = known ? this.#increment(known, occurrence) : this.#create(occurrence);
    if (recorded.status === "created") this.queueAlert(recorded.id, "new", receivedAt);
    if (recorded.status === "reopened") this.queueAlert(recorded.id, "reopened", receivedAt);
    this.#addOccurrence(recorded, report, receivedAt);
    return recorded;
  }

  #create(occurrence: NewOccurrence): Recorded {
    const { report, fingerprint, receivedAt } = occurrence;
    const { lastInsertRowid } = this.#database.prepare(
      `INSERT INTO error_groups (fingerprint, fingerprint_version, project, environment, source,
         environment_count, hour, hour_count, count, first_seen, last_seen, exception_type, location,
         message)
       VALUES (?, ?, ?, ?, ?, 1, ?, 1, 1, ?, ?, ?, ?, ?)`,
    ).run(
      fingerprint,
      occurrence.fingerprintVersion,
      report.project,
      report.environment,
      report.requestMethod === BROWSER_METHOD ? "browser" : "server",
      hourOf(Date.parse(receivedAt)),
      receivedAt,
      receivedAt,
      report.exceptionType,
      occurrence.location,
      report.message,
    );
    const id = Number(lastInsertRowid);
    this.#database.prepare("INSERT INTO error_tracebacks (error_id, traceback) VALUES (?, ?)")
      .run(id, report.traceback);
    this.#addEnvironment(id, report.environment);
    return { status: "created", id, fingerprint, count: 1 };
  }

  #increment(known: Row, { report, fingerprint, receivedAt }: NewOccurrence): Recorded {
    const id = Number(known.id);
    const count = Number(known.count) + 1;
    let environmentCount = Number(known.environment_count) + 1;
    if (known.environment !== report.environment) {
      this.#keepEnvironment(id, String(known.environment), Number(known.environment_count));
      this.#addEnvironment(id, report.environment);
      environmentCount = 1;
    }
    const hour = hourOf(Date.parse(receivedAt));
    let hourCount = Number(known.hour_count) + 1;
    if (known.hour !== hour) {
      this.#keepHour(id, Number(known.hour), Number(known.hour_count));
      hourCount = 1;
    }
    const changes = [count, receivedAt, report.environment, environmentCount, hour, hourCount];
    const sets = `count = ?, last_seen = max(last_seen, ?), environment = ?, environment_count = ?,
      hour = ?, hour_count = ?`;
    if (!known.resolved) {
      this.#database.prepare(`UPDATE error_groups SET ${sets} WHERE id = ?`).run(...changes, id);
      return { status: "incremented", id, fingerprint, count };
    }
    this.#database.prepare(
      `UPDATE error_groups SET ${sets}, resolved = 0, resolved_at = NULL, reopened_at = ? WHERE id = ?`,
    ).run(...changes, receivedAt, id);
    return { status: "reopened", id, fingerprint, count };
  }

  #addEnvironment(id: number, environment: string): void {
    this.#database.prepare(
      `INSERT INTO error_environments (error_id, environment, count) VALUES (?, ?, 0)
       ON CONFLICT DO NOTHING`,
    ).run(id, environment);
  }

  #keepEnvironment(id: number, environment: string, count: number): void {
    this.#database.prepare(
      "UPDATE error_environments SET count = count + ? WHERE error_id = ? AND environment = ?",
    ).run(count, id, environment);
  }

  #keepHour(id: number, hour: number, count: number): void {
    this.#database.prepare(
      `INSERT INTO error_hours (error_id, hour, count) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
    ).run(id, hour, count);
  }

  #addOccurrence(
    { id, count }: Recorded,
    report: NewOccurrence["report"],
    receivedAt: string,
  ): void {
    if (count > LIMITS.occurrences) {
      this.#database.prepare(
        `DELETE FROM error_occurrences
         WHERE id = (SELECT min(id) FROM error_occurrences WHERE error_id = ?)`,
      ).run(id);
    }
    this.#database.prepare(
      `INSERT INTO error_occurrences (error_id, timestamp, environment, request_url, request_method,
         request_headers, user_id, extra, traceback) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      id,
      receivedAt,
      report.environment,
      report.requestUrl,
      report.requestMethod,
      report.requestHeaders && JSON.stringify(report.requestHeaders),
      report.userId,
      report.extra && JSON.stringify(report.extra),
      report.traceback,
    );
  }

  /** Runs a statement whose last parameter is an id for each of them; returns the ids that exist. */
  #updateEach(
    ids: readonly number[],
    sql: string,
    ...params: readonly string[]
  ): Promise<readonly number[]> {
    return attempt(() =>
      this.#database.transaction(() => {
        const exists = this.#database.prepare("SELECT 1 FROM error_groups WHERE id = ?");
        const known = ids.filter((id) => exists.get(id));
        for (const id of known) this.#database.prepare(sql).run(...params, id);
        return known;
      })
    );
  }
}

/** Synchronous work behind an asynchronous interface: what it throws becomes a rejection. */
function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}

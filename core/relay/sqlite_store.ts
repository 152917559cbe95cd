import type { Logger } from "../logger.ts";
import { Database, databaseBytes, type Row, type SqlValue } from "../sqlite/database.ts";
import { migrate } from "../sqlite/migrator.ts";
import { SizeLimit } from "../sqlite/size_limit.ts";
import type { Trimmed } from "../trimming.ts";
import { byteLength } from "../text.ts";
import { relayMigrations } from "./migrations/index.ts";
import type {
  DsnKey,
  Kind,
  SourceMap,
  SourceMapPage,
  SourceMapQuery,
  StoredMap,
  Submission,
} from "./model.ts";
import type { RelayStore, TRIMMED } from "./store.ts";

/** Free pages given back to the disk in one go. */
const RELEASED_PAGES = 500;

/** How long a statement may hold everyone up for another process. */
const LOCK_WAIT_MS = 100;

const MAP_COLUMNS = "id, project, release, file_url, size, uploaded_at";
const MAP_FILTER = "(?1 IS NULL OR project = ?1) AND (?2 IS NULL OR release = ?2)";

/**
 * Opens (or creates) the database, brings its schema up, and gives the store on it. It may have `maxBytes` on
 * disk; 0 is no limit.
 */
export function openRelayStore(path: string, logger: Logger, maxBytes = 0): RelayStore {
  const database = Database.open(path);
  try {
    migrate(database, relayMigrations, logger);
    database.waitAtMost(LOCK_WAIT_MS);
    return new SqliteRelayStore(database, maxBytes);
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteRelayStore implements RelayStore {
  readonly #database: Database;
  readonly #limit: SizeLimit;

  constructor(database: Database, maxBytes: number) {
    this.#database = database;
    this.#limit = new SizeLimit(database, maxBytes);
  }

  get schemaVersion(): number {
    return relayMigrations.length;
  }

  keys(): readonly DsnKey[] {
    return this.#all("SELECT id, public_key, project, created_at, active FROM dsn_keys ORDER BY id")
      .map(toKey);
  }

  addKeys(
    keys: readonly { readonly publicKey: string; readonly project: string }[],
    at: string,
  ): readonly DsnKey[] {
    return this.#database.transaction(() =>
      keys.map(({ publicKey, project }) => {
        const id = this.#run(
          "INSERT INTO dsn_keys (public_key, project, created_at) VALUES (?, ?, ?)",
          publicKey,
          project,
          at,
        ).id;
        return { id, public_key: publicKey, project, active: true, created_at: at };
      })
    );
  }

  deactivateKey(id: number): void {
    this.#database.transaction(() => this.#run("UPDATE dsn_keys SET active = 0 WHERE id = ?", id));
  }

  putMap(map: StoredMap, at: string): SourceMap {
    const { project, release, fileUrl, size, gzipped, parsed } = map;
    return this.#database.transaction(() => {
      this.#run(
        "DELETE FROM source_maps WHERE project = ? AND release = ? AND file_url = ?",
        project,
        release,
        fileUrl,
      );
      const { id } = this.#run(
        `INSERT INTO source_maps
           (project, release, file_url, uploaded_at, size, map_content, content_gzip)
         VALUES (?, ?, ?, ?, ?, '', ?)`,
        project,
        release,
        fileUrl,
        at,
        size,
        gzipped,
      );
      this.#run("INSERT INTO parsed_maps (map_id, parsed) VALUES (?, ?)", id, parsed);
      return { id, project, release, file_url: fileUrl, size, uploaded_at: at };
    });
  }

  maps({ project, release, limit, offset }: SourceMapQuery): SourceMapPage {
    const filter = [project ?? null, release ?? null];
    const total = this.#one(
      `SELECT count(*) AS total FROM source_maps WHERE ${MAP_FILTER}`,
      ...filter,
    );
    const rows = this.#all(
      `SELECT ${MAP_COLUMNS} FROM source_maps WHERE ${MAP_FILTER}
       ORDER BY id DESC LIMIT ?3 OFFSET ?4`,
      ...filter,
      limit,
      offset,
    );
    return { source_maps: rows.map(toMap), total: Number(total?.total ?? 0) };
  }

  mapNames(project: string, release: string) {
    return this.#all(
      "SELECT id, file_url FROM source_maps WHERE project = ? AND release = ?",
      project,
      release,
    ).map((row) => ({ id: Number(row.id), fileUrl: String(row.file_url) }));
  }

  mapContent(id: number): Uint8Array<ArrayBuffer> | string | null {
    const row = this.#one("SELECT map_content, content_gzip FROM source_maps WHERE id = ?", id);
    if (row === undefined) return null;
    return isBytes(row.content_gzip) ? row.content_gzip : String(row.map_content);
  }

  parsedMap(id: number): Uint8Array | null {
    const parsed = this.#one("SELECT parsed FROM parsed_maps WHERE map_id = ?", id)?.parsed;
    return parsed instanceof Uint8Array ? parsed : null;
  }

  putParsedMap(id: number, parsed: Uint8Array): void {
    this.#database.transaction(() =>
      this.#run(
        "INSERT OR REPLACE INTO parsed_maps (map_id, parsed) SELECT id, ? FROM source_maps WHERE id = ?",
        parsed,
        id,
      )
    );
  }

  deleteMap(id: number): boolean {
    const { changes } = this.#database.transaction(() =>
      this.#run("DELETE FROM source_maps WHERE id = ?", id)
    );
    return changes > 0;
  }

  deleteMapsBefore(before: string, limit: number): number {
    const { changes } = this.#database.transaction(() =>
      this.#run(
        `DELETE FROM source_maps WHERE id IN
           (SELECT id FROM source_maps WHERE uploaded_at < ? ORDER BY uploaded_at LIMIT ?)`,
        before,
        limit,
      )
    );
    return changes;
  }

  trimToSize(): Trimmed<typeof TRIMMED[number]> | null {
    let maps = 0;
    const trimmed = this.#limit.trim(() => {
      const { changes } = this.#run(
        "DELETE FROM source_maps WHERE id = (SELECT id FROM source_maps ORDER BY uploaded_at LIMIT 1)",
      );
      maps += changes;
      return changes > 0;
    });
    return trimmed || this.#limit.release() ? { source_maps: maps } : null;
  }

  mapCount(): number {
    return Number(this.#one("SELECT count(*) AS count FROM source_maps")?.count ?? 0);
  }

  queued() {
    return this.#all(
      `SELECT kind, project, count(*) AS items, sum(size) AS bytes FROM queued_submissions
       GROUP BY kind, project`,
    ).map((row) => ({
      kind: kindOf(row),
      project: String(row.project),
      items: Number(row.items),
      bytes: Number(row.bytes),
    }));
  }

  enqueue(submissions: readonly Submission[], at: string): readonly boolean[] {
    return this.#database.transaction(() =>
      submissions.map(({ kind, project, idempotencyKey, body }) =>
        this.#run(
          `INSERT INTO queued_submissions (kind, project, idempotency_key, queued_at, size, body)
           VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
          kind,
          project,
          idempotencyKey,
          at,
          byteLength(body),
          body,
        ).changes > 0
      )
    );
  }

  firstQueued(kind: Kind, behind: number): (Submission & { readonly id: number }) | null {
    const row = this.#one(
      `SELECT id, kind, project, idempotency_key, body FROM queued_submissions
       WHERE kind = ? AND id > ? ORDER BY id LIMIT 1`,
      kind,
      behind,
    );
    return row
      ? {
        id: Number(row.id),
        kind,
        project: String(row.project),
        idempotencyKey: String(row.idempotency_key),
        body: String(row.body),
      }
      : null;
  }

  dequeue(id: number): void {
    this.#database.transaction(() => this.#run("DELETE FROM queued_submissions WHERE id = ?", id));
  }

  releaseSpace(): boolean {
    const free = () => Number(this.#one("PRAGMA freelist_count")?.freelist_count);
    if (free() === 0) return false;
    this.#database.releasePages(RELEASED_PAGES);
    return free() > 0;
  }

  sizeBytes(): Promise<number> {
    return databaseBytes(this.#database.path);
  }

  close(): void {
    this.#database.close();
  }

  #all(sql: string, ...params: readonly SqlValue[]): readonly Row[] {
    return this.#database.prepare(sql).all(...params);
  }

  #one(sql: string, ...params: readonly SqlValue[]): Row | undefined {
    return this.#database.prepare(sql).get(...params);
  }

  #run(sql: string, ...params: readonly SqlValue[]): { id: number; changes: number } {
    const { lastInsertRowid, changes } = this.#database.prepare(sql).run(...params);
    return { id: Number(lastInsertRowid), changes: Number(changes) };
  }
}

function toKey(row: Row): DsnKey {
  return {
    id: Number(row.id),
    public_key: String(row.public_key),
    project: String(row.project),
    active: row.active === 1,
    created_at: String(row.created_at),
  };
}

function toMap(row: Row): SourceMap {
  return {
    id: Number(row.id),
    project: String(row.project),
    release: String(row.release),
    file_url: String(row.file_url),
    size: Number(row.size),
    uploaded_at: String(row.uploaded_at),
  };
}

function isBytes(value: unknown): value is Uint8Array<ArrayBuffer> {
  return value instanceof Uint8Array && value.buffer instanceof ArrayBuffer;
}

function kindOf(row: Row): Kind {
  return row.kind === "metrics" ? "metrics" : "errors";
}

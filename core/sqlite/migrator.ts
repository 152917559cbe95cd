import type { Logger } from "../logger.ts";
import type { Database } from "./database.ts";

/** One numbered step of a schema. */
export interface Migration {
  /** 1, 2, 3, … without gaps. */
  readonly version: number;
  /** The file's name, for the logs. */
  readonly name: string;
  readonly sql: string;
}

/** The database was made by a newer program. */
export class NewerSchemaError extends Error {
  override readonly name = "NewerSchemaError";
}

/** The database was made by another program. */
export class ForeignDatabaseError extends Error {
  override readonly name = "ForeignDatabaseError";
}

/** Turns the files of a `migrations/` folder, named `0001_what.sql`, into migrations; checks their numbers. */
export function migrations(files: Readonly<Record<string, string>>): readonly Migration[] {
  return Object.entries(files).map(([name, sql], index) => {
    const version = Number(/^(\d{4})_\w+\.sql$/.exec(name)?.[1]);
    if (version !== index + 1) throw new Error(`Migration ${name} is not number ${index + 1}`);
    return { version, name, sql };
  });
}

const META_TABLE = "CREATE TABLE IF NOT EXISTS _meta (key TEXT PRIMARY KEY, value TEXT)";

/** The version a database has reached; 0 when it is new. */
export function schemaVersion(database: Database): number {
  const meta = database.prepare(
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_meta'",
  );
  if (!meta.get()) return 0;
  const row = database.prepare("SELECT value FROM _meta WHERE key = 'schema_version'").get();
  return Number(row?.value ?? 0);
}

/** Whether there are tables, but not the one that every database of ours has. */
function isForeign(database: Database): boolean {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return tables.length > 0 && !tables.some(({ name }) => name === "_meta");
}

/**
 * The steps a database still lacks. Throws `NewerSchemaError` when it is ahead of the program, and
 * `ForeignDatabaseError` when it is none of ours.
 */
export function pendingMigrations(
  database: Database,
  known: readonly Migration[],
): readonly Migration[] {
  const reached = schemaVersion(database);
  if (reached > known.length) {
    throw new NewerSchemaError(
      `Database ${JSON.stringify(database.path)} has schema version ${reached}, but this program ` +
        `knows only ${known.length}: it was used by a newer Monlight. Install that version or ` +
        "restore an older backup",
    );
  }
  if (reached === 0 && isForeign(database)) {
    throw new ForeignDatabaseError(
      `Database ${
        JSON.stringify(database.path)
      } belongs to another program: it has tables, but no ` +
        "schema version of Monlight. Choose another path",
    );
  }
  return known.slice(reached);
}

/**
 * Brings a database to the newest version, each step in a transaction of its own and logged. A step that
 * fails leaves the database at the version before it.
 */
export function migrate(database: Database, known: readonly Migration[], logger: Logger): void {
  for (const { version, name, sql } of pendingMigrations(database, known)) {
    try {
      const applied = database.transaction(() => {
        // Looked up again under the lock: another process may have been faster.
        if (schemaVersion(database) >= version) return false;
        database.exec(META_TABLE);
        database.exec(sql);
        database.prepare("INSERT OR REPLACE INTO _meta (key, value) VALUES ('schema_version', ?)")
          .run(String(version));
        return true;
      });
      if (applied) logger.info("Migration applied", { migration: name, schema_version: version });
    } catch (error) {
      // SQLite's reason; behind it comes the whole text of the step.
      const [why] = (error instanceof Error ? error.message : String(error)).split(/ in |\n/);
      throw new Error(
        `Migration ${name} of ${
          JSON.stringify(database.path)
        } failed: ${why}. The database is as ` +
          "it was before",
        { cause: error },
      );
    }
  }
}

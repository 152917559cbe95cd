import type { DatabaseSync } from "node:sqlite";
import { openToRead } from "./backup.ts";

/** What a look into a database file shows; nothing in it is changed. */
export interface Checkup {
  readonly tables: ReadonlySet<string>;
  /** 0 when it has none. */
  readonly schemaVersion: number;
  /** What is wrong with it, in SQLite's words; null when nothing was found. */
  readonly damage: string | null;
  /** Tables that there was no time for. */
  readonly tablesUnchecked: number;
  readonly pageBytes: number;
  readonly pages: number;
  readonly freePages: number;
  /** Whether free pages can be given back to the disk without a `VACUUM`. */
  readonly canShrink: boolean;
  /** Milliseconds since the epoch; null when nothing is stored. */
  readonly newest: number | null;
}

/** What makes a file that cannot shrink one that can; it needs the file for itself. */
export const MAKE_SHRINKABLE = "PRAGMA auto_vacuum = INCREMENTAL; VACUUM";

export interface CheckupOptions {
  readonly path: string;
  /** A query that gives one row, the time (ms) of what is newest as `newest`. */
  readonly newest: string;
  /** The table that the query wants; without it, it is not asked. */
  readonly table: string;
  /** Whether indexes are compared with their tables too, however long that takes. */
  readonly full: boolean;
  /** How long tables are checked otherwise; the one under way is checked to its end. */
  readonly atMostMs: number;
}

/** Looks into a database that may be in use. Throws SQLite's error where it cannot be opened or read. */
export function checkUp({ path, newest, table, full, atMostMs }: CheckupOptions): Checkup {
  const database = openToRead(path);
  try {
    const number = (sql: string) => Number(Object.values(database.prepare(sql).get() ?? {})[0]);
    const tables = tablesOf(database);
    const { damage, tablesUnchecked } = full
      ? { damage: problemOf(database, "PRAGMA integrity_check(1)"), tablesUnchecked: 0 }
      : quickCheck(database, tables, atMostMs);
    const version = "SELECT value FROM _meta WHERE key = 'schema_version'";
    const time = damage === null && tables.has(table)
      ? database.prepare(newest).get()?.newest ?? null
      : null;
    return {
      tables: new Set(tables),
      schemaVersion: tables.has("_meta") ? Number(database.prepare(version).get()?.value ?? 0) : 0,
      damage,
      tablesUnchecked,
      pageBytes: number("PRAGMA page_size"),
      pages: number("PRAGMA page_count"),
      freePages: number("PRAGMA freelist_count"),
      canShrink: number("PRAGMA auto_vacuum") !== 0,
      newest: time === null ? null : Number(time),
    };
  } finally {
    database.close();
  }
}

function tablesOf(database: DatabaseSync): ReadonlySet<string> {
  const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return new Set(rows.map(({ name }) => String(name)));
}

/** Table by table, since SQLite cannot be interrupted; each is read whole. */
function quickCheck(database: DatabaseSync, tables: ReadonlySet<string>, atMostMs: number) {
  const until = performance.now() + atMostMs;
  let tablesUnchecked = 0;
  for (const table of tables) {
    if (performance.now() > until) {
      tablesUnchecked++;
      continue;
    }
    const name = table.replaceAll("'", "''");
    const damage = problemOf(database, `PRAGMA quick_check('${name}')`);
    if (damage !== null) return { damage, tablesUnchecked };
  }
  return { damage: null, tablesUnchecked };
}

function problemOf(database: DatabaseSync, sql: string): string | null {
  const [answer] = Object.values(database.prepare(sql).get() ?? {});
  return answer === "ok" ? null : String(answer).replaceAll("\n", " ");
}

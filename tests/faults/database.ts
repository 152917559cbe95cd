/** Looks into a database file from outside. */
import { DatabaseSync } from "node:sqlite";

/** Rows of a query on a file that may be in use. */
export function rowsOf(path: string, sql: string): readonly Record<string, unknown>[] {
  // Not as read-only: such a connection leaves the log's files behind.
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA query_only = ON");
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

/** What `PRAGMA integrity_check` and `foreign_key_check` find: `ok` when nothing. */
export function integrityOf(path: string): string {
  const broken = rowsOf(path, "PRAGMA foreign_key_check");
  if (broken.length > 0) return `foreign keys: ${JSON.stringify(broken[0])}`;
  return rowsOf(path, "PRAGMA integrity_check").map((row) => String(row.integrity_check)).join(
    "; ",
  );
}

/** Sets the schema version that a database says it has. */
export function setSchemaVersion(path: string, version: number): void {
  const database = new DatabaseSync(path);
  try {
    database.prepare("UPDATE _meta SET value = ? WHERE key = 'schema_version'").run(`${version}`);
  } finally {
    database.close();
  }
}

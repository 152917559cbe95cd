import { backup, DatabaseSync } from "node:sqlite";

/** Pages copied between two reports of progress. */
const PAGES_PER_STEP = 1000;

/** A copy in progress: pages done and in all. */
export type BackupProgress = (done: number, total: number) => void;

/**
 * Writes a consistent copy of a live database in WAL mode to `target`, which must not exist. Writers go on
 * meanwhile: the copy shows one moment, its start. The copy is checked, flushed to disk, and only then
 * appears under its name; on any failure nothing is left behind.
 */
export async function copyDatabase(
  source: string,
  target: string,
  onProgress: BackupProgress = () => {},
): Promise<void> {
  const partial = `${target}.partial`;
  try {
    await copyPages(source, partial, onProgress);
    const problem = integrityProblem(partial);
    if (problem !== null) throw new Error(`Copy of ${source} is damaged: ${problem}`);
    await syncFile(partial);
    await Deno.rename(partial, target);
  } catch (error) {
    await removeIfThere(partial);
    throw error;
  }
}

async function copyPages(source: string, target: string, onProgress: BackupProgress) {
  await removeIfThere(target);
  const database = new DatabaseSync(source, { readOnly: true });
  try {
    database.exec("PRAGMA busy_timeout = 5000");
    // An open read transaction pins the moment; without, every write to the source would restart the copy.
    database.exec("BEGIN");
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    await backup(database, target, {
      rate: PAGES_PER_STEP,
      progress: ({ totalPages, remainingPages }) =>
        onProgress(totalPages - remainingPages, totalPages),
    });
  } finally {
    database.close();
  }
}

/** What `PRAGMA integrity_check` says of a file, or null when all is well. */
export function integrityProblem(path: string): string | null {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const answer = String(database.prepare("PRAGMA integrity_check(1)").get()?.integrity_check);
      return answer === "ok" ? null : answer;
    } finally {
      database.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Tables of a database file and the schema version it has reached (0 when it has none). */
export function inspectDatabase(
  path: string,
): { readonly tables: ReadonlySet<string>; readonly schemaVersion: number } {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const tables = new Set(rows.map(({ name }) => String(name)));
    const version = tables.has("_meta")
      ? database.prepare("SELECT value FROM _meta WHERE key = 'schema_version'").get()
      : undefined;
    return { tables, schemaVersion: Number(version?.value ?? 0) };
  } finally {
    database.close();
  }
}

/** Whether another connection, such as a running service, has the database open. */
export function isHeld(path: string): boolean {
  try {
    const database = new DatabaseSync(path);
    try {
      // Leaving WAL mode needs the file for oneself alone; it also folds the log in.
      database.prepare("PRAGMA journal_mode = DELETE").get();
      return false;
    } finally {
      database.close();
    }
  } catch (error) {
    // A file so damaged that SQLite cannot even open it is held by nobody.
    return error instanceof Error && /locked|busy/.test(error.message);
  }
}

export async function syncFile(path: string): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  await file.sync();
}

async function removeIfThere(path: string): Promise<void> {
  for (const suffix of ["", "-journal", "-wal", "-shm"]) {
    try {
      await Deno.remove(path + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

import { backup, DatabaseSync } from "node:sqlite";

/** Pages copied between two reports of progress. */
const PAGES_PER_STEP = 1000;

/** A copy in progress: pages done and in all. */
export type BackupProgress = (done: number, total: number) => void;

/**
 * Writes a consistent copy of a live database in WAL mode to `target`; throws `AlreadyExists` when that is
 * there or is being written. Writers go on meanwhile: the copy shows one moment, its start. The copy is
 * one file that only its owner can read, without a log beside it, so it opens in read-only places too. It
 * is checked, flushed to disk, and only then appears under its name; on any failure nothing is left behind.
 */
export async function copyDatabase(
  source: string,
  target: string,
  onProgress: BackupProgress = () => {},
): Promise<void> {
  const partial = `${target}.partial`;
  // Whoever makes this file first may write the target; two never write the same one.
  (await Deno.open(partial, { createNew: true, write: true, mode: 0o600 })).close();
  try {
    if (isThere(target)) throw new Deno.errors.AlreadyExists(`File ${target} exists`);
    await copyPages(source, partial, onProgress);
    foldLog(partial);
    const problem = integrityProblem(partial);
    if (problem !== null) throw new Error(`the copy is damaged: ${problem}`);
    await syncFile(partial);
    await Deno.rename(partial, target);
  } catch (error) {
    await removeIfThere(partial);
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    // SQLite names no file.
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot copy ${source} to ${target}: ${reason}`, { cause: error });
  }
}

async function copyPages(source: string, target: string, onProgress: BackupProgress) {
  // A connection that could write takes the log of a stopped service away when it closes.
  const database = new DatabaseSync(source);
  try {
    database.exec("PRAGMA busy_timeout = 5000");
    database.exec("PRAGMA query_only = ON");
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

/** Ends the WAL mode that a copy has from its source; services switch it on again. */
function foldLog(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.prepare("PRAGMA journal_mode = DELETE").get();
  } finally {
    database.close();
  }
}

/** What `PRAGMA integrity_check` says of a file, or null when all is well. */
export function integrityProblem(path: string): string | null {
  try {
    const database = openToRead(path);
    try {
      const answer = String(database.prepare("PRAGMA integrity_check(1)").get()?.integrity_check);
      return answer === "ok" ? null : answer.replaceAll("\n", " ");
    } finally {
      database.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is in a database file. */
export interface DatabaseContent {
  readonly tables: ReadonlySet<string>;
  /** The schema version it has reached; 0 when it has none. */
  readonly schemaVersion: number;
}

/** Looks into a database file; throws a sentence that names it when it cannot be read. */
export function inspectDatabase(path: string): DatabaseContent {
  try {
    return readContent(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot read database ${JSON.stringify(path)}: ${why}`, { cause });
  }
}

function readContent(path: string): DatabaseContent {
  const database = openToRead(path);
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

/**
 * Opens a file to look into it, without leaving a log beside it. A service that runs always has its log
 * there; a file without one is in nobody's use, needs no locks, and may lie in a read-only place.
 */
export function openToRead(path: string): DatabaseSync {
  const inUse = ["-wal", "-journal"].some((suffix) => isThere(path + suffix));
  return new DatabaseSync(inUse ? path : immutableUri(path), { readOnly: true });
}

/** https://sqlite.org/uri.html */
function immutableUri(path: string): string {
  const slashed = Deno.build.os === "windows" ? path.replaceAll("\\", "/") : path;
  const escaped = slashed.replace(/[%?#]/g, encodeURIComponent).replace(/^(?=[A-Za-z]:)/, "/");
  return `file:${escaped.startsWith("/") ? "//" : ""}${escaped}?immutable=1`;
}

/** Whether any other connection has the database open, if only to read. */
export function isOpen(path: string): boolean {
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

async function syncFile(path: string): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  await file.sync();
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
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

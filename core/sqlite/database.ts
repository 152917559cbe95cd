import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { SECOND } from "../clock.ts";
import { Failure } from "../failure.ts";

export type SqlValue = SQLInputValue;
export type Row = Readonly<Record<string, unknown>>;

/** Result codes of SQLite that mean something to an operator: https://sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

/** How long a busy database is waited for. */
const BUSY_MS = 5 * SECOND;
/** Between attempts of what SQLite itself does not wait for. */
const BUSY_PAUSE_MS = 10;

/**
 * The one writing connection to a database file, in WAL mode. Statements are prepared once and kept;
 * everything is synchronous, as SQLite is.
 */
export class Database {
  readonly path: string;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(path: string, connection: DatabaseSync) {
    this.path = path;
    this.#connection = connection;
  }

  /** Opens or creates the file. Throws a sentence that names the path and what to do. */
  static open(path: string): Database {
    try {
      createPrivately(path);
      const connection = new DatabaseSync(path);
      // Prepared, since errors of exec() do not tell SQLite's code.
      const set = (pragma: string) => connection.prepare(pragma).get();
      try {
        // The busy timeout first: even the switch to WAL waits for other connections.
        set(`PRAGMA busy_timeout = ${BUSY_MS}`);
        // Takes effect only in a new file; lets it shrink later without a full VACUUM.
        set("PRAGMA auto_vacuum = INCREMENTAL");
        whileBusy(() => set("PRAGMA journal_mode = WAL"));
        set("PRAGMA synchronous = NORMAL");
        set("PRAGMA foreign_keys = ON");
        set("PRAGMA journal_size_limit = 67108864");
        // Rarer than by default: a page that changed fifty times since is folded into the file once. Not
        // rarer still: everyone waits meanwhile (measured: 10 ms at 2000 pages, 20 at 4000).
        set("PRAGMA wal_autocheckpoint = 2000");
        set("PRAGMA temp_store = MEMORY");
        return new Database(path, connection);
      } catch (error) {
        connection.close();
        throw error;
      }
    } catch (error) {
      throw new Error(`Cannot open database ${JSON.stringify(path)}: ${explain(error)}`, {
        cause: error,
      });
    }
  }

  /** Runs statements that give nothing back, several at once if need be. */
  exec(sql: string): void {
    this.#connection.exec(sql);
  }

  /** The prepared statement of a text that does not vary (it is kept for ever). */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Runs `work` in one immediate transaction: committed whole, or rolled back and rethrown. */
  transaction<T>(work: () => T): T {
    this.#storage("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#storage("COMMIT");
      return result;
    } catch (error) {
      // A full disk or an I/O error may have rolled back already.
      if (this.#connection.isTransaction) this.prepare("ROLLBACK").run();
      throw storageFailure(error) ?? error;
    }
  }

  #storage(sql: string): void {
    try {
      this.prepare(sql).run();
    } catch (error) {
      throw storageFailure(error) ?? error;
    }
  }

  /** Gives at most so many free pages back to the disk, where the file was made to be able to. */
  releasePages(most: number): void {
    // Each page is a step of the statement, and exec() takes one step only.
    this.prepare(`PRAGMA incremental_vacuum(${most})`).all();
  }

  /**
   * How long a statement waits for another process, in ms, with the whole thread. Opening and migrating can
   * wait; what serves requests should not.
   */
  waitAtMost(ms: number): void {
    this.#connection.exec(`PRAGMA busy_timeout = ${ms}`);
  }

  /** Closes the file; the write-ahead log is folded in first. */
  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }
}

/**
 * Tries again while the database is busy. Of two that switch a new file to WAL at once SQLite refuses one
 * without the busy timeout, since neither could go on (https://sqlite.org/c3ref/busy_handler.html).
 */
function whileBusy(work: () => void): void {
  const startedAt = performance.now();
  while (true) {
    try {
      return work();
    } catch (error) {
      if (sqliteCode(error) !== SQLITE_BUSY || performance.now() - startedAt > BUSY_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE_MS);
    }
  }
}

/** Makes a new file that only its owner can read; SQLite gives its log and index the same mode. */
function createPrivately(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch {
    // It is there already, or cannot be made: opening it tells.
  }
}

/** Bytes of a database on disk, its write-ahead log included. */
export async function databaseBytes(path: string): Promise<number> {
  let bytes = 0;
  for (const suffix of ["", "-wal", "-shm"]) {
    bytes += (await Deno.stat(path + suffix).catch(() => null))?.size ?? 0;
  }
  return bytes;
}

/** Whether an error says that another process holds the database. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error instanceof Failure ? error.cause : error) === SQLITE_BUSY;
}

/** SQLite's primary result code of a thrown value, if it is SQLite's. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}

/** What the store cannot help but the operator can, as a Failure; undefined when it is our own mistake. */
function storageFailure(error: unknown): Failure | undefined {
  const sentence = STORAGE_SENTENCES[sqliteCode(error) ?? -1];
  return sentence ? new Failure("unavailable", sentence, {}, { cause: error }) : undefined;
}

const STORAGE_SENTENCES: Readonly<Record<number, string>> = {
  [SQLITE_BUSY]: "The database is locked by another process; try again",
  [SQLITE_READONLY]: "The database cannot be written: the file or its folder is read-only",
  [SQLITE_IOERR]: "The disk failed or is full; nothing was stored",
  [SQLITE_FULL]: "The disk is full; nothing was stored",
};

const DAMAGED = "the file is damaged; restore a backup with `monlight restore`";

/**
 * What to say of an error that ended the start of a service: damage behind the first page shows only after the
 * file was opened, and SQLite then names no file. Other errors are given back as they are.
 */
export function explainDamage(path: string, error: unknown): unknown {
  // Errors of exec() have no code.
  const isDamage = sqliteCode(error) === SQLITE_CORRUPT ||
    (error instanceof Error && error.message === "database disk image is malformed");
  if (!isDamage) return error;
  return new Error(`Cannot open database ${JSON.stringify(path)}: ${DAMAGED}`, { cause: error });
}

function explain(error: unknown): string {
  switch (sqliteCode(error)) {
    case SQLITE_CORRUPT:
      return DAMAGED;
    case SQLITE_NOTADB:
      return "the file is not an SQLite database";
    case SQLITE_READONLY:
      return "the file or its folder is read-only";
    case SQLITE_BUSY:
      return "it is locked by another process";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** A database that this process alone serves, restores or migrates. */
export interface DatabaseLock extends Disposable {
  /** The file that is locked in its stead, beside the database. */
  readonly path: string;
}

/** Another process has the lock. */
export class DatabaseHeldError extends Error {
  override readonly name = "DatabaseHeldError";
  /** The process that has it, if it could be read. */
  readonly pid: number | null;

  constructor(path: string, pid: number | null) {
    const who = pid === Deno.pid
      ? "another service of this process holds it; each needs one of its own"
      : `another process${pid === null ? "" : ` (pid ${pid})`} holds it; stop that one first, or ` +
        "choose another path";
    super(`Cannot open database ${JSON.stringify(path)}: ${who}`);
    this.pid = pid;
  }
}

/**
 * Takes a database for this process alone until the lock is disposed, or the process ends in whatever way:
 * the system keeps it, so none is ever left behind. It is a lock on a file of its own, so that backups, exports
 * and reading threads open the database as before. Throws a `DatabaseHeldError` when another has it, and a
 * sentence that names the path when the folder is gone or cannot be written.
 */
export function lockDatabase(path: string): DatabaseLock {
  const lockPath = `${realPath(path)}.lock`;
  while (true) {
    const file = openLockFile(path, lockPath);
    try {
      if (!file.tryLockSync(true)) throw new DatabaseHeldError(path, readPid(file));
      if (isSameFile(file, lockPath)) {
        writePid(file);
        return { path: lockPath, [Symbol.dispose]: () => release(file, lockPath) };
      }
    } catch (error) {
      file.close();
      throw error;
    }
    // Who had it removed the file after we opened it; the next one will make another.
    file.close();
  }
}

/** One database under two names has one lock. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    // It is new, or cannot be reached: opening tells.
    return path;
  }
}

function openLockFile(path: string, lockPath: string): Deno.FsFile {
  try {
    return Deno.openSync(lockPath, { read: true, write: true, create: true, mode: 0o600 });
  } catch (cause) {
    throw new Error(`Cannot open database ${JSON.stringify(path)}: ${explain(cause)}`, { cause });
  }
}

function explain(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "its folder does not exist";
  const message = error instanceof Error ? error.message : String(error);
  return `its lock beside it cannot be written: ${message}`;
}

/** Whether a file still has its name: one that was removed meanwhile locks nothing. */
function isSameFile(file: Deno.FsFile, path: string): boolean {
  // On Windows it is never removed.
  if (Deno.build.os === "windows") return true;
  const { dev, ino } = file.statSync();
  try {
    const named = Deno.statSync(path);
    return named.dev === dev && named.ino === ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** For the sentence that others get; on a full disk they get one without it. */
function writePid(file: Deno.FsFile): void {
  try {
    file.truncateSync();
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch {
    // The lock is on the file, whatever is in it.
  }
}

function readPid(file: Deno.FsFile): number | null {
  const bytes = new Uint8Array(20);
  try {
    const length = file.readSync(bytes) ?? 0;
    return Number.parseInt(new TextDecoder().decode(bytes.subarray(0, length))) || null;
  } catch {
    // Windows lets nobody read what is locked.
    return null;
  }
}

/** The name goes first, while nobody else can have the lock. */
function release(file: Deno.FsFile, path: string): void {
  try {
    if (Deno.build.os !== "windows") Deno.removeSync(path);
  } catch {
    // The folder may be gone or read-only by now; the file alone locks nothing.
  }
  file.close();
}

import type { Database } from "./database.ts";

/** The part of the bound that is the write-ahead log's, within these limits (bytes). */
const LOG_PART = 8;
const LEAST_LOG_BYTES = 8 * 1024 ** 2;
const MOST_LOG_BYTES = 64 * 1024 ** 2;
/** Once the file is too large, it is trimmed until it is that part of what it may be. */
const TRIMMED_TO = 0.95;
/** Free pages given back to the disk in one go: each moves a page from the end (measured: 0.01 to 0.05 ms). */
const RELEASED_PAGES = 20;
/** How long one step goes on, in ms; the checkpoint that a commit may bring is beside it. */
const STEP_MS = 8;

/**
 * Bounds a database on disk, its write-ahead log included: tells when the oldest data have to go, and makes
 * the file smaller. A reader that holds the log (a backup) may let it grow beyond for as long.
 */
export class SizeLimit {
  readonly #database: Database;
  readonly #targetPages: number;
  #isPassed = false;

  /** `maxBytes` is 0 for no limit. */
  constructor(database: Database, maxBytes: number) {
    this.#database = database;
    if (maxBytes === 0) {
      this.#targetPages = Infinity;
      return;
    }
    const log = Math.min(
      MOST_LOG_BYTES,
      Math.max(LEAST_LOG_BYTES, Math.floor(maxBytes / LOG_PART)),
    );
    this.#targetPages = Math.floor((maxBytes - log) / this.#number("page_size"));
    database.exec(`PRAGMA journal_size_limit = ${log}`);
  }

  /** Whether more of the oldest data have to go. */
  get wantsLess(): boolean {
    if (this.#targetPages === Infinity) return false;
    const pages = this.#number("page_count");
    if (!this.#isPassed && pages <= this.#targetPages) return false;
    this.#isPassed = true;
    return pages - this.#number("freelist_count") > this.#targetPages * TRIMMED_TO;
  }

  /** Gives some free pages back to the disk after it was trimmed; tells whether there is more to do. */
  release(): boolean {
    if (!this.#isPassed) return false;
    const until = performance.now() + STEP_MS;
    let hasShrunk = true;
    while (hasShrunk && this.#hasFree) {
      if (performance.now() >= until) return true;
      const before = this.#number("freelist_count");
      this.#database.releasePages(RELEASED_PAGES);
      // A file that was made without auto_vacuum stays as it is, and is filled again.
      hasShrunk = this.#number("freelist_count") < before;
    }
    this.#isPassed = false;
    // The file itself shrinks with the next checkpoint.
    this.#database.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
    return false;
  }

  /**
   * Deletes one after the other, by `deleteOldest`, in one short transaction, until the size is right or that
   * finds nothing; tells whether there may be more to delete.
   */
  trim(deleteOldest: () => boolean): boolean {
    if (!this.wantsLess) return false;
    return this.#database.transaction(() => {
      const until = performance.now() + STEP_MS;
      do {
        if (!deleteOldest()) return false;
      } while (performance.now() < until && this.wantsLess);
      return true;
    });
  }

  /** Whether the file is too large still, and has pages that it could do without. */
  get #hasFree(): boolean {
    return this.#number("freelist_count") > 0 &&
      this.#number("page_count") > this.#targetPages * TRIMMED_TO;
  }

  #number(pragma: "page_size" | "page_count" | "freelist_count"): number {
    return Number(this.#database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
  }
}

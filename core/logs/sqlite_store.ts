import { isMemoryTight } from "../memory_limit.ts";
import { Database } from "../sqlite/database.ts";
import { SizeLimit } from "../sqlite/size_limit.ts";
import { decodeBlock, encodeBlock, type StoredRun } from "./block.ts";
import { CountDeltas } from "./counts.ts";
import { LEVELS, type NewEntry, textSize } from "./model.ts";
import { CountsTable } from "./counts_sqlite_store.ts";
import { toEntry } from "./rows_sqlite_store.ts";
import type { Cursor, LogStore } from "./store.ts";

/** Entries that are sealed together at least; at most all but twice as many. */
const BLOCK_ENTRIES = 4096;
/** In a small ring a block is a small part too, since the ring loses a block at a time: at most a tenth. */
const BLOCKS_OF_RING = 20;
/** Characters of a full block, however few entries they are. */
const BLOCK_CHARACTERS = 2 * 1024 * 1024;
/** Where memory is tight blocks are that part: who writes or reads one has all of it in memory. */
const TIGHT_PART = 1 / 4;
/** Blocks that are gone and still in the index: each deletion makes it write out what it holds (7 ms). */
const STALE_BLOCKS = 16;
/** Pages of the index merged in one go. */
const MERGED_PAGES = 500;
/** Pages given back to the disk after a block went. */
const RELEASED_PAGES = 64;

export interface LogStoreOptions {
  readonly path: string;
  /** Entries to keep; the oldest go beyond it and a block. */
  readonly maxEntries: number;
  /** Bytes of the database on disk; 0 for no limit, and unless given. */
  readonly maxBytes?: number;
}

/** Opens the one writing connection. The database has its schema already. */
export function openLogStore(options: LogStoreOptions): LogStore {
  const database = Database.open(options.path);
  try {
    return new SqliteLogStore(database, options);
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteLogStore implements LogStore {
  readonly #database: Database;
  readonly #maxEntries: number;
  readonly #blockEntries: number;
  readonly #blockCharacters: number;
  readonly #counts: CountsTable;
  readonly #limit: SizeLimit;
  /** The rows of `log_entries`. */
  #open: StoredRun;
  #total: number;
  #stale: number;
  #trimmed = 0;
  #isMerging = false;

  constructor(database: Database, { maxEntries, maxBytes = 0 }: LogStoreOptions) {
    this.#database = database;
    this.#limit = new SizeLimit(database, maxBytes);
    this.#maxEntries = maxEntries;
    const part = isMemoryTight() ? TIGHT_PART : 1;
    this.#blockCharacters = BLOCK_CHARACTERS * part;
    this.#blockEntries = Math.min(
      BLOCK_ENTRIES * part,
      Math.max(1, Math.floor(maxEntries / BLOCKS_OF_RING)),
    );
    this.#counts = new CountsTable(database);
    const entries = database.prepare(
      "SELECT id, timestamp, container, stream, level, message, raw FROM log_entries ORDER BY id",
    ).all().map(toEntry);
    const sealedUpTo = database.prepare("SELECT max(last_id) AS id FROM log_blocks").get()?.id;
    this.#open = { firstId: entries[0]?.id ?? Number(sealedUpTo ?? 0) + 1, entries };
    this.#total = this.#counts.total();
    this.#stale = Number(
      database.prepare(
        "SELECT count(*) AS n FROM log_index_docsize WHERE id < (SELECT min(first_id) FROM log_blocks)",
      ).get()?.n ?? 0,
    );
  }

  get total(): number {
    return this.#total;
  }

  get trimmed(): number {
    return this.#trimmed;
  }

  cursors(): readonly (Cursor & { readonly updatedAt: number })[] {
    return this.#database.prepare("SELECT * FROM cursors").all().map((row) => ({
      containerId: String(row.container_id),
      container: String(row.container),
      path: String(row.file_path),
      position: Number(row.position),
      file: {
        device: Number(row.device),
        inode: Number(row.inode),
        headLength: Number(row.head_length),
        headHash: String(row.head_hash),
      },
      finished: JSON.parse(String(row.finished)),
      pending: row.pending === null ? null : String(row.pending),
      updatedAt: Number(row.updated_at),
    }));
  }

  append(
    batch: { readonly entries: readonly NewEntry[]; readonly cursors: readonly Cursor[] },
    now: number,
  ): StoredRun {
    const entries = byTime(batch.entries);
    const firstId = this.#open.firstId + this.#open.entries.length;
    const unsealed = this.#database.transaction(() => {
      this.#counts.add(CountDeltas.of(entries));
      const { firstId: openId, entries: open } = this.#open;
      const rest = this.#seal({ firstId: openId, entries: [...open, ...entries] });
      this.#insertRows(rest, firstId);
      for (const cursor of batch.cursors) this.#saveCursor(cursor, now);
      return rest;
    });
    this.#open = unsealed;
    this.#total += entries.length;
    return { firstId, entries };
  }

  trim(): boolean {
    if (this.#isMerging) {
      this.#isMerging = this.#mergeIndex();
      return true;
    }
    const isTooLarge = this.#limit.wantsLess;
    if (this.#total <= this.#maxEntries && !isTooLarge) return this.#limit.release();
    const oldest = this.#database.prepare(
      "SELECT first_id, last_id FROM log_blocks ORDER BY first_id LIMIT 1",
    ).get();
    if (!oldest) return this.#limit.release();
    const firstId = Number(oldest.first_id);
    const size = Number(oldest.last_id) - firstId + 1;
    // It goes when what is left is still the limit: never less is kept, never a block more.
    const isTooMany = this.#total - size >= this.#maxEntries;
    if (!isTooMany && !isTooLarge) return this.#limit.release();
    this.#database.transaction(() => this.#deleteBlock(firstId));
    this.#stale = (this.#stale + 1) % STALE_BLOCKS;
    this.#total -= size;
    if (!isTooMany) this.#trimmed += size;
    // What left the index takes its space there until segments are merged, which new blocks would do in time.
    this.#isMerging = isTooLarge && this.#stale === 0;
    this.#database.releasePages(RELEASED_PAGES);
    return isTooLarge || this.#total - size >= this.#maxEntries;
  }

  /** Merges some of the index where much of it is gone; tells whether there is more of that. */
  #mergeIndex(): boolean {
    const changes = () => Number(this.#database.prepare("SELECT total_changes() AS n").get()?.n);
    const before = changes();
    this.#database.transaction(() =>
      this.#database.prepare("INSERT INTO log_index (log_index, rank) VALUES ('merge', ?)")
        .run(MERGED_PAGES)
    );
    // https://sqlite.org/fts5.html#the_merge_command
    return changes() - before >= 2;
  }

  #deleteBlock(firstId: number): void {
    const block = this.#database.prepare("SELECT entries FROM log_blocks WHERE first_id = ?")
      .get(firstId);
    if (!(block?.entries instanceof Uint8Array)) throw new Error(`No block ${firstId}`);
    this.#counts.subtract(CountDeltas.ofList(decodeBlock(block.entries)));
    this.#database.prepare("DELETE FROM log_blocks WHERE first_id = ?").run(firstId);
    if (this.#stale + 1 === STALE_BLOCKS) {
      this.#database.prepare("DELETE FROM log_index WHERE rowid <= ?").run(firstId);
    }
  }

  forgetCursors(containerIds: readonly string[]): void {
    this.#database.transaction(() => {
      const forget = this.#database.prepare("DELETE FROM cursors WHERE container_id = ?");
      for (const id of containerIds) forget.run(id);
    });
  }

  close(): void {
    this.#database.close();
  }

  /**
   * Makes blocks of entries once there are enough for one; gives those that are left. Where many come at once
   * none are left: they would be written as rows only to be deleted with the next.
   */
  #seal(run: StoredRun): StoredRun {
    const { firstId, entries } = run;
    let start = 0;
    let characters = 0;
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at];
      characters += entry ? textSize(entry) : 0;
      const size = at + 1 - start;
      const isLong = characters >= this.#blockCharacters;
      const isLast = at + 1 === entries.length;
      const isWhole = isLast
        ? size >= this.#blockEntries
        : size >= this.#blockEntries && entries.length - at > this.#blockEntries;
      if (!isLong && !isWhole) continue;
      this.#insertBlock({ firstId: firstId + start, entries: entries.slice(start, at + 1) });
      start = at + 1;
      characters = 0;
    }
    if (start === 0) return run;
    const openId = firstId + start;
    this.#database.prepare("DELETE FROM log_entries WHERE id < ?").run(openId);
    return { firstId: openId, entries: entries.slice(start) };
  }

  #insertBlock(run: StoredRun): void {
    const { firstId, entries } = run;
    const { data, indexWords } = encodeBlock(run);
    const levels = LEVELS.map(() => 0);
    let [firstTime, lastTime] = [Infinity, -Infinity];
    for (const { level, time } of entries) {
      const index = LEVELS.indexOf(level);
      levels[index] = (levels[index] ?? 0) + 1;
      if (time < firstTime) firstTime = time;
      if (time > lastTime) lastTime = time;
    }
    this.#database.prepare(
      `INSERT INTO log_blocks
         (first_id, last_id, first_time, last_time, containers, levels, entries)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      firstId,
      firstId + entries.length - 1,
      firstTime,
      lastTime,
      JSON.stringify([...new Set(entries.map(({ container }) => container))]),
      JSON.stringify(levels),
      data,
    );
    this.#database.prepare("INSERT INTO log_index (rowid, text) VALUES (?, ?)")
      .run(firstId, indexWords);
  }

  /** Adds rows for the entries from an id on; those before have theirs. */
  #insertRows({ firstId, entries }: StoredRun, fromId: number): void {
    const insert = this.#database.prepare(
      `INSERT INTO log_entries (id, timestamp, container, stream, level, message, raw)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    for (let at = Math.max(0, fromId - firstId); at < entries.length; at++) {
      const entry = entries[at];
      if (!entry) continue;
      const { time, container, stream, level, message, raw } = entry;
      const id = firstId + at;
      insert.run(id, time, container, stream, level, message, raw === message ? null : raw);
    }
  }

  #saveCursor(cursor: Cursor, now: number): void {
    const { containerId, container, path, position, file, finished, pending } = cursor;
    this.#database.prepare(
      `INSERT OR REPLACE INTO cursors
         (id, container_id, container, file_path, position, device, inode, head_length, head_hash,
          finished, pending, updated_at)
       VALUES ((SELECT id FROM cursors WHERE container_id = ?1),
         ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`,
    ).run(
      containerId,
      container,
      path,
      position,
      file.device,
      file.inode,
      file.headLength,
      file.headHash,
      JSON.stringify(finished),
      pending,
      now,
    );
  }
}

/** What was read from several containers, in the order it was written. Sorting keeps the order of equals. */
function byTime(entries: readonly NewEntry[]): readonly NewEntry[] {
  const inOrder = entries.every(({ time }, at) => time >= (entries[at - 1]?.time ?? -Infinity));
  return inOrder ? entries : entries.toSorted((one, other) => one.time - other.time);
}

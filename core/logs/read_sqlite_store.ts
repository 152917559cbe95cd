import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { decodeBlock, type EntryList, OpenEntries } from "./block.ts";
import { LEVELS, type StoredEntry } from "./model.ts";
import { toEntry } from "./rows_sqlite_store.ts";

/** What is known of a sealed block without opening it. */
export interface BlockInfo {
  readonly firstId: number;
  readonly lastId: number;
  /** Milliseconds since the epoch. */
  readonly firstTime: number;
  readonly lastTime: number;
  readonly containers: readonly string[];
  /** Entries by level, from DEBUG to CRITICAL. */
  readonly levels: readonly number[];
}

/** What is stored at one moment. Blocks never change; one that is gone by the time it is read is skipped. */
export interface Snapshot {
  /** Oldest first. */
  readonly blocks: readonly BlockInfo[];
  readonly open: OpenEntries;
}

/** Counts by level of some minutes together. */
export interface StepCounts {
  readonly step: number;
  readonly levels: readonly number[];
}

/** Blocks kept decoded, some MB: a page after the first mostly comes from the same ones. */
const KEPT_BLOCKS = 2;

const LEVEL_COLUMNS = LEVELS.map((level) => level.toLowerCase());
const SUMS = LEVEL_COLUMNS.map((column) => `sum(${column}) AS ${column}`).join(", ");
const OF_CONTAINERS = `AND container_id IN (
  SELECT id FROM log_containers WHERE name IN (SELECT value FROM json_each(?5)))`;
const NO_ENTRIES = new OpenEntries([]);

/** Reads the database of logs on a connection of its own, which never writes. */
export class LogReadStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  readonly #kept = new Map<number, EntryList>();
  readonly #texts = new Map<number, string>();
  readonly #mostText: number;
  #textKept = 0;
  #blocks: BlockInfo[] = [];
  #open = NO_ENTRIES;
  #openEntries: readonly StoredEntry[] = [];

  /** `mostText` is how many characters of texts that were looked through are kept. */
  constructor(path: string, mostText: number) {
    this.#mostText = mostText;
    this.#database = new DatabaseSync(path, { readOnly: true });
    this.#database.exec("PRAGMA busy_timeout = 5000");
    this.#database.exec("PRAGMA temp_store = MEMORY");
  }

  /** What is stored now. Reads only what came since the last time. */
  snapshot(): Snapshot {
    this.#database.exec("BEGIN");
    try {
      const oldest = Number(this.#one("SELECT min(first_id) AS id FROM log_blocks")?.id ?? 0);
      const gone = this.#blocks.findIndex(({ firstId }) => firstId >= oldest);
      if (gone !== 0) this.#blocks = gone < 0 ? [] : this.#blocks.slice(gone);
      const fresh = this.#all(
        `SELECT first_id, last_id, first_time, last_time, containers, levels FROM log_blocks
         WHERE first_id > ? ORDER BY first_id`,
        this.#blocks.at(-1)?.firstId ?? 0,
      ).map(toBlockInfo);
      if (fresh.length > 0) this.#blocks = [...this.#blocks, ...fresh];
      const sealedUpTo = this.#blocks.at(-1)?.lastId ?? 0;
      const rows = this.#all(
        `SELECT id, timestamp, container, stream, level, message, raw FROM log_entries
         WHERE id > ? ORDER BY id`,
        Math.max(sealedUpTo, this.#openEntries.at(-1)?.id ?? 0),
      );
      const [first] = this.#openEntries;
      if (rows.length > 0 || (first !== undefined && first.id <= sealedUpTo)) {
        this.#openEntries = [
          ...this.#openEntries.filter(({ id }) => id > sealedUpTo),
          ...rows.map(toEntry),
        ];
        this.#open = new OpenEntries(this.#openEntries);
      }
      return { blocks: this.#blocks, open: this.#open };
    } finally {
      this.#database.exec("COMMIT");
    }
  }

  /** First ids of the blocks that can match an expression of the index. */
  candidates(expression: string): ReadonlySet<number> {
    const rows = this.#all("SELECT rowid FROM log_index WHERE log_index MATCH ?", expression);
    return new Set(rows.map(({ rowid }) => Number(rowid)));
  }

  /** Opens a block; null when it is gone by now. */
  block(firstId: number): EntryList | null {
    const kept = this.#kept.get(firstId);
    if (kept) return kept;
    const block = this.#decode(firstId);
    if (block === null) return null;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < KEPT_BLOCKS) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(firstId, block);
    return block;
  }

  /** The text of a block that is to be looked through and not shown; null when it is gone by now. */
  lowerText(firstId: number): string | null {
    const known = this.#texts.get(firstId);
    if (known !== undefined) {
      this.#texts.delete(firstId);
      this.#texts.set(firstId, known);
      return known;
    }
    const text = (this.#kept.get(firstId) ?? this.#decode(firstId))?.lowerText() ?? null;
    if (text === null) return null;
    this.#texts.set(firstId, text);
    this.#textKept += text.length;
    for (const [oldest, { length }] of this.#texts) {
      if (this.#textKept <= this.#mostText) break;
      this.#texts.delete(oldest);
      this.#textKept -= length;
    }
    return text;
  }

  /**
   * Counts within whole minutes since the epoch, `to` exclusive, of all containers or of those named. They
   * are summed by steps of so many minutes, which are counted from `origin`; steps without entries are
   * left out.
   */
  countsBySteps(
    range: { readonly origin: number; readonly from: number; readonly to: number },
    minutes: number,
    containers: readonly string[],
  ): readonly StepCounts[] {
    // Numbers are bound as REAL, by which nothing divides whole.
    return this.#all(
      `SELECT (minute - CAST(?1 AS INTEGER)) / CAST(?2 AS INTEGER) AS step, ${SUMS} FROM log_counts
       WHERE minute >= ?3 AND minute < ?4 ${containers.length > 0 ? OF_CONTAINERS : ""}
       GROUP BY 1`,
      range.origin,
      minutes,
      range.from,
      range.to,
      ...(containers.length > 0 ? [JSON.stringify(containers)] : []),
    ).map((row) => ({ step: Number(row.step), levels: levelsOf(row) }));
  }

  /** Counts by level of each container, by name. */
  containers(): readonly { readonly name: string; readonly levels: readonly number[] }[] {
    return this.#all("SELECT * FROM log_containers ORDER BY name")
      .map((row) => ({ name: String(row.name), levels: levelsOf(row) }))
      .filter(({ levels }) => levels.some((count) => count > 0));
  }

  /** First and last minute with entries, since the epoch; null when there are none. */
  extent(): { readonly first: number; readonly last: number } | null {
    const first = this.#one("SELECT minute FROM log_counts ORDER BY minute LIMIT 1");
    const last = this.#one("SELECT minute FROM log_counts ORDER BY minute DESC LIMIT 1");
    return first && last ? { first: Number(first.minute), last: Number(last.minute) } : null;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #decode(firstId: number): EntryList | null {
    const row = this.#one("SELECT entries FROM log_blocks WHERE first_id = ?", firstId);
    return row?.entries instanceof Uint8Array ? decodeBlock(row.entries) : null;
  }

  #all(sql: string, ...params: readonly SQLInputValue[]) {
    return this.#prepare(sql).all(...params);
  }

  #one(sql: string, ...params: readonly SQLInputValue[]) {
    return this.#prepare(sql).get(...params);
  }

  #prepare(sql: string) {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Which of the blocks has an entry; how many there are stands for what is not sealed; null when none has it. */
export function indexOfSource({ blocks, open }: Snapshot, id: number): number | null {
  if (open.count > 0 && id >= open.firstId) {
    return id < open.firstId + open.count ? blocks.length : null;
  }
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle]?.lastId ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  const block = blocks[low];
  return block && id >= block.firstId ? low : null;
}

function toBlockInfo(row: Readonly<Record<string, unknown>>): BlockInfo {
  return {
    firstId: Number(row.first_id),
    lastId: Number(row.last_id),
    firstTime: Number(row.first_time),
    lastTime: Number(row.last_time),
    containers: JSON.parse(String(row.containers)),
    levels: JSON.parse(String(row.levels)),
  };
}

function levelsOf(row: Readonly<Record<string, unknown>>): readonly number[] {
  return LEVEL_COLUMNS.map((column) => Number(row[column] ?? 0));
}

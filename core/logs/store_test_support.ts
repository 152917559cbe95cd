/** Opens stores in folders of their own, and makes entries, for tests. */
import { createLogger } from "../logger.ts";
import { prepareLogDatabase } from "./prepare.ts";
import { type Level, LEVELS, type NewEntry } from "./model.ts";
import { LogReadStore } from "./read_sqlite_store.ts";
import { LogSearch, type Stepwise } from "./search.ts";
import { openLogStore } from "./sqlite_store.ts";
import type { Cursor, LogStore } from "./store.ts";

export const START = Date.parse("2026-11-20T17:31:00Z");

/** A database with its writing and its reading side. */
export interface TestLogs {
  readonly path: string;
  readonly store: LogStore;
  readonly read: LogReadStore;
  readonly search: LogSearch;
}

export async function withLogs(
  maxEntries: number,
  work: (logs: TestLogs) => Promise<void> | void,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/logs.db`;
  prepareLogDatabase(path, createLogger({ service: "test", level: "ERROR" }));
  const store = openLogStore({ path, maxEntries });
  const read = new LogReadStore(path, 2 ** 20);
  try {
    await work({ path, store, read, search: new LogSearch(read) });
  } finally {
    read.close();
    store.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Takes all steps at once. */
export function finish<Result>(steps: Stepwise<Result>): Result {
  while (true) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

export function newEntry(fields: Partial<NewEntry> = {}): NewEntry {
  const message = fields.message ?? "GET /cart 200 14ms";
  return {
    time: START,
    container: "web",
    stream: "stdout",
    level: "INFO",
    message,
    raw: message,
    ...fields,
  };
}

/** Everything, in the words of the API. */
export const ALL: { readonly containers: readonly string[]; readonly levels: readonly Level[] } = {
  containers: [],
  levels: [],
};

export const FIRST_PAGE = { ...ALL, limit: 100, offset: 0 };

export function levelAt(index: number): Level {
  return LEVELS[index % LEVELS.length] ?? "INFO";
}

export function testCursor(fields: Partial<Cursor> = {}): Cursor {
  return {
    containerId: "c1",
    container: "web",
    path: "/logs/c1/c1-json.log",
    file: { device: 1, inode: 2, headLength: 3, headHash: "abc" },
    position: 5,
    finished: [],
    pending: null,
    ...fields,
  };
}

/**
 * That the queries of the store use its indexes. Their SQL is listened to while the store works, so it is
 * what runs, not a copy of it.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { context } from "./context.ts";
import { histogram } from "./histogram.ts";
import { stats } from "./stats.ts";
import {
  ALL,
  finish,
  newEntry,
  START,
  testCursor,
  type TestLogs,
  withLogs,
} from "./store_test_support.ts";

/** What may be looked through whole: containers are few, cursors are read at the start, rows are below a block. */
const WHOLE = new Set([
  "SCAN log_containers",
  "SCAN log_containers USING INDEX sqlite_autoindex_log_containers_1",
  "SCAN cursors",
  "SCAN log_entries",
]);

Deno.test("LogStore finds what it keeps by indexes, never by looking at every block or count", () =>
  withLogs(100, async (logs) => {
    const heard = await listen(() => useEverything(logs));
    assert.ok(heard.size > 15, `Only ${heard.size} statements were heard`);
    const database = new DatabaseSync(logs.path);
    const scans: string[] = [];
    for (const sql of heard) {
      if (!/^\s*(SELECT|UPDATE|DELETE|INSERT)/.test(sql)) continue;
      for (const { detail } of database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()) {
        const step = String(detail);
        // The virtual table searches by itself; only without a term would its plan end in a bare 0.
        const isWhole = step.startsWith("SCAN") &&
          !/VIRTUAL TABLE INDEX \d+:[M=<>]|^SCAN json_each/.test(step);
        // The first in the order of the key is found at once.
        const isFirst = /ORDER BY \w+( DESC)? LIMIT 1$/.test(sql) && !step.includes("TEMP");
        if (isWhole && !isFirst && !WHOLE.has(step)) scans.push(`${step} | ${sql}`);
      }
    }
    database.close();
    assert.deepEqual(scans, []);
  }));

/** Statements that are prepared while `work` runs. */
async function listen(work: () => void): Promise<ReadonlySet<string>> {
  const heard = new Set<string>();
  const { prepare } = DatabaseSync.prototype;
  DatabaseSync.prototype.prepare = function (sql, ...rest) {
    heard.add(sql);
    return prepare.call(this, sql, ...rest);
  };
  try {
    await work();
  } finally {
    DatabaseSync.prototype.prepare = prepare;
  }
  return heard;
}

function useEverything({ store, read, search }: TestLogs): void {
  for (let turn = 0; turn < 20; turn++) {
    const batch = Array.from({ length: 17 }, (_, n) => newEntry({ time: START + n * 60_000 }));
    store.append({ entries: batch, cursors: [testCursor({ position: turn })] }, START);
    while (store.trim());
  }
  store.forgetCursors(["gone"]);
  for (const containers of [[], ["web"]]) {
    const query = { ...ALL, containers, limit: 5, offset: 0, since: START + 1, search: "cart" };
    finish(search.page(query));
    finish(search.page({ ...query, search: undefined }));
    finish(histogram(read, search, { ...query, search: undefined, buckets: 5 }, START));
  }
  finish(context(read, search, 330, { before: 5, after: 5 }));
  stats(read);
}

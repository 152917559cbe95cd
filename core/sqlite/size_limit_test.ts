import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Database } from "./database.ts";
import { SizeLimit } from "./size_limit.ts";

const MB = 1_000_000;
/** Of it 8 MiB are the log's. */
const MAX_BYTES = 14 * MB;

/** A database with so many rows of 1 KB, and a step that deletes the oldest of them. */
async function withRows(
  rows: number,
  work: (parts: {
    readonly database: Database;
    readonly path: string;
    readonly count: () => { readonly rows: number; readonly oldest: number };
    readonly deleteOldest: () => boolean;
    readonly size: () => number;
  }) => void | Promise<void>,
  { autoVacuum = true } = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/rows.db`;
  if (!autoVacuum) new DatabaseSync(path).exec("CREATE TABLE other (n)");
  const database = Database.open(path);
  try {
    database.exec("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)");
    const insert = database.prepare("INSERT INTO t (text) VALUES (?)");
    database.transaction(() => {
      for (let n = 0; n < rows; n++) insert.run("x".repeat(1000));
    });
    await work({
      database,
      path,
      count() {
        const row = database.prepare("SELECT count(*) AS n, min(n) AS oldest FROM t").get();
        return { rows: Number(row?.n), oldest: Number(row?.oldest) };
      },
      deleteOldest: () =>
        database.prepare("DELETE FROM t WHERE n = (SELECT min(n) FROM t)").run().changes === 1,
      size: () => Deno.statSync(path).size,
    });
  } finally {
    database.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** As a service does it every minute; gives how many steps it took. */
function trimAll(limit: SizeLimit, deleteOldest: () => boolean): number {
  let steps = 0;
  while (limit.trim(deleteOldest) || limit.release()) {
    assert.ok(++steps < 10_000, "it comes to an end");
  }
  return steps;
}

Deno.test("SizeLimit trims the oldest, and the file and its log are then within the limit", () =>
  withRows(20_000, ({ database, path, count, deleteOldest, size }) => {
    assert.ok(database.prepare("PRAGMA page_count").get()?.page_count);
    const limit = new SizeLimit(database, MAX_BYTES);
    assert.ok(trimAll(limit, deleteOldest) > 1, "in several short transactions");
    const { rows, oldest } = count();
    assert.equal(oldest, 20_000 - rows + 1, "the newest stay");
    // All that there is room for stays, but for the twentieth that is made free.
    assert.ok(rows * 1000 > 0.8 * (MAX_BYTES - 8 * 1024 ** 2), `${rows} rows`);
    database.prepare("INSERT INTO t (text) VALUES ('next')").run();
    const log = Deno.statSync(`${path}-wal`).size;
    assert.ok(size() + log <= MAX_BYTES, `${size()} and ${log} bytes`);
    assert.equal(trimAll(limit, deleteOldest), 0, "nothing is left to do");
  }));

Deno.test("SizeLimit leaves alone what is within the limit, and everything without one", () =>
  withRows(3000, ({ database, count, deleteOldest }) => {
    assert.equal(trimAll(new SizeLimit(database, MAX_BYTES), deleteOldest), 0);
    assert.equal(trimAll(new SizeLimit(database, 0), deleteOldest), 0);
    assert.equal(count().rows, 3000);
  }));

Deno.test("SizeLimit ends where nothing may be deleted", () =>
  withRows(20_000, ({ database, count }) => {
    trimAll(new SizeLimit(database, MAX_BYTES), () => false);
    assert.equal(count().rows, 20_000);
  }));

Deno.test("SizeLimit bounds what is in a file that cannot shrink", () =>
  withRows(20_000, ({ database, count, deleteOldest }) => {
    const limit = new SizeLimit(database, MAX_BYTES);
    trimAll(limit, deleteOldest);
    const { rows } = count();
    assert.ok(rows < 7000 && rows > 4000, `${rows} rows`);
    assert.ok(trimAll(limit, deleteOldest) <= 1, "it is not trimmed again and again");
    assert.equal(count().rows, rows);
  }, { autoVacuum: false }));

Deno.test("SizeLimit takes back a step that fails", () =>
  withRows(20_000, ({ database, count, deleteOldest }) => {
    const limit = new SizeLimit(database, MAX_BYTES);
    let steps = 0;
    assert.throws(() =>
      limit.trim(() => {
        if (++steps === 5) throw new Error("no more");
        return deleteOldest();
      }), /no more/);
    assert.equal(count().rows, 20_000);
  }));

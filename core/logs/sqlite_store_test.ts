import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openLogStore } from "./sqlite_store.ts";
import {
  ALL,
  finish,
  FIRST_PAGE,
  newEntry,
  START,
  testCursor,
  withLogs,
} from "./store_test_support.ts";

const batch = (count: number, start = 0) =>
  Array.from({ length: count }, (_, n) => newEntry({ time: START + start + n }));

Deno.test("LogStore.append() keeps the newest as rows and seals them once there are enough", () =>
  withLogs(2000, ({ path, store }) => {
    const database = new DatabaseSync(path, { readOnly: true });
    const count = (table: string) =>
      Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
    store.append({ entries: batch(99), cursors: [] }, START);
    assert.deepEqual([count("log_entries"), count("log_blocks")], [99, 0]);
    store.append({ entries: batch(31, 99), cursors: [] }, START);
    assert.deepEqual([count("log_entries"), count("log_blocks")], [0, 1]);
    store.append({ entries: batch(350, 130), cursors: [] }, START);
    store.append({ entries: batch(10, 480), cursors: [] }, START);
    const ids = database.prepare("SELECT first_id, last_id FROM log_blocks").all();
    assert.deepEqual(ids.map(({ first_id, last_id }) => [first_id, last_id]), [
      [1, 130],
      [131, 230],
      [231, 330],
      [331, 480],
    ]);
    assert.deepEqual([count("log_entries"), count("log_blocks")], [10, 4]);
    database.close();
  }));

Deno.test("LogStore.append() stores entries by time, and those of one time as they came", () =>
  withLogs(1000, ({ store }) => {
    const stored = store.append({
      entries: [
        newEntry({ time: START + 2, message: "c" }),
        newEntry({ time: START, message: "a" }),
        newEntry({ time: START, message: "b" }),
      ],
      cursors: [],
    }, START);
    assert.equal(stored.firstId, 1);
    assert.deepEqual(stored.entries.map(({ message }) => message), ["a", "b", "c"]);
  }));

Deno.test("LogStore.append() stores entries and cursors together or not at all", () =>
  withLogs(1000, ({ path, store, search }) => {
    store.append({ entries: batch(5), cursors: [testCursor({ position: 10 })] }, START);
    const other = new DatabaseSync(path);
    other.exec(
      "CREATE TRIGGER refuse BEFORE INSERT ON cursors BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    const append = () =>
      store.append({ entries: batch(95), cursors: [testCursor({ position: 20 })] }, START);
    assert.throws(append, /no/);
    assert.equal(store.total, 5);
    assert.equal(store.cursors()[0]?.position, 10);
    assert.equal(finish(search.page(FIRST_PAGE)).logs.length, 5);
    other.exec("DROP TRIGGER refuse");
    other.close();
    append();
    assert.equal(store.total, 100);
    assert.equal(finish(search.page(FIRST_PAGE)).total, 100);
    assert.equal(store.cursors()[0]?.position, 20);
  }));

Deno.test("LogStore goes on with ids, rows and totals where the last process stopped", () =>
  withLogs(1000, ({ path, store, search }) => {
    store.append({ entries: batch(130), cursors: [testCursor()] }, START);
    const again = openLogStore({ path, maxEntries: 1000 });
    assert.equal(again.total, 130);
    assert.deepEqual(again.cursors(), [{ ...testCursor(), updatedAt: START }]);
    const stored = again.append({ entries: batch(80, 130), cursors: [] }, START);
    assert.equal(stored.firstId, 131);
    const page = finish(search.page({ ...ALL, limit: 500, offset: 0 }));
    assert.deepEqual(page.logs.map(({ id }) => id), Array.from({ length: 210 }, (_, n) => 210 - n));
    again.close();
  }));

Deno.test("LogStore.trim() keeps at least the limit and at most a block more", () =>
  withLogs(100, ({ store, search }) => {
    for (let n = 0; n < 60; n++) {
      store.append({ entries: batch(7, 7 * n), cursors: [] }, START);
      while (store.trim());
      const sent = 7 * (n + 1);
      assert.ok(store.total >= Math.min(sent, 100) && store.total <= 110, `${store.total}`);
      const { logs } = finish(search.page({ ...ALL, limit: 500, offset: 0 }));
      assert.equal(logs.length, store.total);
      assert.equal(logs[0]?.id, sent);
    }
  }));

Deno.test("LogStore.trim() takes blocks out of the index", () =>
  withLogs(100, ({ path, store }) => {
    for (let n = 0; n < 60; n++) {
      store.append({ entries: batch(10, 10 * n), cursors: [] }, START);
      while (store.trim());
    }
    const database = new DatabaseSync(path, { readOnly: true });
    const indexed = database.prepare("SELECT count(*) AS n FROM log_index_docsize").get();
    assert.ok(Number(indexed?.n) < 30, `${indexed?.n}`);
    database.close();
  }));

Deno.test("LogStore with a limit of 1 keeps one entry", () =>
  withLogs(1, ({ store }) => {
    store.append({ entries: batch(5), cursors: [] }, START);
    while (store.trim());
    assert.equal(store.total, 1);
  }));

Deno.test("LogStore seals long entries before there are many of them", () =>
  withLogs(100_000, ({ path, store, search }) => {
    const message = "x".repeat(1024 * 1024);
    store.append({
      entries: Array.from({ length: 5 }, (_, n) => newEntry({ time: START + n, message })),
      cursors: [],
    }, START);
    const database = new DatabaseSync(path, { readOnly: true });
    const blocks = database.prepare("SELECT count(*) AS n FROM log_blocks").get();
    assert.equal(blocks?.n, 2);
    database.close();
    const page = finish(search.page(FIRST_PAGE)).logs;
    assert.equal(page.length, 5);
    assert.ok(page.slice(0, 4).every((entry) => entry.message === message));
    assert.match(page[4]?.message ?? "", /^x{1000}… \[cut: this page is full/);
    const whole = finish(search.page(FIRST_PAGE, true)).logs;
    assert.ok(whole.length === 4 && whole.every((entry) => entry.message === message));
  }));

Deno.test("LogStore counts raw texts too when it seals", () =>
  withLogs(100_000, ({ path, store }) => {
    const raw = "\x1b[1m".repeat(300_000) + "x";
    store.append({
      entries: Array.from(
        { length: 4 },
        (_, n) => newEntry({ time: START + n, message: "x", raw }),
      ),
      cursors: [],
    }, START);
    const database = new DatabaseSync(path, { readOnly: true });
    assert.equal(database.prepare("SELECT count(*) AS n FROM log_blocks").get()?.n, 2);
    database.close();
  }));

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Failure } from "../failure.ts";
import { Database } from "./database.ts";

async function inFolder(work: (path: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(`${folder}/test.db`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("Database.open() sets the pragmas", () =>
  inFolder((path) => {
    const database = Database.open(path);
    const pragma = (name: string) =>
      Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    assert.equal(pragma("journal_mode"), "wal");
    assert.equal(pragma("busy_timeout"), 5000);
    // NORMAL
    assert.equal(pragma("synchronous"), 1);
    assert.equal(pragma("foreign_keys"), 1);
    // INCREMENTAL
    assert.equal(pragma("auto_vacuum"), 2);
    database.close();
  }));

Deno.test("Database.transaction() commits what returns and gives it back", () =>
  inFolder((path) => {
    const database = Database.open(path);
    database.exec("CREATE TABLE t (n INTEGER)");
    const result = database.transaction(() => {
      database.prepare("INSERT INTO t VALUES (?)").run(1);
      return "done";
    });
    assert.equal(result, "done");
    database.close();
    const again = Database.open(path);
    assert.equal(again.prepare("SELECT count(*) AS n FROM t").get()?.n, 1);
    again.close();
  }));

Deno.test("Database.transaction() rolls back what throws, rethrows it, and works on", () =>
  inFolder((path) => {
    const database = Database.open(path);
    database.exec("CREATE TABLE t (n INTEGER CHECK (n < 5))");
    const insert = (n: number) => database.prepare("INSERT INTO t VALUES (?)").run(n);
    const cause = new Error("no more");
    assert.throws(() =>
      database.transaction(() => {
        insert(1);
        throw cause;
      }), (error) => error === cause);
    assert.throws(() =>
      database.transaction(() => {
        insert(1);
        insert(9);
      }), /CHECK constraint failed/);
    database.transaction(() => insert(2));
    assert.deepEqual(database.prepare("SELECT n FROM t").all().map(({ n }) => n), [2]);
    database.close();
  }));

Deno.test("Database.transaction() shows others nothing before it commits", () =>
  inFolder((path) => {
    const database = Database.open(path);
    database.exec("CREATE TABLE t (n INTEGER)");
    const other = new DatabaseSync(path, { readOnly: true });
    const count = () => other.prepare("SELECT count(*) AS n FROM t").get()?.n;
    database.transaction(() => {
      database.prepare("INSERT INTO t VALUES (1)").run();
      assert.equal(count(), 0);
    });
    assert.equal(count(), 1);
    other.close();
    database.close();
  }));

Deno.test("Database.transaction() tells that another process holds the lock", () =>
  inFolder((path) => {
    const database = Database.open(path);
    database.exec("PRAGMA busy_timeout = 1");
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    assert.throws(() => database.transaction(() => 1), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, "unavailable");
      assert.match(error.detail, /locked by another process/);
      return true;
    });
    other.exec("ROLLBACK");
    assert.equal(database.transaction(() => 1), 1);
    other.close();
    database.close();
  }));

Deno.test("Database.open() waits for another that is switching the same new file to WAL", () =>
  inFolder((path) => {
    const { prepare } = DatabaseSync.prototype;
    let refusals = 2;
    // SQLite refuses this at once, without its busy timeout; here twice, so that it happens each time.
    DatabaseSync.prototype.prepare = function (sql, ...rest) {
      if (sql === "PRAGMA journal_mode = WAL" && refusals-- > 0) {
        throw Object.assign(new Error("database is locked"), { errcode: 5 });
      }
      return prepare.call(this, sql, ...rest);
    };
    try {
      Database.open(path).close();
    } finally {
      DatabaseSync.prototype.prepare = prepare;
    }
    assert.equal(refusals, -1);
  }));

Deno.test("Database.open() gives up at once on what waiting does not mend", () =>
  inFolder((path) => {
    const { prepare } = DatabaseSync.prototype;
    let attempts = 0;
    DatabaseSync.prototype.prepare = function (sql, ...rest) {
      if (sql !== "PRAGMA journal_mode = WAL") return prepare.call(this, sql, ...rest);
      attempts++;
      throw Object.assign(new Error("attempt to write a readonly database"), { errcode: 8 });
    };
    try {
      assert.throws(() => Database.open(path), /the file or its folder is read-only/);
    } finally {
      DatabaseSync.prototype.prepare = prepare;
    }
    assert.equal(attempts, 1);
  }));

Deno.test("Database.prepare() prepares a text once", () =>
  inFolder((path) => {
    const database = Database.open(path);
    assert.equal(database.prepare("SELECT 1"), database.prepare("SELECT 1"));
    database.close();
  }));

Deno.test("Database.open() says what is wrong with the file", async () => {
  await inFolder(async (path) => {
    await Deno.writeTextFile(path, "this is no database, however long it is. ".repeat(100));
    assert.throws(() => Database.open(path), {
      message: `Cannot open database ${JSON.stringify(path)}: the file is not an SQLite database`,
    });
  });
  await inFolder((path) => {
    assert.throws(
      () => Database.open(`${path}/none/x.db`),
      /Cannot open database ".*none\/x.db": /,
    );
  });
});

Deno.test("Database.close() folds the log in and leaves one file", () =>
  inFolder(async (path) => {
    const database = Database.open(path);
    database.exec("CREATE TABLE t (n INTEGER)");
    database.close();
    const names = await Array.fromAsync(Deno.readDir(path.replace("/test.db", "")), ({ name }) =>
      name);
    assert.deepEqual(names, ["test.db"]);
  }));

Deno.test("releasePages() gives as many free pages back as it is told, and the file gets smaller", () =>
  inFolder((path) => {
    const database = Database.open(path);
    const free = () => Number(database.prepare("PRAGMA freelist_count").get()?.freelist_count);
    database.exec("CREATE TABLE t (text TEXT)");
    database.prepare("INSERT INTO t VALUES (?)").run("x".repeat(2_000_000));
    database.exec("DELETE FROM t");
    const before = free();
    assert.ok(before > 400, `${before} pages are free`);
    database.releasePages(100);
    assert.equal(free(), before - 100);
    database.releasePages(10_000);
    assert.equal(free(), 0);
    database.close();
    assert.ok(Deno.statSync(path).size < 100_000);
  }));

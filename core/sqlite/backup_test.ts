import assert from "node:assert/strict";
import { copyDatabase, inspectDatabase, integrityProblem, isOpen } from "./backup.ts";
import { Database } from "./database.ts";

async function inFolder(work: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const names = async (folder: string) =>
  (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();

/** A live database with so many rows of 1 KB. */
function filled(path: string, rows: number): Database {
  const database = Database.open(path);
  database.exec("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)");
  database.exec("CREATE TABLE _meta (key TEXT PRIMARY KEY, value TEXT)");
  database.exec("INSERT INTO _meta VALUES ('schema_version', '7')");
  const insert = database.prepare("INSERT INTO t (text) VALUES (?)");
  database.transaction(() => {
    for (let n = 0; n < rows; n++) insert.run("x".repeat(1000));
  });
  return database;
}

function count(path: string): unknown {
  const database = Database.open(path);
  try {
    return database.prepare("SELECT count(*) AS n FROM t").get()?.n;
  } finally {
    database.close();
  }
}

Deno.test("copyDatabase() copies a live database, its log included, into one file", () =>
  inFolder(async (folder) => {
    const database = filled(`${folder}/live.db`, 100);
    await copyDatabase(`${folder}/live.db`, `${folder}/copy.db`);
    database.prepare("INSERT INTO t (text) VALUES ('later')").run();
    assert.deepEqual(await names(folder), ["copy.db", "live.db", "live.db-shm", "live.db-wal"]);
    assert.equal(integrityProblem(`${folder}/copy.db`), null);
    assert.deepEqual(inspectDatabase(`${folder}/copy.db`), {
      tables: new Set(["t", "_meta"]),
      schemaVersion: 7,
    });
    assert.equal(count(`${folder}/copy.db`), 100);
    database.close();
  }));

Deno.test("copyDatabase() shows the moment of its start, however much is written meanwhile", () =>
  inFolder(async (folder) => {
    const database = filled(`${folder}/live.db`, 6000);
    let steps = 0;
    const last = { done: 0, total: 0 };
    await copyDatabase(`${folder}/live.db`, `${folder}/copy.db`, (done, total) => {
      steps++;
      assert.ok(done >= last.done && done <= total);
      Object.assign(last, { done, total });
      database.prepare("INSERT INTO t (text) VALUES ('meanwhile')").run();
    });
    assert.ok(steps >= 1, `${steps} steps`);
    assert.equal(count(`${folder}/copy.db`), 6000);
    database.close();
  }));

Deno.test("copyDatabase() never writes over a file", () =>
  inFolder(async (folder) => {
    const database = filled(`${folder}/live.db`, 1);
    await Deno.writeTextFile(`${folder}/copy.db`, "precious");
    await assert.rejects(
      copyDatabase(`${folder}/live.db`, `${folder}/copy.db`),
      Deno.errors.AlreadyExists,
    );
    assert.equal(await Deno.readTextFile(`${folder}/copy.db`), "precious");
    assert.ok(!(await names(folder)).some((name) => name.includes("partial")));
    database.close();
  }));

Deno.test("copyDatabase() of what is no database fails and leaves nothing behind", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/text.db`, "not a database ".repeat(1000));
    await assert.rejects(copyDatabase(`${folder}/text.db`, `${folder}/copy.db`), /not a database/);
    assert.deepEqual(await names(folder), ["text.db"]);
  }));

Deno.test("copyDatabase() of a damaged database fails and leaves nothing behind", () =>
  inFolder(async (folder) => {
    const path = `${folder}/live.db`;
    filled(path, 500).close();
    await damage(path);
    await assert.rejects(copyDatabase(path, `${folder}/copy.db`), /damaged|malformed/);
    assert.deepEqual(await names(folder), ["live.db"]);
  }));

/** Overwrites pages in the middle. */
async function damage(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(40_960, Deno.SeekMode.Start);
  await file.write(new Uint8Array(20_480).fill(0xab));
}

Deno.test("integrityProblem() says what is wrong in one line", () =>
  inFolder(async (folder) => {
    const path = `${folder}/live.db`;
    filled(path, 500).close();
    assert.equal(integrityProblem(path), null);
    await damage(path);
    const problem = integrityProblem(path);
    assert.ok(problem !== null && problem !== "" && !problem.includes("\n"), `${problem}`);
    assert.match(integrityProblem(`${folder}/none.db`) ?? "", /unable to open/);
    assert.deepEqual(await names(folder), ["live.db"]);
  }));

Deno.test("inspectDatabase() finds version 0 where there is none", () =>
  inFolder((folder) => {
    const database = Database.open(`${folder}/x.db`);
    database.exec("CREATE TABLE t (n)");
    database.close();
    assert.deepEqual(inspectDatabase(`${folder}/x.db`), {
      tables: new Set(["t"]),
      schemaVersion: 0,
    });
    assert.throws(
      () => inspectDatabase(`${folder}/none.db`),
      /Cannot read database ".*none\.db": /,
    );
  }));

Deno.test("isOpen() tells whether a connection has the database open", () =>
  inFolder(async (folder) => {
    const path = `${folder}/live.db`;
    const database = filled(path, 1);
    assert.equal(isOpen(path), true);
    database.close();
    assert.equal(isOpen(path), false);
    assert.equal(count(path), 1);
    await Deno.writeTextFile(`${folder}/text.db`, "not a database ".repeat(1000));
    assert.equal(isOpen(`${folder}/text.db`), false);
  }));

import assert from "node:assert/strict";
import { Failure } from "../failure.ts";
import { Database } from "./database.ts";
import { query, Reader } from "./reader.ts";

interface Bench {
  readonly database: Database;
  readonly reader: Reader;
  readonly path: string;
}

async function withReader(work: (bench: Bench) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/test.db`;
  const database = Database.open(path);
  database.exec("CREATE TABLE t (n INTEGER, text TEXT)");
  const reader = new Reader(path);
  try {
    await work({ database, reader, path });
  } finally {
    await reader.close();
    database.close();
    await Deno.remove(folder, { recursive: true });
  }
}

const isUnavailable = (sentence: RegExp) => (error: unknown) =>
  error instanceof Failure && error.code === "unavailable" && sentence.test(error.detail);

Deno.test("Reader.read() gives the rows of each query", () =>
  withReader(async ({ database, reader }) => {
    database.prepare("INSERT INTO t VALUES (1, 'ä😀'), (2, NULL)").run();
    const rows = await reader.read(
      query("SELECT * FROM t ORDER BY n"),
      query("SELECT count(*) AS count FROM t WHERE n = ? AND text = ?", 1, "ä😀"),
      query("SELECT 1 WHERE false"),
    );
    assert.deepEqual(rows, [[{ n: 1, text: "ä😀" }, { n: 2, text: null }], [{ count: 1 }], []]);
  }));

Deno.test("Reader.read() sees what was committed before", () =>
  withReader(async ({ database, reader }) => {
    for (let n = 1; n <= 5; n++) {
      database.prepare("INSERT INTO t (n) VALUES (?)").run(n);
      assert.deepEqual(await reader.read(query("SELECT count(*) AS count FROM t")), [[{
        count: n,
      }]]);
    }
  }));

Deno.test("Reader.read() gives each of many reads at once its own rows", () =>
  withReader(async ({ reader }) => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => reader.read(query("SELECT ? AS n", n))),
    );
    assert.deepEqual(answers.map(([rows]) => rows?.[0]?.n), [...answers.keys()]);
    assert.equal(reader.depth, 0);
  }));

Deno.test("Reader.read() refuses more than 256 at once", () =>
  withReader(async ({ reader }) => {
    const reads = Array.from({ length: 260 }, () => reader.read(query("SELECT 1")));
    const settled = await Promise.allSettled(reads);
    const refused = settled.filter(({ status }) => status === "rejected");
    assert.equal(refused.length, 4);
    await assert.rejects(async () => await reads.at(-1), isUnavailable(/Too many queries at once/));
    assert.equal((await reader.read(query("SELECT 1"))).length, 1);
  }));

Deno.test("Reader.read() rejects a bad query and works on", () =>
  withReader(async ({ reader }) => {
    await assert.rejects(
      reader.read(query("SELECT 1"), query("SELECT nowhere")),
      /no such column: nowhere/,
    );
    assert.deepEqual(await reader.read(query("SELECT 1 AS one")), [[{ one: 1 }]]);
  }));

Deno.test("Reader.read() cannot write", () =>
  withReader(async ({ database, reader }) => {
    await assert.rejects(reader.read(query("INSERT INTO t (n) VALUES (1)")), /readonly/);
    assert.equal(database.prepare("SELECT count(*) AS n FROM t").get()?.n, 0);
  }));

Deno.test("Reader.read() of a missing file rejects, and again", async () => {
  const reader = new Reader("/nowhere/none.db");
  await assert.rejects(reader.read(query("SELECT 1")), /unable to open database file/);
  await assert.rejects(reader.read(query("SELECT 1")), /unable to open database file/);
  await reader.close();
});

Deno.test("Reader.close() refuses reads under way and new ones", () =>
  withReader(async ({ reader }) => {
    const refused = assert.rejects(
      reader.read(query("SELECT 1")),
      isUnavailable(/Shutting down/),
    );
    await reader.close();
    await refused;
    await assert.rejects(reader.read(query("SELECT 1")), isUnavailable(/Shutting down/));
    await reader.close();
  }));

Deno.test("Reader does not hold up the writer", () =>
  withReader(async ({ database, reader }) => {
    database.prepare(
      `INSERT INTO t (n) WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c
       WHERE n < 2000) SELECT n FROM c`,
    ).run();
    await reader.read(query("SELECT 1"));
    let done = false;
    const slow = reader.read(query("SELECT count(*) AS n FROM t AS a, t AS b WHERE a.n < b.n"))
      .then(() => done = true);
    database.transaction(() => database.prepare("INSERT INTO t (n) VALUES (0)").run());
    assert.equal(done, false);
    await slow;
  }));

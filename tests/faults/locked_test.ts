import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { startProgram } from "../support/program.ts";
import { stopsInTime } from "../support/stopping.ts";

/** Holds the database of a program as another process would that does not let go. */
function lock(dataDir: string): Disposable {
  const database = new DatabaseSync(`${dataDir}/errors.db`);
  // The program may be writing at this moment.
  database.exec("PRAGMA busy_timeout = 5000");
  database.exec("BEGIN IMMEDIATE");
  return { [Symbol.dispose]: () => database.close() };
}

Deno.test("a database that another process holds: others are served, reports wait, then get a 503", async () => {
  await using program = await startProgram();
  await (await program.report()).body?.cancel();
  {
    using _held = lock(program.dataDir);
    const reports = Array.from({ length: 12 }, () => program.report());
    let answered = 0;
    for (const report of reports) report.then(() => answered++);
    for (let turn = 0; turn < 5; turn++) {
      assert.equal((await (await program.fetch("/api/errors")).json()).total, 1);
    }
    assert.equal(answered, 0, "lists are answered while reports wait");
    for (const response of await Promise.all(reports)) {
      assert.equal(response.status, 503);
      assert.match((await response.json()).detail, /locked by another process/);
    }
  }
  assert.equal((await (await program.report()).json()).count, 2, "it goes on by itself");
  assert.equal(await program.stop(), 0);
});

Deno.test("a database that is held for a moment: reports are only later", async () => {
  await using program = await startProgram();
  const held = lock(program.dataDir);
  const report = program.report();
  // Long enough to have been refused once; the reader of the list sees nothing of it.
  await (await program.fetch("/api/errors")).body?.cancel();
  held[Symbol.dispose]();
  assert.equal((await report).status, 201);
  await report.then((response) => response.body?.cancel());
  assert.equal(await program.stop(), 0);
});

Deno.test("SIGTERM while the database is held ends the program in time", async () => {
  await using program = await startProgram();
  using _held = lock(program.dataDir);
  const reports = Array.from({ length: 12 }, () => program.report().catch(() => null));
  await (await program.fetch("/health")).body?.cancel();
  await stopsInTime(program);
  for (const report of reports) await (await report)?.body?.cancel();
});

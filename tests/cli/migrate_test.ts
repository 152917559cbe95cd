import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { integrityOf, rowsOf, setSchemaVersion } from "../faults/database.ts";
import { startProgram } from "../support/program.ts";
import {
  expectSuccess,
  makeData,
  makeFolder,
  monlight,
  oneLine,
  record,
  report,
} from "./commands.ts";

const SERVICES = ["errors", "logs", "metrics", "relay"];
/** Their files where they are named otherwise. */
const FILES: Readonly<Record<string, string>> = { relay: "browser-relay" };

Deno.test("migrate: a database that is up to date is left alone", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  for (const more of [[], ["errors"], ["--status"], ["--dry-run"]]) {
    const stdout = expectSuccess(await monlight(["migrate", ...more, "--data-dir", folder.path]));
    assert.match(stdout, /^errors: schema version (\d+) of \1, up to date\n$/);
  }
  assert.deepEqual(await folder.names(), ["errors.db"]);
});

Deno.test("migrate: every service unless some are named", async () => {
  await using folder = await makeFolder();
  for (const service of SERVICES) makeBlank(`${folder.path}/${FILES[service] ?? service}.db`);
  const words = ["migrate", "--data-dir", folder.path];
  const status = expectSuccess(await monlight([...words, "--status"])).trimEnd().split("\n");
  assert.deepEqual(status.map((line) => line.split(":")[0]), SERVICES);
  for (const line of status) assert.match(line, /: schema version 0 of (\d+), \1 to apply$/);
  const applied = expectSuccess(await monlight(["migrate", "metrics", "--data-dir", folder.path]));
  assert.match(
    applied,
    /^metrics: applying 0001_metrics\.sql\n[^]*metrics: schema version (\d+) of \1, up to date\n$/,
  );
  expectSuccess(await monlight(words));
  assert.match(
    expectSuccess(await monlight([...words, "--status"])),
    /^(\w+: schema version (\d+) of \2, up to date\n){4}$/,
  );
  await using program = await startProgram({ dataDir: folder.path });
  await report(program, {});
  await record(program, "requests", 1);
  assert.equal(await program.stop(), 0);
});

Deno.test("migrate: --status and --dry-run tell what is to do and change nothing", async () => {
  await using folder = await makeFolder();
  makeBlank(`${folder.path}/errors.db`);
  const words = ["migrate", "--data-dir", folder.path];
  const status = expectSuccess(await monlight([...words, "--status"]));
  const [, count = "0"] = /^errors: schema version 0 of (\d+), \1 to apply\n$/.exec(status) ?? [];
  assert.ok(Number(count) >= 1, status);
  const dry = expectSuccess(await monlight([...words, "--dry-run"])).trimEnd().split("\n");
  assert.equal(dry.length, Number(count));
  assert.match(dry[0] ?? "", /^errors: would apply 0001_\w+\.sql$/);
  assert.deepEqual(rowsOf(`${folder.path}/errors.db`, "SELECT name FROM sqlite_schema"), []);
  assert.deepEqual(await folder.names(), ["errors.db"]);
});

Deno.test("migrate: brings a blank database up, without a backup of nothing", async () => {
  await using folder = await makeFolder();
  makeBlank(`${folder.path}/errors.db`);
  const stdout = expectSuccess(await monlight(["migrate", "--data-dir", folder.path]));
  assert.match(stdout, /^errors: applying 0001_\w+\.sql\n/);
  assert.match(stdout, /\nerrors: schema version (\d+) of \1, up to date\n$/);
  assert.deepEqual(await folder.names(), ["errors.db"]);
  await using program = await startProgram({ dataDir: folder.path });
  await report(program, {});
  assert.equal(await program.stop(), 0);
});

for (
  const [title, more, backups] of [["after a backup", [], 1], [
    "without",
    ["--no-backup"],
    0,
  ]] as const
) {
  Deno.test(`migrate: a step that fails ${title} leaves the database as it was`, async () => {
    await using folder = await makeFolder();
    await makeData(folder.path, ["shop"]);
    const path = `${folder.path}/errors.db`;
    // The first step then meets tables that are there already.
    setSchemaVersion(path, 0);
    const words = ["migrate", ...more, "--data-dir", folder.path];
    const { code, stdout, stderr } = await monlight(words);
    assert.equal(code, 1);
    const told = stdout.trimEnd().split("\n").map((line) => line.split(" ")[1]);
    assert.deepEqual([...new Set(told)], backups > 0 ? ["backup", "applying"] : ["applying"]);
    assert.match(
      stderr,
      /^Migration 0001_\S+ of "\S+" failed: [^]+ The database is as it was before\n$/,
    );
    assert.equal(integrityOf(path), "ok");
    assert.deepEqual(rowsOf(path, "SELECT project, count FROM errors").map((row) => ({ ...row })), [
      { project: "shop", count: 1 },
    ]);
    const copies = await folder.names("backups").catch(() => []);
    assert.equal(copies.length, backups);
    for (const copy of copies) assert.equal(integrityOf(`${folder.path}/backups/${copy}`), "ok");
  });
}

Deno.test("migrate: a newer database is refused in a sentence that says so", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  setSchemaVersion(`${folder.path}/errors.db`, 999);
  for (const more of [[], ["--status"], ["--dry-run"]]) {
    assert.match(
      oneLine(await monlight(["migrate", ...more, "--data-dir", folder.path])),
      /errors\.db has schema version 999, but this program knows only \d+; use the newer Monlight/,
    );
  }
  assert.deepEqual(await folder.names(), ["errors.db"]);
});

Deno.test("migrate: one newer database keeps none of the others from being told, or from its steps", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  setSchemaVersion(`${folder.path}/errors.db`, 999);
  makeBlank(`${folder.path}/metrics.db`);
  const words = ["migrate", "--data-dir", folder.path];
  const newer = /^\S+errors\.db has schema version 999, but this program knows only \d+; .*\n$/;
  for (
    const [more, says] of [
      ["--status", /^metrics: schema version 0 of (\d+), \1 to apply\n$/],
      ["--dry-run", /^(metrics: would apply \S+\.sql\n)+$/],
      ["--no-backup", /\nmetrics: schema version (\d+) of \1, up to date\n$/],
    ] as const
  ) {
    const { code, stdout, stderr } = await monlight([...words, more]);
    assert.deepEqual([more, code], [more, 1]);
    assert.match(stderr, newer);
    assert.match(stdout, says);
  }
});

Deno.test("migrate: a file that is no database is one clear line", async () => {
  await using folder = await makeFolder();
  await Deno.writeFile(`${folder.path}/errors.db`, new Uint8Array(8192).fill(7));
  assert.equal(
    oneLine(await monlight(["migrate", "--data-dir", folder.path])),
    `Cannot read database "${folder.path}/errors.db": file is not a database`,
  );
});

function makeBlank(path: string): void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA user_version = 0; VACUUM");
  database.close();
}

Deno.test("migrate: refuses to change a database that a service holds", async () => {
  await using folder = await makeFolder();
  await using program = await startProgram({ dataDir: folder.path, args: ["--only", "errors"] });
  await report(program, {});
  const words = ["migrate", "--data-dir", folder.path];
  expectSuccess(await monlight(words));
  const path = `${folder.path}/errors.db`;
  setSchemaVersion(path, 0);
  assert.equal(
    oneLine(await monlight(words)),
    `Cannot open database ${
      JSON.stringify(path)
    }: another process (pid ${program.pid}) holds it; ` +
      "stop that one first, or choose another path",
  );
  assert.deepEqual(await folder.names("backups").catch(() => []), []);
});

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { integrityOf, rowsOf } from "../faults/database.ts";
import { isRoot, NEEDS_ROOT, smallDisk } from "../faults/tmpfs.ts";
import { type Program, programArgs, startProgram } from "../support/program.ts";
import { ContainerLogs, untilStored } from "../support/container_logs.ts";
import {
  expectSuccess,
  makeData,
  makeFolder,
  monlight,
  oneLine,
  record,
  report,
} from "./commands.ts";

const NAME = /^errors-\d{4}-\d\d-\d\dT\d{6}Z\.db$/;

Deno.test("backup: a live database under writes gives a whole copy of one moment", async () => {
  await using program = await startProgram();
  await using writers = startWriters(program, 4);
  await writers.wrote(300);
  const before = writers.acknowledged();
  const words = ["backup", "errors", "--data-dir", program.dataDir];
  const stdout = expectSuccess(await monlight(words));
  const after = writers.acknowledged();
  await writers.stop();

  const [, path = ""] = /^(\S+) {2}[\d.]+ [kM]?B\n$/.exec(stdout) ?? [];
  assert.match(path.slice(`${program.dataDir}/backups/`.length), NAME, stdout);
  assert.equal(integrityOf(path), "ok");
  const copied = rowsOf(
    path,
    `SELECT project, count(*) AS groups, max(CAST(substr(exception_type, 2) AS INTEGER)) AS last
     FROM errors GROUP BY project ORDER BY project`,
  );
  assert.equal(copied.length, 4);
  for (const [index, { groups, last }] of copied.entries()) {
    assert.equal(groups, last, "each writer's events are there without a gap");
    assert.ok(Number(last) >= (before[index] ?? 0), "what was acknowledged before is there");
    assert.ok(Number(last) <= (after[index] ?? 0) + 1, "nothing came after");
  }
  assert.deepEqual(await namesIn(`${program.dataDir}/backups`), [path.split("/").at(-1)]);
  assert.equal((await Deno.stat(path)).mode ?? 0, 0o100600, "only the owner may read it");
});

Deno.test("a drill: backup under load, kill -9, everything lost, restore: what was there is there again", async () => {
  await using folder = await makeFolder();
  const dataDir = `${folder.path}/data`;
  let before: readonly number[] = [];
  let samples = 0;
  {
    await using program = await startProgram({ dataDir });
    await using writers = startWriters(program, 4);
    await writers.wrote(100);
    for (; samples < 20; samples++) await record(program, "requests", 1);
    before = writers.acknowledged();
    const words = ["backup", "--quiet", "--data-dir", dataDir, "--out", `${folder.path}/out`];
    expectSuccess(await monlight(words));
    await writers.stop();
    assert.equal(await program.stop("SIGKILL"), 137);
  }
  await Deno.remove(dataDir, { recursive: true });
  for (const name of await folder.names("out")) {
    const path = `${folder.path}/out/${name}`;
    expectSuccess(await monlight(["restore", path, "--data-dir", dataDir]));
  }
  assert.equal(
    (await monlight(["doctor"], { env: { API_KEY: "key", DATA_DIR: dataDir } })).code,
    0,
  );
  await using program = await startProgram({ dataDir });
  for (const [writer, events] of before.entries()) {
    const page = await program.fetch(`/api/errors?project=writer-${writer}&limit=1`);
    const { total } = await page.json();
    assert.ok(total >= events, `${total} of ${events} groups of writer ${writer} are there`);
  }
  const { data } = await (await program.fetch("/api/metrics?name=requests")).json();
  const sums = data.map(({ sum }: { readonly sum: number }) => sum);
  assert.equal(sums.reduce((one: number, other: number) => one + other, 0), samples);
  await report(program, { project: "writer-0" });
});

Deno.test("backup: --keep deletes the oldest of the service and nothing else", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  const out = `${folder.path}/out`;
  await Deno.mkdir(out);
  const older = ["errors-2025-01-01T000000Z.db", "errors-2025-01-02T000000Z.db"];
  const others = ["errors-keep-me.db", "errors.db", "logs-2024-01-01T000000Z.db", "notes.txt"];
  const killed = "errors-2025-01-03T000000Z.db.partial";
  for (const name of [...older, ...others, killed]) await Deno.writeTextFile(`${out}/${name}`, "");
  await Deno.utime(`${out}/${killed}`, 0, 0);
  const words = ["backup", "errors", "--data-dir", folder.path, "--out", out, "--keep", "2"];
  expectSuccess(await monlight(words));
  const names = await folder.names("out");
  const fresh = names.filter((name) => NAME.test(name) && !older.includes(name));
  assert.equal(fresh.length, 1);
  assert.deepEqual(names, [...others, ...fresh, older[1]].sort());
});

Deno.test("backup: every service unless some are named, and each comes back by restore", async () => {
  await using folder = await makeFolder();
  using containers = new ContainerLogs();
  {
    await using program = await startProgram({ dataDir: folder.path, logSources: containers.path });
    await report(program, {});
    containers.print("shop", ["[INFO] one", "[INFO] two"]);
    await untilStored(program, 2);
    await record(program, "requests", 3);
    const made = await program.fetch("/api/dsn-keys", {
      method: "POST",
      body: '{"project":"shop"}',
    });
    await made.body?.cancel();
    const words = ["backup", "--data-dir", folder.path, "--out", `${folder.path}/out`];
    assert.match(
      expectSuccess(await monlight(words)),
      /^(\S+\/(errors|logs|metrics|relay)-[\dTZ-]+\.db {2}[\d.]+ kB\n){4}$/,
    );
    assert.equal(await program.stop(), 0);
  }
  const restored = `${folder.path}/restored`;
  for (const name of await folder.names("out")) {
    const path = `${folder.path}/out/${name}`;
    assert.equal(integrityOf(path), "ok");
    const [service = ""] = name.split("-");
    const file = service === "relay" ? "browser-relay" : service;
    assert.equal(
      expectSuccess(await monlight(["restore", path, "--data-dir", restored])),
      `Restored ${service}: ${restored}/${file}.db\n`,
    );
  }
  await using program = await startProgram({ dataDir: restored, logSources: containers.path });
  assert.equal((await (await program.fetch("/api/errors")).json()).total, 1);
  const { data } = await (await program.fetch("/api/metrics?name=requests")).json();
  assert.deepEqual(data.map(({ sum }: { readonly sum: number }) => sum), [3]);
  const { keys } = await (await program.fetch("/api/dsn-keys")).json();
  assert.deepEqual(keys.map(({ project }: { readonly project: string }) => project), ["shop"]);
  // Read on from where the copy was: nothing is there twice.
  containers.print("shop", ["[INFO] three"]);
  await untilStored(program, 3);
});

Deno.test("backup --quiet: silent on success", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  const words = ["backup", "--quiet", "--data-dir", folder.path];
  assert.equal(expectSuccess(await monlight(words)), "");
  assert.equal((await folder.names("backups")).length, 1);
});

Deno.test({
  name: "backup: tells on a terminal how far it is, and --quiet nothing there either",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using folder = await makeFolder();
    await makeData(folder.path, ["shop"]);
    const database = new DatabaseSync(`${folder.path}/errors.db`);
    database.exec("CREATE TABLE ballast AS SELECT randomblob(20000000) AS bytes");
    database.close();
    const onTerminal = async (...words: readonly string[]) => {
      const args = programArgs(["backup", "--data-dir", folder.path, ...words]);
      const command = [Deno.execPath(), ...args].map((word) => `'${word}'`).join(" ");
      const { code, stdout } = await new Deno.Command("script", {
        args: ["-qec", command, "/dev/null"],
      }).output();
      assert.equal(code, 0);
      return new TextDecoder().decode(stdout);
    };
    const told = await onTerminal();
    assert.match(told, /\r\S*errors: \d+ % of \d+ pages/);
    assert.match(told, /errors-\S+\.db {2}20\.\d MB/);
    assert.equal(await onTerminal("--quiet"), "");
  },
});

Deno.test("backup: several in one second get a name each", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  const words = ["backup", "--data-dir", folder.path];
  const outcomes = await Promise.all([1, 2, 3].map(() => monlight(words)));
  const names = outcomes.map((one) => expectSuccess(one).split(/ {2}/)[0]?.split("/").at(-1));
  assert.deepEqual(await folder.names("backups"), names.sort());
  for (const name of names) assert.equal(integrityOf(`${folder.path}/backups/${name}`), "ok");
});

Deno.test("backup --upload-command: runs with the path of the finished copy", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  const upload = `cp "$1" ${folder.path}/uploaded.db`;
  expectSuccess(
    await monlight(["backup", "--upload-command", upload, "--data-dir", folder.path]),
  );
  assert.equal(integrityOf(`${folder.path}/uploaded.db`), "ok");
});

Deno.test("backup --upload-command: its failure fails the backup and says why", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  const upload = "echo no such bucket >&2; exit 3";
  const words = ["backup", "--quiet", "--upload-command", upload, "--data-dir", folder.path];
  const line = oneLine(await monlight(words));
  assert.equal(line, "Backup of errors failed: the upload command exited with 3: no such bucket");
  assert.equal((await folder.names("backups")).length, 1, "the copy itself is kept");
});

Deno.test("backup: a folder that is not there, or holds no database, is a clear line", async () => {
  await using folder = await makeFolder();
  for (const dataDir of [folder.path, `${folder.path}/nowhere`]) {
    assert.equal(
      oneLine(await monlight(["backup", "--data-dir", dataDir])),
      `No databases in ${dataDir}; name their folder with --data-dir`,
    );
  }
  assert.equal(
    oneLine(await monlight(["backup", "errors", "--data-dir", folder.path])),
    `No database ${folder.path}/errors.db`,
  );
});

Deno.test("backup: a file in place of the folder of backups is a clear line", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  await Deno.writeTextFile(`${folder.path}/backups`, "");
  assert.equal(
    oneLine(await monlight(["backup", "--data-dir", folder.path])),
    `Cannot make folder "${folder.path}/backups": a file is in its place`,
  );
});

Deno.test("backup: a damaged database fails and leaves nothing behind", async () => {
  await using folder = await makeFolder();
  await Deno.writeFile(`${folder.path}/errors.db`, new Uint8Array(8192).fill(7));
  const line = oneLine(await monlight(["backup", "--data-dir", folder.path]));
  assert.match(
    line,
    /^Backup of errors failed: Cannot copy \S+\/errors\.db to \S+\.db: file is not a database$/,
  );
  assert.deepEqual(await folder.names("backups"), []);
});

Deno.test({
  name: `backup: a full or read-only disk fails and leaves nothing behind ${NEEDS_ROOT}`,
  ignore: !isRoot,
  async fn() {
    await using folder = await makeFolder();
    await makeData(folder.path, ["shop"]);
    await using disk = await smallDisk("64k");
    const words = ["backup", "--quiet", "--data-dir", folder.path, "--out", disk.path];
    assert.match(oneLine(await monlight(words)), /^Backup of errors failed: .*(full|space)/);
    assert.deepEqual(await namesIn(disk.path), []);
    await disk.remount("ro");
    assert.match(oneLine(await monlight(words)), /^Backup of errors failed: Read-only file system/);
  },
});

async function namesIn(path: string): Promise<readonly string[]> {
  return (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).sort();
}

interface Writers extends AsyncDisposable {
  /** Waits until each has had so many events acknowledged. */
  wrote(events: number): Promise<void>;
  /** Events acknowledged to each. */
  acknowledged(): readonly number[];
  stop(): Promise<void>;
}

/** Clients that report `E1`, `E2`, … one after the other, each for a project of its own. */
function startWriters(program: Program, count: number): Writers {
  const acknowledged = Array.from({ length: count }, () => 0);
  let stopped = false;
  let progress = Promise.withResolvers<void>();
  const write = async (writer: number) => {
    for (let event = 1; !stopped; event++) {
      await report(program, { project: `writer-${writer}`, exception_type: `E${event}` });
      acknowledged[writer] = event;
      progress.resolve();
      progress = Promise.withResolvers();
    }
  };
  const all = Promise.all(acknowledged.map((_, writer) => write(writer)));
  const stop = async () => {
    stopped = true;
    await all;
  };
  return {
    async wrote(events) {
      while (Math.min(...acknowledged) < events) await Promise.race([progress.promise, all]);
    },
    acknowledged: () => [...acknowledged],
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { integrityOf, rowsOf, setSchemaVersion } from "../faults/database.ts";
import { isRoot, NEEDS_ROOT, smallDisk } from "../faults/tmpfs.ts";
import { programArgs, startProgram } from "../support/program.ts";
import {
  expectSuccess,
  type Folder,
  makeData,
  makeFolder,
  monlight,
  oneLine,
  report,
} from "./commands.ts";

Deno.test("restore: brings back what was backed up, and keeps what it replaced", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["before"]);
  const backup = await backUp(folder);
  await makeData(folder.path, ["after"]);
  const stdout = expectSuccess(await monlight(["restore", backup, "--data-dir", folder.path]));
  const [, kept = ""] = /^Restored errors: \S+\nThe replaced database is kept: (\S+)\n$/
    .exec(stdout) ?? [];
  assert.deepEqual(projectsOf(kept), ["after", "before"]);
  assert.equal(integrityOf(kept), "ok");
  {
    await using program = await startProgram({ dataDir: folder.path, args: ["--only", "errors"] });
    const { projects } = await (await program.fetch("/api/projects")).json();
    assert.deepEqual(projects, ["before"]);
    await report(program, { project: "later" });
    assert.equal(await program.stop(), 0);
  }
  assert.deepEqual(
    await folder.names(),
    ["backups", "errors.db", kept.split("/").at(-1)],
  );
});

Deno.test("restore: into an empty folder that it makes", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  const backup = await backUp(folder);
  const dataDir = `${folder.path}/new/data`;
  const stdout = expectSuccess(await monlight(["restore", backup, "--data-dir", dataDir]));
  assert.equal(stdout, `Restored errors: ${dataDir}/errors.db\n`);
  assert.deepEqual(projectsOf(`${dataDir}/errors.db`), ["shop"]);
  assert.deepEqual(await folder.names("new/data"), ["errors.db"]);
});

Deno.test("restore: refuses while a service holds the database, which goes on unharmed", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["before"]);
  const backup = await backUp(folder);
  await using program = await startProgram({ dataDir: folder.path, args: ["--only", "errors"] });
  const line = oneLine(await monlight(["restore", backup, "--data-dir", folder.path]));
  assert.equal(
    line,
    `${folder.path}/errors.db is in use (pid ${program.pid}): stop the service first, then restore`,
  );
  await report(program, { project: "after" });
  assert.equal(await program.stop(), 0);
  assert.deepEqual(projectsOf(`${folder.path}/errors.db`), ["after", "before"]);
  assert.deepEqual(await folder.names(), ["backups", "errors.db"]);
});

Deno.test("restore: refuses while something reads the database, and goes on once it has ended", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  const backup = await backUp(folder);
  const words = ["restore", backup, "--data-dir", folder.path];
  const reading = new DatabaseSync(`${folder.path}/errors.db`);
  reading.exec("PRAGMA journal_mode = WAL");
  assert.equal(
    oneLine(await monlight(words)),
    `${folder.path}/errors.db is being read, as by a backup: try again when that has ended`,
  );
  reading.close();
  expectSuccess(await monlight(words));
});

for (const service of ["errors", "logs", "metrics"]) {
  Deno.test(`restore: tells that a file is of ${service} by what is in it`, async () => {
    await using folder = await makeFolder();
    await using program = await startProgram({ dataDir: folder.path, args: ["--only", service] });
    const copy = `${folder.path}/copy.db`;
    await Deno.rename(await backUp(folder), copy);
    const words = ["restore", copy, "--data-dir", folder.path];
    assert.equal(
      oneLine(await monlight(words)),
      `${folder.path}/${service}.db is in use (pid ${program.pid}): stop the service first, ` +
        "then restore",
    );
    assert.equal(await program.stop(), 0);
    assert.match(expectSuccess(await monlight(words)), new RegExp(`^Restored ${service}: `));
    await using again = await startProgram({ dataDir: folder.path, args: ["--only", service] });
    const { services } = await (await again.fetch("/health")).json();
    assert.ok(service in services);
    assert.equal(await again.stop(), 0);
  });
}

Deno.test("restore: over a database that was damaged", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  const backup = await backUp(folder);
  const rubbish = new Uint8Array(20_000).fill(0x5a);
  await Deno.writeFile(`${folder.path}/errors.db`, rubbish);
  const stdout = expectSuccess(await monlight(["restore", backup, "--data-dir", folder.path]));
  const kept = stdout.trimEnd().split(": ").at(-1) ?? "";
  assert.deepEqual(await Deno.readFile(kept), rubbish);
  assert.deepEqual(projectsOf(`${folder.path}/errors.db`), ["shop"]);
});

Deno.test("restore: a log left by a lost database is not mixed into the restored one", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["before"]);
  const backup = await backUp(folder);
  {
    await using program = await startProgram({ dataDir: folder.path, args: ["--only", "errors"] });
    await report(program, { project: "after" });
    await program.stop("SIGKILL");
  }
  assert.ok((await Deno.stat(`${folder.path}/errors.db-wal`)).size > 0);
  await Deno.remove(`${folder.path}/errors.db`);
  expectSuccess(await monlight(["restore", backup, "--data-dir", folder.path]));
  assert.equal(integrityOf(`${folder.path}/errors.db`), "ok");
  assert.deepEqual(projectsOf(`${folder.path}/errors.db`), ["before"]);
});

Deno.test("restore: from a copied data folder, what its log holds comes along", async () => {
  await using folder = await makeFolder();
  await using copied = await makeFolder();
  {
    await using program = await startProgram({ dataDir: copied.path });
    await report(program, { project: "in the log" });
    await program.stop("SIGKILL");
  }
  const words = ["restore", `${copied.path}/errors.db`, "--data-dir", folder.path];
  expectSuccess(await monlight(words));
  assert.deepEqual(projectsOf(`${folder.path}/errors.db`), ["in the log"]);
});

Deno.test({
  name: `restore: from a disk that is mounted read-only ${NEEDS_ROOT}`,
  ignore: !isRoot,
  async fn() {
    await using disk = await smallDisk("8m");
    await using folder = await makeFolder();
    await makeData(folder.path, ["shop"]);
    const backup = await backUp(folder);
    await Deno.copyFile(backup, `${disk.path}/copy.db`);
    await disk.remount("ro");
    const words = ["restore", `${disk.path}/copy.db`, "--data-dir", `${folder.path}/new`];
    expectSuccess(await monlight(words));
    assert.deepEqual(projectsOf(`${folder.path}/new/errors.db`), ["shop"]);
  },
});

Deno.test({
  name: "restore: what root restores belongs to the user of the service (needs root)",
  ignore: !isRoot,
  async fn() {
    await using folder = await makeFolder();
    await makeData(folder.path, ["shop"]);
    const backup = await backUp(folder);
    const dataDir = `${folder.path}/data`;
    const words = ["restore", backup, "--data-dir", dataDir];
    const ownerOf = async (path: string) => {
      const { uid, gid, mode } = await Deno.stat(path);
      return [uid, gid, (mode ?? 0) & 0o777];
    };
    await Deno.mkdir(dataDir);
    await Deno.chown(dataDir, 12_345, 12_346);
    expectSuccess(await monlight(words));
    assert.deepEqual(await ownerOf(`${dataDir}/errors.db`), [12_345, 12_346, 0o600]);
    // In place of a database it belongs to whom that did, whosever the folder is.
    await Deno.chown(`${dataDir}/errors.db`, 23_456, 0);
    expectSuccess(await monlight(words));
    assert.deepEqual(await ownerOf(`${dataDir}/errors.db`), [23_456, 0, 0o600]);
    // Root of a container may have no capability to give files away.
    await Deno.remove(`${dataDir}/errors.db`);
    await Deno.chown(dataDir, 12_345, 0);
    await Deno.chmod(dataDir, 0o770);
    const { success } = await new Deno.Command("setpriv", {
      args: [
        ...["--bounding-set=-all", "--inh-caps=-all", Deno.execPath()],
        ...programArgs(words),
      ],
    }).output();
    assert.ok(success);
    assert.deepEqual(await ownerOf(`${dataDir}/errors.db`), [0, 0, 0o600]);
  },
});

const REFUSED: readonly {
  readonly what: string;
  readonly says: RegExp;
  /** Makes the file at `path`, of a sound backup. */
  readonly make: (path: string, backup: string) => Promise<void> | void;
}[] = [
  { what: "no file", says: /^No file /, make() {} },
  {
    what: "a text file",
    says: /is not a sound database: file is not a database$/,
    make: (path) =>
      Deno.writeTextFile(path, "not a database, just a letter to a friend\n".repeat(40)),
  },
  {
    what: "an empty file",
    says: /is not a database of Monlight$/,
    make: (path) => Deno.writeTextFile(path, ""),
  },
  {
    what: "a database of something else",
    says: /is not a database of Monlight$/,
    make(path) {
      const database = new DatabaseSync(path);
      database.exec("CREATE TABLE songs (title TEXT)");
      database.close();
    },
  },
  {
    what: "a damaged copy",
    says: /is not a sound database: /,
    async make(path, backup) {
      const bytes = await Deno.readFile(backup);
      // A page in the middle; the header and schema stay.
      await Deno.writeFile(path, bytes.fill(0xff, 3 * 4096, 5 * 4096));
    },
  },
  {
    what: "half a copy",
    says: /is not a sound database: /,
    async make(path, backup) {
      const bytes = await Deno.readFile(backup);
      await Deno.writeFile(path, bytes.subarray(0, bytes.length / 2));
    },
  },
  {
    what: "a backup of a newer Monlight",
    says: /has schema version 999, but this program knows only \d+; use the newer Monlight/,
    async make(path, backup) {
      await Deno.copyFile(backup, path);
      setSchemaVersion(path, 999);
    },
  },
];

for (const { what, says, make } of REFUSED) {
  Deno.test(`restore: refuses ${what} and changes nothing`, async () => {
    await using folder = await makeFolder();
    await makeData(folder.path, ["shop"]);
    const path = `${folder.path}/given.db`;
    await make(path, await backUp(folder));
    assert.match(oneLine(await monlight(["restore", path, "--data-dir", folder.path])), says);
    assert.deepEqual(projectsOf(`${folder.path}/errors.db`), ["shop"]);
    const names = (await folder.names()).filter((name) => !name.startsWith("given.db"));
    assert.deepEqual(names, ["backups", "errors.db"]);
  });
}

Deno.test("restore: refuses the database itself", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  const path = `${folder.path}/errors.db`;
  const line = oneLine(await monlight(["restore", path, "--data-dir", folder.path]));
  assert.equal(line, `${path} is the database itself; name a backup`);
});

async function backUp(folder: Folder): Promise<string> {
  const stdout = expectSuccess(await monlight(["backup", "--data-dir", folder.path]));
  return stdout.split(/ {2}/)[0] ?? "";
}

function projectsOf(path: string): readonly string[] {
  return rowsOf(path, "SELECT DISTINCT project FROM errors ORDER BY project")
    .map(({ project }) => String(project));
}

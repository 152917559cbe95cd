import assert from "node:assert/strict";
import { expectSuccess, makeFolder, monlight, oneLine, record, report } from "../cli/commands.ts";
import { isRoot, NEEDS_ROOT, smallDisk } from "./tmpfs.ts";
import { API_KEY, startProgram } from "../support/program.ts";

/** Services that are served alone, with what they need. */
const SERVICES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  errors: {},
  logs: { CONTAINERS: "*" },
  metrics: {},
};

for (const [service, env] of Object.entries(SERVICES)) {
  Deno.test(`a second process on ${service}.db is refused at its start, and the first goes on`, async () => {
    await using folder = await makeFolder();
    await using program = await startProgram({ command: [service, "serve"], dataDir: folder.path });
    const path = `${folder.path}/${service}.db`;
    for (const words of [[service, "serve"], ["serve", "--only", service]]) {
      const second = await monlight([...words, "--port", "0", "--log-level", "WARN"], {
        env: {
          ...{ API_KEY, LOG_SOURCES: folder.path, ...env },
          ...(words[0] === "serve" ? { DATA_DIR: folder.path } : { DATABASE_PATH: path }),
        },
      });
      assert.equal(
        oneLine(second),
        `Cannot open database ${JSON.stringify(path)}: another process (pid ${program.pid}) ` +
          "holds it; stop that one first, or choose another path",
      );
    }
    const health = await program.fetch("/health");
    await health.body?.cancel();
    assert.equal(health.status, 200);
    assert.equal(await program.stop(), 0);
    assert.deepEqual(await folder.names(), [`${service}.db`], "nothing is left behind");
  });
}

Deno.test("one database for two services of a process is refused", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/all.db`;
  const env = { API_KEY, DATA_DIR: folder.path, LOG_LEVEL: "WARN" };
  const one = { ERRORS_DATABASE_PATH: path, METRICS_DATABASE_PATH: path };
  assert.equal(
    oneLine(await monlight(["serve", "--port", "0"], { env: { ...env, ...one } })),
    `Cannot open database ${JSON.stringify(path)}: another service of this process holds it; ` +
      "each needs one of its own",
  );
});

Deno.test("a process that is killed leaves no lock", async () => {
  await using folder = await makeFolder();
  for (let turn = 0; turn < 3; turn++) {
    await using program = await startProgram({ dataDir: folder.path });
    await report(program, {});
    await program.stop("SIGKILL");
  }
  await using program = await startProgram({ dataDir: folder.path });
  assert.equal((await (await program.fetch("/api/errors")).json()).errors[0].count, 3);
});

Deno.test("backup and export read a database that is locked", async () => {
  await using folder = await makeFolder();
  await using program = await startProgram({ dataDir: folder.path });
  await report(program, {});
  await record(program, "requests", 1);
  const place = ["--data-dir", folder.path];
  const copies = expectSuccess(await monlight(["backup", ...place])).trimEnd().split("\n");
  assert.equal(copies.length, 4);
  for (const service of ["errors", "metrics"]) {
    const lines = expectSuccess(await monlight([service, "export", ...place])).trimEnd();
    assert.equal(lines.split("\n").length, 1);
  }
  assert.equal(await program.stop(), 0);
});

Deno.test({
  name: `a folder that is mounted read-only: serve ends with 1 and one clear line ${NEEDS_ROOT}`,
  ignore: !isRoot,
  async fn() {
    await using disk = await smallDisk("8m");
    await disk.remount("ro");
    const path = `${disk.path}/errors.db`;
    const second = await monlight(["errors", "serve", "--port", "0"], {
      env: { API_KEY, DATABASE_PATH: path, LOG_LEVEL: "WARN" },
    });
    assert.match(
      oneLine(second),
      /^Cannot open database "\S+errors\.db": its lock beside it cannot be written: Read-only [^\n]+$/,
    );
  },
});

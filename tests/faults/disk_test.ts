import assert from "node:assert/strict";
import { monlight, report } from "../cli/commands.ts";
import { type Program, startProgram } from "../support/program.ts";
import { integrityOf } from "./database.ts";
import { isRoot, NEEDS_ROOT, smallDisk } from "./tmpfs.ts";

Deno.test({
  name:
    `a full disk: clear 503s, then all goes on by itself, and nothing acknowledged is lost ${NEEDS_ROOT}`,
  ignore: !isRoot,
  async fn() {
    await using disk = await smallDisk("16m");
    const path = `${disk.path}/data`;
    let acknowledged = 0;
    {
      await using program = await startProgram({ dataDir: path });
      acknowledged += await reportUntilRefused(program, 20);
      assert.equal(acknowledged, 20, "there is room at first");

      await disk.fill();
      acknowledged += await reportUntilRefused(program, 1000);
      assert.ok(acknowledged < 1000, "the disk is full");
      await expectFull(program);
      assert.equal(
        (await (await program.fetch("/api/errors")).json()).errors[0].count,
        acknowledged,
      );
      const [said, ...more] = program.logs().filter(({ level }) => level === "ERROR");
      assert.match(`${said?.service} ${said?.msg}`, /^errors The disk .*full; nothing was stored$/);
      assert.deepEqual(more, [], "it is said once, however many were refused");
      assert.equal(await statusOf(program, "/health"), 200);
      assert.equal(await statusOf(program, "/api/projects"), 200);

      await disk.makeRoom();
      await report(program, {});
      acknowledged++;

      await disk.fill();
      acknowledged += await reportUntilRefused(program, 1000);
      await expectFull(program);
      assert.equal(await program.stop("SIGKILL"), 137);
    }
    await disk.makeRoom();
    await using again = await startProgram({ dataDir: path });
    assert.equal((await (await again.fetch("/api/errors")).json()).errors[0].count, acknowledged);
    await report(again, {});
    assert.equal(await again.stop(), 0);
    assert.equal(integrityOf(`${path}/errors.db`), "ok");
  },
});

Deno.test({
  name: `a full disk at the start, with and without a database ${NEEDS_ROOT}`,
  ignore: !isRoot,
  async fn() {
    await using disk = await smallDisk("1m");
    await disk.fill();
    const failure = await startFailure(`${disk.path}`);
    assert.match(failure, /"\S+errors\.db"|\S*errors\.db.*: .*(full|space)|disk/i, failure);
    assert.equal(failure.trimEnd().split("\n").length, 1, failure);
  },
});

Deno.test({
  name: `a disk that becomes read-only, and one that is at the start ${NEEDS_ROOT}`,
  ignore: !isRoot,
  async fn() {
    await using disk = await smallDisk("16m");
    {
      await using program = await startProgram({ dataDir: `${disk.path}/data` });
      await report(program, {});
      assert.equal(await program.stop(), 0);
    }
    await disk.remount("ro");
    const failure = await startFailure(`${disk.path}/data`);
    assert.match(failure, /^Cannot open database "\S+errors\.db": [^\n]+\n$/, failure);
    const none = await startFailure(`${disk.path}/elsewhere`);
    assert.match(none, /^Cannot make folder "\S+elsewhere": Read-only file system[^\n]*\n$/, none);
  },
});

/** Starts the program on a folder where it cannot; gives what it said, and expects exit code 1. */
async function startFailure(dataDir: string): Promise<string> {
  const { code, stderr } = await monlight(["serve", "--port", "0", "--data-dir", dataDir], {
    env: { API_KEY: "key" },
  });
  assert.equal(code, 1, stderr);
  return stderr;
}

/** Reports until one is refused or all are taken; gives how many were. */
async function reportUntilRefused(program: Program, most: number): Promise<number> {
  for (let taken = 0; taken < most; taken++) {
    const response = await program.report();
    await response.body?.cancel();
    if (!response.ok) return taken;
  }
  return most;
}

async function expectFull(program: Program): Promise<void> {
  const response = await program.report();
  assert.equal(response.status, 503);
  assert.match(
    (await response.json()).detail,
    /^The disk (is full|failed or is full); nothing was stored$/,
  );
}

async function statusOf(program: Program, path: string): Promise<number> {
  const response = await program.fetch(path);
  await response.body?.cancel();
  return response.status;
}

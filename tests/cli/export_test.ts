import assert from "node:assert/strict";
import { type Program, programArgs, startProgram } from "../support/program.ts";
import { peakMemory } from "../faults/memory.ts";
import { expectSuccess, makeData, makeFolder, monlight, report } from "./commands.ts";
import { testUnreadable } from "./unreadable_databases.ts";

type Group = Readonly<Record<string, unknown>>;

Deno.test("errors export: every group of a live database as the API tells it, a line each", async () => {
  await using program = await startProgram();
  await report(program, { project: "shop", extra: { cart: [1, "zwei\n"] } });
  await report(program, { project: "shop" });
  await report(program, { project: "blog", environment: "staging" });
  await resolve(program, 2);
  const groups = await exported(program);
  assert.deepEqual(groups.map(({ id }) => id), [1, 2], "resolved ones too, oldest first");
  for (const group of groups) {
    assert.deepEqual(group, await (await program.fetch(`/api/errors/${group.id}`)).json());
  }
});

Deno.test("errors export: the filters are those of the API", async () => {
  await using program = await startProgram();
  await report(program, { project: "shop" });
  await report(program, { project: "blog", environment: "staging", message: "disk 50% full" });
  await report(program, { project: "blog", exception_type: "X", request_method: "BROWSER" });
  await resolve(program, 3);
  const cases: readonly (readonly [filter: string, ids: readonly number[]])[] = [
    ["", [1, 2, 3]],
    ["--project blog", [2, 3]],
    ["--environment staging", [2]],
    ["--resolved false", [1, 2]],
    ["--resolved true", [3]],
    ["--resolved all --source browser", [3]],
    ["--search 50%", [2]],
    ["--project nobody", []],
  ];
  for (const [filter, ids] of cases) {
    const groups = await exported(program, ...filter.split(" ").filter(Boolean));
    assert.deepEqual(groups.map(({ id }) => id), ids, filter);
  }
});

Deno.test("errors export: 10,000 groups come a line each, however slowly they are read, in little memory", async () => {
  const { lines, peak } = await exportMany(10_000);
  assert.equal(lines, 10_000);
  assert.ok(peak > 0 && peak < 120, `${peak} MB at the most`);
});

Deno.test("errors export | head -1: a reader that stops early is no failure", async () => {
  await using program = await startProgram();
  await reportMany(program, 500);
  const words = programArgs(["errors", "export", "--data-dir", program.dataDir]);
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", 'set -o pipefail; "$@" | head -1', "bash", Deno.execPath(), ...words],
  }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.equal(new TextDecoder().decode(stdout).trimEnd().split("\n").length, 1);
  assert.equal(code, 0);
});

Deno.test("errors export > /dev/full: a full disk is one clear line", async () => {
  await using folder = await makeFolder();
  await makeData(folder.path, ["shop"]);
  const words = programArgs(["errors", "export", "--data-dir", folder.path]);
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", '"$@" > /dev/full', "sh", Deno.execPath(), ...words],
  }).output();
  assert.equal(code, 1);
  assert.match(
    new TextDecoder().decode(stderr),
    /^Export of \S+ failed: No space left on device[^\n]*\n$/,
  );
});

testUnreadable("errors");

async function exported(program: Program, ...filter: string[]): Promise<readonly Group[]> {
  const words = ["errors", "export", ...filter, "--data-dir", program.dataDir];
  const stdout = expectSuccess(await monlight(words));
  if (stdout === "") return [];
  assert.ok(stdout.endsWith("\n"));
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

async function resolve(program: Program, id: number): Promise<void> {
  const response = await program.fetch(`/api/errors/${id}/resolve`, { method: "POST" });
  await response.body?.cancel();
  assert.equal(response.status, 200);
}

/** Exports so many groups; gives the lines that came and the most memory it had resident, in MB. */
async function exportMany(count: number): Promise<{ lines: number; peak: number }> {
  await using program = await startProgram();
  await reportMany(program, count);
  const args = programArgs(["errors", "export", "--data-dir", program.dataDir]);
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
  let peak = 0;
  let lines = 0;
  for await (const chunk of child.stdout) {
    for (const byte of chunk) if (byte === 10) lines++;
    peak = Math.max(peak, await peakMemory(child.pid).catch(() => 0));
  }
  assert.equal((await child.status).code, 0);
  return { lines, peak };
}

/** Groups of a kilobyte each, by several clients. */
async function reportMany(program: Program, count: number): Promise<void> {
  let next = 0;
  const client = async () => {
    while (next < count) {
      await report(program, { exception_type: `E${next++}`, message: "x".repeat(1000) });
    }
  };
  await Promise.all(Array.from({ length: 16 }, client));
}

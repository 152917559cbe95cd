import assert from "node:assert/strict";
import { peakMemory } from "../faults/memory.ts";
import { ContainerLogs, untilStored } from "../support/container_logs.ts";
import { type Program, programArgs, startProgram } from "../support/program.ts";
import { expectSuccess, monlight, oneLine } from "./commands.ts";
import { testUnreadable } from "./unreadable_databases.ts";

type Entry = Readonly<Record<string, unknown>>;

const START = Date.UTC(2026, 10, 20, 12);

/** Prints a line a second, in turn by two containers. */
function print(containers: ContainerLogs, texts: readonly string[]): void {
  for (const [at, text] of texts.entries()) {
    const log = containers.container(at % 2 === 0 ? "api" : "db");
    log.write("stdout", text, START + at * 1000);
  }
}

Deno.test("logs export: every entry of a live database as the API tells it, newest first", async () => {
  using containers = new ContainerLogs();
  print(containers, ["[INFO] one", "[ERROR] zwei\u001b[1m!", "[INFO] three\0", "[INFO] 四"]);
  await using program = await startProgram({ logSources: containers.path });
  await untilStored(program, 4);
  const { logs } = await (await program.fetch("/api/logs")).json();
  assert.deepEqual(await exported(program), logs);
});

Deno.test("logs export: the filters are those of the API", async () => {
  using containers = new ContainerLogs();
  const texts = ["[INFO] m0 a", "[ERROR] m1 b", "[WARNING] m2 a b", "[CRITICAL] m3", "[INFO] m4 a"];
  print(containers, texts);
  await using program = await startProgram({ logSources: containers.path });
  await untilStored(program, texts.length);
  const cases: readonly (readonly [filter: readonly string[], found: readonly number[]])[] = [
    [[], [4, 3, 2, 1, 0]],
    [["--container", "api"], [4, 2, 0]],
    [["--container", "api,db"], [4, 3, 2, 1, 0]],
    [["--container", "nobody"], []],
    [["--level", "error"], [1]],
    [["--level", ">=WARNING"], [3, 2, 1]],
    [["--search", "a b"], [2]],
    [["--search", "a OR b"], [4, 2, 1, 0]],
    [["--since", "2026-11-20T12:00:03Z"], [4, 3]],
    [["--since", "2026-11-20 12:00:01", "--until", "2026-11-20T13:00:03+01:00"], [2, 1]],
    [["--until", "2026-11-20"], []],
  ];
  for (const [filter, found] of cases) {
    const entries = await exported(program, ...filter);
    const numbers = entries.map(({ message }) => Number(/m(\d)/.exec(String(message))?.[1]));
    assert.deepEqual(numbers, found, filter.join(" "));
  }
});

const WRONG: readonly (readonly [flag: string, value: string, says: RegExp])[] = [
  ["--level", "loud", /^Query parameter 'level' must be levels of DEBUG, INFO/],
  ["--container", ",", /^Query parameter 'container' must be names of containers/],
  ["--until", "2026-02-30", /^Query parameter 'until' must be a time that exists; 2026-02-30 is/],
  ["--search", "a".repeat(1001), /^Query parameter 'search' must be at most 1000 characters long/],
];

for (const [flag, value, says] of WRONG) {
  Deno.test(`logs export ${flag} ${value.slice(0, 20)} ends with code 2 and says why`, async () => {
    const words = ["logs", "export", flag, value, "--database-path", "/dev/null"];
    assert.match(oneLine(await monlight(words), 2), says);
  });
}

Deno.test("logs export: 100,000 entries come a line each, in little memory", async () => {
  const count = 100_000;
  using containers = new ContainerLogs();
  const filler = "x".repeat(200);
  for (let n = 0; n < count; n++) {
    containers.container("many").write("stdout", `[INFO] m${n} ${filler}`, START + n);
  }
  await using program = await startProgram({
    logSources: containers.path,
    env: { TAIL_BUFFER: "0" },
  });
  await untilStored(program, count);
  const args = programArgs(["logs", "export", "--data-dir", program.dataDir]);
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
  let peak = 0;
  let lines = 0;
  for await (const chunk of child.stdout) {
    for (const byte of chunk) if (byte === 10) lines++;
    peak = Math.max(peak, await peakMemory(child.pid).catch(() => 0));
  }
  assert.equal((await child.status).code, 0);
  assert.equal(lines, count);
  assert.ok(peak > 0 && peak < 150, `${peak} MB at the most`);
});

Deno.test("logs export | head -1: a reader that stops early is no failure", async () => {
  using containers = new ContainerLogs();
  containers.print("shop", Array.from({ length: 2000 }, (_, n) => `[INFO] m${n}`));
  await using program = await startProgram({
    logSources: containers.path,
    env: { TAIL_BUFFER: "0" },
  });
  await untilStored(program, 2000);
  const words = programArgs(["logs", "export", "--data-dir", program.dataDir]);
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", 'set -o pipefail; "$@" | head -1', "bash", Deno.execPath(), ...words],
  }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.equal(JSON.parse(new TextDecoder().decode(stdout)).message, "[INFO] m1999");
  assert.equal(code, 0);
});

testUnreadable("logs");

Deno.test("logs export: an empty database has no lines", async () => {
  await using program = await startProgram();
  assert.equal(await program.stop(), 0);
  assert.deepEqual(await exported(program), []);
});

async function exported(program: Program, ...filter: string[]): Promise<readonly Entry[]> {
  const words = ["logs", "export", ...filter, "--data-dir", program.dataDir];
  const stdout = expectSuccess(await monlight(words));
  if (stdout === "") return [];
  assert.ok(stdout.endsWith("\n"));
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** A real engine writes the logs: `deno task test:docker`. Not a part of `deno task test`. */
import assert from "node:assert/strict";
import { dockerLines } from "../support/docker_json.ts";
import { makeFolder } from "../cli/commands.ts";
import {
  eventually,
  startReading,
  storedEntries,
  type StoredEntry,
} from "../faults/log_reading.ts";
import type { Program } from "../support/program.ts";
import { Containers, type Numbered, numberIn, script } from "./containers.ts";
import { type Engine, startEngine, whyNoEngine } from "./engine.ts";

const isCi = Deno.env.get("CI") === "true";
const noEngine = await whyNoEngine();
if (noEngine && !isCi) Deno.stderr.writeSync(new TextEncoder().encode(`Skipped: ${noEngine}\n`));

/** So slow that two files of 64 kB hold more than what comes between two looks. */
const PACED = { lines: 700, burst: 10, pauseMs: 200 } as const;
const FLOOD = { lines: 12_000, burst: 4000, pauseMs: 400 } as const;
const LONG_LINE = 40_000;

dockerTest(
  "every line that Docker had on disk when it was looked at is stored once, in order",
  async (engine) => {
    await using folder = await makeFolder();
    await using containers = new Containers(engine);
    const options = {
      sources: engine.containers,
      dataDir: folder.path,
      env: { CONTAINERS: `${containers.prefix}*`, POLL_INTERVAL: "0.5" },
    };
    {
      await using first = await startReading(options);
      await containers.start("web", script(PACED));
      await containers.start("restarted", script(PACED));
      await containers.start("renamed", script(PACED));
      await containers.start("compressed", script(PACED), [
        "max-size=64k",
        "max-file=4",
        "compress=true",
      ]);
      await containers.start("removed", script(PACED));
      await containers.start("flooding", script(FLOOD));
      await containers.start("flooding-one-file", script(FLOOD), ["max-size=64k", "max-file=1"]);
      await untilStoredOf(first, "web", 50);
      await first.stop("SIGKILL");
    }
    {
      await using second = await startReading(options);
      await containers.tell(["restart", "--time", "0"], "restarted");
      await containers.tell(["rename"], "renamed", [`${containers.prefix}shop`]);
      await containers.start("late", script({ ...PACED, lines: 300 }));
      await untilStoredOf(second, "web", 200);
      await containers.tell(["rm", "--force"], "removed");
      await containers.tell(["restart", "--time", "0"], "restarted");
      await second.stop("SIGKILL");
    }
    await using program = await startReading(options);
    for (
      const name of ["web", "restarted", "compressed", "flooding", "flooding-one-file", "late"]
    ) {
      await containers.ended(name);
    }
    await containers.ended("shop");
    await untilQuiet(program);
    const stored = await storedEntries(program);
    const of = (...names: readonly string[]) =>
      stored.filter(({ container }) =>
        names.some((name) => container === containers.prefix + name)
      );

    for (const name of ["web", "restarted", "compressed", "late"]) {
      expectWhole(of(name), containers.linesOnDisk(name));
    }
    expectWhole(of("renamed", "shop"), containers.linesOnDisk("renamed"));
    assert.ok(of("renamed").length > 0 && of("shop").length > 0);
    for (const name of ["flooding", "flooding-one-file"]) {
      expectOrdered(of(name), containers.linesOnDisk(name));
    }
    expectGapless(of("removed"));
    const runs = new Set(of("restarted").map(({ message }) => numberIn(message)?.run));
    assert.deepEqual([...runs], [1, 2, 3]);
    assert.equal(await program.stop(), 0);
  },
);

dockerTest(
  "a line that was not ended before the container stopped is an entry of its own",
  async (engine) => {
    await using folder = await makeFolder();
    await using containers = new Containers(engine);
    const env = { CONTAINERS: `${containers.prefix}*` };
    await using program = await startReading({
      sources: engine.containers,
      dataDir: folder.path,
      env,
    });
    await containers.start("half", "echo INFO: whole; printf 'INFO: half'");
    await containers.ended("half");
    await containers.tell(["start"], "half");
    await containers.ended("half");
    const stored = await eventually(async () => {
      const entries = await storedEntries(program);
      return entries.length >= 4 ? entries : null;
    }, () => program.output());
    assert.deepEqual(stored.map(({ message }) => message), [
      "INFO: whole",
      "INFO: half",
      "INFO: whole",
      "INFO: half",
    ]);
    assert.equal(await program.stop(), 0);
  },
);

dockerTest("what other tests take for Docker's is Docker's", async (engine) => {
  await using containers = new Containers(engine);
  const odd = String.raw`a<b>&"\\\t\r\001\177 \303\244 \342\200\250 \377\376\355\240\200 x`;
  const command = `
    printf '${odd}\\n'
    head -c 16384 /dev/zero | tr '\\0' x; echo
    head -c 16383 /dev/zero | tr '\\0' x; echo
    head -c 16383 /dev/zero | tr '\\0' x; printf '\\303\\244 cut in two\\n'
    head -c 40000 /dev/zero | tr '\\0' x; echo; echo; printf half
  `;
  await containers.start("odd", command, ["max-size=1m"]);
  await containers.ended("odd");
  const x = (count: number) => "x".repeat(count);
  const bytes = new Uint8Array([
    ...new TextEncoder().encode('a<b>&"\\\t\r\u0001\u007f ä \u2028 '),
    ...[0xff, 0xfe, 0xed, 0xa0, 0x80, 0x20, 0x78],
  ]);
  const printed = [bytes, x(16_384), x(16_383), `${x(16_383)}ä cut in two`, x(40_000), ""];
  const timeless = (line: string) => line.replace(/"time":"[^"]+Z"/, '"time":""').trimEnd();
  assert.deepEqual(
    containers.linesOnDisk("odd").map(timeless),
    [
      ...printed.flatMap((message) => dockerLines("stdout", message, 0n)),
      ...dockerLines("stdout", "half", 0n, { unended: true }),
    ].map(timeless),
  );
});

function dockerTest(name: string, test: (engine: Engine) => Promise<void>): void {
  Deno.test({
    name,
    ignore: noEngine !== null && !isCi,
    async fn() {
      await using engine = await startEngine();
      await test(engine);
    },
  });
}

/** Expects all numbers of all runs to be stored up to the last of each, and the whole of what is on disk. */
function expectWhole(stored: readonly StoredEntry[], disk: readonly string[]): void {
  expectOrdered(stored, disk);
  expectGapless(stored);
}

/** Expects strictly growing numbers on each stream, whole entries, and all that is on disk among them. */
function expectOrdered(stored: readonly StoredEntry[], disk: readonly string[]): void {
  const where = stored[0]?.container;
  for (const [stream, entries] of Map.groupBy(stored, (entry) => entry.stream)) {
    const numbers = entries.flatMap(({ message }) => numberIn(message) ?? []);
    numbers.forEach((one, at) => {
      const before = numbers[at - 1];
      const follows = !before || one.run > before.run ||
        (one.run === before.run && one.number > before.number);
      assert.ok(follows, `${where} ${stream}: ${keyOf(one)} after ${before && keyOf(before)}`);
    });
  }
  const keys = new Set(stored.flatMap(({ message }) => numberIn(message) ?? []).map(keyOf));
  const lost = numbersOnDisk(disk).filter((key) => !keys.has(key));
  assert.ok(
    lost.length === 0,
    `${where}: ${lost.length} on disk are not stored: ${lost.slice(0, 9)}`,
  );
  for (const entry of stored) expectWholeMessage(entry);
}

/** Expects every number of each run from 1 to the last. */
function expectGapless(stored: readonly StoredEntry[]): void {
  const runs = Map.groupBy(
    stored.flatMap(({ message }) => numberIn(message) ?? []),
    ({ run }) => run,
  );
  assert.ok(runs.size > 0);
  for (const [run, ones] of runs) {
    const numbers = ones.map(({ number }) => number).sort((one, other) => one - other);
    numbers.forEach((number, at) =>
      assert.equal(number, at + 1, `run ${run} of ${stored[0]?.container}: ${at + 1} is not stored`)
    );
  }
}

/** A traceback with all its lines in one entry, a long line with its beginning and end. */
function expectWholeMessage({ message, container }: StoredEntry): void {
  const found = numberIn(message);
  // The rest of a line or traceback whose beginning was thrown away unread, or whose end never came.
  if (!found || !message.includes("end of")) return;
  const where = `${container}, ${keyOf(found)}: ${message.slice(0, 200)}`;
  assert.ok(message.endsWith(`end of ${found.number}`), where);
  if (message.startsWith("ERROR")) assert.equal(message.split("\n").length, 5, where);
  if (message.length > 1000) assert.ok(message.includes("x".repeat(LONG_LINE)), where);
}

function numbersOnDisk(disk: readonly string[]): readonly string[] {
  return disk.flatMap((line) => numberIn(JSON.parse(line).log) ?? []).map(keyOf);
}

function keyOf({ run, number }: Numbered): string {
  return `run ${run} number ${number}`;
}

/** Waits until so many entries of a container are stored. */
async function untilStoredOf(program: Program, name: string, count: number): Promise<void> {
  await eventually(
    async () => {
      const { containers } = await (await program.fetch("/api/containers")).json();
      const found = containers.find((one: { name: string }) => one.name.endsWith(`-${name}`));
      return found?.log_count >= count ? true : null;
    },
    () => `Not ${count} entries of ${name} are stored\n${program.output()}`,
    60_000,
  );
}

/** Waits until no entry was added for as long as the last ones may be held back. */
async function untilQuiet(program: Program): Promise<void> {
  let count = -1;
  let since = Date.now();
  await eventually(async () => {
    const { total_logs } = await (await program.fetch("/api/stats")).json();
    if (total_logs !== count) since = Date.now();
    count = total_logs;
    return Date.now() - since > 3500 ? true : null;
  }, () => "The program goes on storing");
}

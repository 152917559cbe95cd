import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { DockerLog } from "../support/docker_logs.ts";
import type { Program } from "../support/program.ts";
import {
  eventually,
  startReading,
  storedCounts,
  storedEntries,
  type StoredEntry,
} from "./log_reading.ts";

const MIB = 1024 * 1024;
const MALFORMED = /^monlight_log_lines_malformed_total(?:\{[^}]*\})? (\d+)$/m;

Deno.test("malformed lines are skipped and counted, and told of once", () =>
  withLog(async (log, stored, program) => {
    log.write("stdout", "INFO: first");
    const lines = [
      "not json at all",
      "{}",
      "[1,2]",
      "null",
      '"text"',
      '{"log":5,"stream":"stdout","time":"2026-11-20T17:31:00Z"}',
      '{"log":"INFO: no time\\n","stream":"stdout"}',
      '{"log":"INFO: bad time\\n","stream":"stdout","time":"yesterday"}',
      '{"log":"INFO: cut off',
    ];
    for (const line of lines) log.append(`${line}\n`);
    log.write("stdout", "INFO: second");
    assert.deepEqual(textsOf(await stored(2)), ["INFO: first", "INFO: second"]);
    assert.equal(await malformedIn(program), lines.length);
    for (let more = 1; more <= 5; more++) {
      log.append("still not json\n");
      await eventually(
        async () => await malformedIn(program) === lines.length + more ? true : null,
        () => "A malformed line is not counted",
      );
    }
    const told = program.logs().filter(({ msg }) => /malformed/i.test(String(msg)));
    assert.equal(told.length, 1, JSON.stringify(told));
  }));

Deno.test("NUL characters, invalid UTF-8 and control characters", () =>
  withLog(async (log, stored) => {
    const bytes = (...parts: readonly (string | readonly number[])[]) =>
      new Uint8Array(
        parts.flatMap((part) =>
          typeof part === "string" ? [...new TextEncoder().encode(part)] : part
        ),
      );
    log.write("stdout", bytes("INFO: a nul ", [0], " and more"));
    // As Docker escapes them, and as no Docker writes them.
    log.write("stdout", bytes("INFO: broken ", [0xff, 0xc3], " end"));
    log.append(bytes(
      '{"log":"INFO: raw broken ',
      [0xff, 0xfe],
      ' end\\n","stream":"stdout","time":"2099-11-20T17:31:00Z"}\n',
    ));
    log.append(
      '{"log":"INFO: a lone \\ud800 surrogate\\n","stream":"stdout","time":"2099-11-20T17:31:01Z"}\n',
    );
    log.append("\n\n");
    log.append('{"log":"INFO: last\\n","stream":"stdout","time":"2099-11-20T17:31:02Z"}\r\n');
    const texts = textsOf(await stored(5));
    assert.match(texts[0] ?? "", /^INFO: a nul .? ?and more$/u);
    assert.equal(texts[1], "INFO: broken \ufffd\ufffd end");
    assert.match(texts[2] ?? "", /^INFO: raw broken \ufffd+ end$/);
    assert.equal(texts[3], "INFO: a lone \ufffd surrogate");
    assert.equal(texts[4], "INFO: last");
  }));

Deno.test("zeros and half lines where a crash left them: the lines around are read", () =>
  withLog(async (log, stored) => {
    log.write("stdout", "INFO: before");
    log.append(new Uint8Array(5000));
    log.write("stdout", "INFO: after zeros");
    log.append('{"log":"INFO: torn');
    log.write("stdout", "INFO: after half a line");
    log.write("stdout", "INFO: last");
    assert.deepEqual(textsOf(await stored(4)), [
      "INFO: before",
      "INFO: after zeros",
      "INFO: after half a line",
      "INFO: last",
    ]);
  }));

Deno.test("a line of 1.5 MiB is cut and marked, one of 1 MiB is not, the next one is whole", () =>
  withLog(async (log, stored) => {
    log.write("stdout", `INFO: ${"x".repeat(1.5 * MIB)} end`);
    log.write("stdout", `INFO: ${"é".repeat(MIB - 6)}`);
    log.write("stdout", "INFO: next");
    const [cut, whole, next] = textsOf(await stored(3));
    assert.equal(cut?.length, MIB + "… [cut: longer than 1 MiB]".length);
    assert.match(brief(cut), /^INFO: x+…10486\d\d…x+… \[cut: longer than 1 MiB\]$/);
    assert.equal(whole?.length, MIB);
    assert.equal(next, "INFO: next");
  }));

Deno.test("a traceback of 2 MiB in short lines: none is lost, no entry is longer than 1 MiB", () =>
  withLog(async (log, stored) => {
    const lines = ["Traceback (most recent call last):"];
    while (lines.length < 2 * MIB / 100) lines.push(`  File "${"x".repeat(90)}" ${lines.length}`);
    for (const line of lines) log.write("stderr", line);
    log.write("stderr", "ERROR: next");
    const texts = textsOf(await stored(4));
    assert.ok(texts.every((text) => text.length <= MIB));
    assert.ok(
      texts.join("\n") === [...lines, "ERROR: next"].join("\n"),
      texts.map(brief).join("\n"),
    );
    assert.equal(texts.at(-1), "ERROR: next");
  }));

Deno.test("3, 9 and 20 MiB without a newline: memory stays small, the next lines are whole", () =>
  withLog(async (log, stored, program) => {
    log.write("stdout", "INFO: before");
    for (const size of [3, 9, 20]) {
      for (let at = 0; at < size; at++) log.append(new Uint8Array(MIB).fill(120));
      log.append("\n");
      log.write("stdout", `INFO: after ${size} MiB`);
    }
    const long = `{"log":"INFO: ${"y".repeat(3 * MIB)}\\n","stream":"stdout",` +
      `"time":"2099-11-20T17:31:02Z"}\n`;
    log.append(long);
    log.append(long.replaceAll("y", "y".repeat(4)));
    log.append('{"log":"INFO: last\\n","stream":"stdout","time":"2099-11-20T17:31:03Z"}\n');
    await untilCount(program, 7);
    const peak = peakMb(program);
    assert.ok(peak < 250, `${Math.round(peak)} MB were resident`);
    const texts = textsOf(await stored(7));
    assert.deepEqual(texts.filter((text) => text.length < 100), [
      "INFO: before",
      "INFO: after 3 MiB",
      "INFO: after 9 MiB",
      "INFO: after 20 MiB",
      "INFO: last",
    ]);
    const cut = texts.filter((text) => text.length >= 100);
    assert.ok(cut.length === 2, "the long lines are kept, cut");
    for (const text of cut) {
      assert.match(brief(text), /^INFO: y+….+y+… \[cut: longer than 1 MiB\]$/);
    }
    assert.equal(await malformedIn(program), 3);
  }));

Deno.test("half a line stays unread until the rest comes, over a kill as well", async () => {
  await using folder = await makeFolder();
  using log = new DockerLog(await sourcesIn(folder.path), "web");
  using other = new DockerLog(`${folder.path}/containers`, "other");
  const options = { sources: `${folder.path}/containers`, dataDir: folder.path };
  log.write("stdout", "INFO: before");
  let done = 0;
  const [line = ""] = log.lines("stdout", 'INFO: grüße "and" more');
  for (const at of [1, 9, line.indexOf("ü"), line.length - 3, line.length]) {
    {
      const finish = log.appendHalf(line, at);
      await using program = await startReading(options);
      const known = await lookedAt(program, other);
      const whole = known.filter(({ container }) => container === "web").length;
      assert.ok(whole <= 1 + done++, "half a line is stored");
      await program.stop(at % 2 === 0 ? "SIGKILL" : "SIGTERM");
      finish();
    }
  }
  log.write("stdout", "INFO: last");
  await using program = await startReading(options);
  const texts = () =>
    storedEntries(program).then((all) =>
      textsOf(all.filter(({ container }) => container === "web"))
    );
  await eventually(
    async () => (await texts()).includes("INFO: last") || null,
    () => `Not all is stored:\n${program.output()}`,
  );
  assert.deepEqual(await texts(), [
    "INFO: before",
    ...Array.from({ length: 5 }, () => 'INFO: grüße "and" more'),
    "INFO: last",
  ]);
});

Deno.test("a line that a container did not end before it was stopped is an entry of its own", () =>
  withLog(async (log, stored) => {
    // As a real engine wrote it: 184 ms after the half line the restarted process printed its first.
    const at = (seconds: number) => Date.now() - 60_000 + seconds * 1000;
    const unended = (text: string, time: number) => {
      for (const line of log.lines("stdout", text, { unended: true, time })) log.append(line);
    };
    const long = `INFO: ${"z".repeat(20_000)}`;
    log.write("stdout", "INFO: before", at(0));
    unended("INFO: half", at(1));
    log.write("stdout", "INFO: started again", at(1.184));
    unended(long, at(2));
    log.write("stdout", "INFO: and again", at(2.184));
    assert.deepEqual(textsOf(await stored(5)).map(brief), [
      "INFO: before",
      "INFO: half",
      "INFO: started again",
      brief(long),
      "INFO: and again",
    ]);
  }));

async function withLog(
  test: (
    log: DockerLog,
    stored: (count: number) => Promise<readonly StoredEntry[]>,
    program: Program,
  ) => Promise<void>,
): Promise<void> {
  await using folder = await makeFolder();
  const sources = await sourcesIn(folder.path);
  using log = new DockerLog(sources, "web");
  await using program = await startReading({ sources, dataDir: folder.path });
  await test(log, (count) => untilStored(program, count), program);
  assert.equal(await program.stop(), 0);
}

async function sourcesIn(folder: string): Promise<string> {
  await Deno.mkdir(`${folder}/containers`);
  return `${folder}/containers`;
}

/** Waits until so many entries are stored; gives them, oldest first. */
async function untilStored(program: Program, count: number): Promise<readonly StoredEntry[]> {
  await untilCount(program, count);
  return await storedEntries(program);
}

async function untilCount(program: Program, count: number): Promise<void> {
  await eventually(
    async () => await storedCount(program) >= count ? true : null,
    () => `Not ${count} entries are stored:\n${program.output()}`,
  );
}

/**
 * Waits for a look at the files that began after now and is over: what is printed after an entry of that look
 * was stored is read in a later one.
 */
async function lookedAt(program: Program, other: DockerLog): Promise<readonly StoredEntry[]> {
  for (let look = 0; look < 3; look++) {
    const text = `INFO: look ${other.size}`;
    // An entry is whole when the next begins.
    for (const line of [text, "INFO: next"]) other.write("stdout", line);
    await eventually(
      async () => (await storedEntries(program)).some(({ message }) => message === text) || null,
      () => `${text} is not stored:\n${program.output()}`,
    );
  }
  return await storedEntries(program);
}

async function storedCount(program: Program): Promise<number> {
  return [...(await storedCounts(program)).values()].reduce((sum, count) => sum + count, 0);
}

async function malformedIn(program: Program): Promise<number> {
  const text = await (await program.fetch("/metrics")).text();
  return Number(MALFORMED.exec(text)?.[1] ?? NaN);
}

function textsOf(entries: readonly StoredEntry[]): readonly string[] {
  return entries.map(({ message }) => message);
}

/** Beginning and end of a long text, so that a failure can be read. */
function brief(text = ""): string {
  return text.length < 200 ? text : `${text.slice(0, 60)}…${text.length}…${text.slice(-60)}`;
}

/** The most memory it had so far. */
function peakMb({ pid }: Program): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? NaN) / 1024;
}

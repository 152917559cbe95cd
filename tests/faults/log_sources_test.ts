import assert from "node:assert/strict";
import { type Folder, makeFolder } from "../cli/commands.ts";
import { Random } from "../demo/random.ts";
import type { Program } from "../support/program.ts";
import {
  eventually,
  expectExactly,
  startReading,
  storedCounts,
  storedEntries,
  untilAllStored,
} from "./log_reading.ts";
import { NumberedLog, type NumberedLogOptions } from "./numbered_log.ts";

const isRoot = Deno.build.os === "linux" && Deno.uid() === 0;
const TRIES = 200;
/** Entries of one stream have one order. */
const PLAIN: NumberedLogOptions = { plain: true, streams: ["stdout"] };

Deno.test("no log folder at the start: degraded, and read as soon as it is there", () =>
  inFolder(async (options, random) => {
    await Deno.remove(options.sources);
    await using program = await startReading(options);
    assert.equal(await untilHealth(program, "degraded"), "degraded");
    assert.equal((await storedCounts(program)).size, 0);
    await Deno.mkdir(options.sources);
    using log = new NumberedLog(options.sources, "web", random);
    log.write(200);
    log.finish();
    await untilAllStored(program, [log]);
    await expectExactly(program, [log]);
    assert.equal(await untilHealth(program, "ok"), "ok");
    assert.equal(complaints(program), 1);
    assert.equal(await program.stop(), 0);
  }));

Deno.test("a log folder that vanishes and comes back: degraded meanwhile, nothing doubled or lost", () =>
  inFolder(async (options, random) => {
    using log = new NumberedLog(options.sources, "web", random);
    log.write(500);
    await using program = await startReading(options);
    log.finish();
    await untilAllStored(program, [log]);
    for (let round = 0; round < 2; round++) {
      await Deno.rename(options.sources, `${options.sources}-away`);
      await untilHealth(program, "degraded");
      log.write(100);
      log.finish();
      await Deno.rename(`${options.sources}-away`, options.sources);
      await untilHealth(program, "ok");
      await untilAllStored(program, [log]);
      await expectExactly(program, [log]);
    }
    assert.equal(await program.stop(), 0);
  }));

Deno.test("one container's folder that is away for a while", () =>
  inFolder(async (options, random) => {
    using away = new NumberedLog(options.sources, "away", random);
    using stays = new NumberedLog(options.sources, "stays", random);
    const logs = [away, stays];
    for (const log of logs) log.write(300);
    await using program = await startReading(options);
    for (const log of logs) log.finish();
    await untilAllStored(program, logs);
    await Deno.rename(away.docker.folder, `${options.sources}-elsewhere`);
    for (const log of logs) log.print();
    await untilAllStored(program, [stays]);
    await Deno.rename(`${options.sources}-elsewhere`, away.docker.folder);
    await untilAllStored(program, logs);
    await expectExactly(program, logs);
    assert.equal(await program.stop(), 0);
  }));

Deno.test({
  name: "a log folder that may not be read: degraded, and read once it may (not as root)",
  ignore: isRoot,
  fn: () =>
    inFolder(async (options, random) => {
      using log = new NumberedLog(options.sources, "web", random);
      log.write(100);
      log.finish();
      await Deno.chmod(options.sources, 0);
      await using program = await startReading(options);
      await untilHealth(program, "degraded");
      await Deno.chmod(options.sources, 0o755);
      await untilAllStored(program, [log]);
      await Deno.chmod(log.docker.path, 0);
      log.print();
      await Deno.chmod(log.docker.path, 0o640);
      await untilAllStored(program, [log]);
      await expectExactly(program, [log]);
    }),
});

Deno.test("a container removed while it is read: the others go on, a new one takes its name", () =>
  inFolder(async (options, random) => {
    using removed = new NumberedLog(options.sources, "removed", random, PLAIN);
    using stays = new NumberedLog(options.sources, "stays", random);
    removed.write(20_000);
    removed.finish();
    await using program = await startReading(options);
    await eventually(
      async () => (await storedCounts(program)).get("removed") ? true : null,
      () => "Nothing is read",
    );
    removed.docker.remove();
    stays.write(500);
    stays.finish();
    await untilAllStored(program, [stays]);
    const before = messagesOf(await storedEntries(program), "removed");
    assert.deepEqual(before, removed.printed.slice(0, before.length).map(({ message }) => message));

    using successor = new NumberedLog(options.sources, "removed", random, {
      ...PLAIN,
      id: "5".repeat(64),
    });
    successor.write(50);
    successor.finish();
    const all = before.length + successor.printed.length;
    await eventually(
      async () => (await storedCounts(program)).get("removed") === all ? true : null,
      () => "The new container is not read",
    );
    const after = messagesOf(await storedEntries(program), "removed").slice(before.length);
    assert.deepEqual(after, successor.printed.map(({ message }) => message));
    assert.equal(await program.stop(), 0);
  }));

Deno.test("a renamed container: its lines so far keep the old name, new ones have the new", () =>
  inFolder(async (options, random) => {
    using log = new NumberedLog(options.sources, "before", random, PLAIN);
    log.write(100);
    log.finish();
    await using program = await startReading(options);
    await untilAllStored(program, [log]);
    const old = log.printed.length;
    log.docker.rename("after");
    await eventually(async () => {
      // From the next look at the descriptions on: until then the old name is right.
      log.print();
      return (await storedCounts(program)).get("after") ? true : null;
    }, () => "The new name is not seen");
    await eventually(async () => {
      const counts = await storedCounts(program);
      const total = (counts.get("before") ?? 0) + (counts.get("after") ?? 0);
      return total === log.printed.length ? true : null;
    }, () => "Not all was stored");
    const stored = await storedEntries(program);
    const named = [...messagesOf(stored, "before"), ...messagesOf(stored, "after")];
    assert.deepEqual(named, log.printed.map(({ message }) => message));
    assert.ok(messagesOf(stored, "before").length >= old);
    assert.equal(await program.stop(), 0);
  }));

Deno.test("a new file with the inode of one that is gone is read from its start", () =>
  inFolder(async (options, random) => {
    using log = new NumberedLog(options.sources, "web", random, {
      plain: true,
      single: "replace",
    });
    for (let round = 0; round < 3; round++) {
      log.write(200);
      log.finish();
      await using program = await startReading(options);
      await untilAllStored(program, [log]);
      await expectExactly(program, [log]);
      if (round % 2 === 0) await program.stop("SIGKILL");
      replaceBySameInode(log);
      log.write(round * 150);
      log.finish();
      await program.stop("SIGKILL");
    }
    await using program = await startReading(options);
    await untilAllStored(program, [log]);
    await expectExactly(program, [log]);
  }));

Deno.test("a file that was empty when it was last seen, then filled, packed, and its inode given on", () =>
  inFolder(async (options, random) => {
    const maxFile = 2 * TRIES;
    using log = new NumberedLog(options.sources, "web", random, {
      ...PLAIN,
      maxFile,
      compress: true,
    });
    using other = new NumberedLog(options.sources, "other", random, PLAIN);
    log.write(100);
    log.finish();
    const { inode } = await (async () => {
      await using program = await startReading(options);
      await untilAllStored(program, [log]);
      log.rotate();
      // Once this is stored, the empty file was seen.
      for (const _ of "two") other.print();
      await untilAllStored(program, [other]);
      await program.stop("SIGKILL");
      return log.docker;
    })();
    log.write(100);
    log.finish();
    log.rotate();
    for (let attempt = 0; attempt < TRIES && log.docker.inode !== inode; attempt++) log.rotate();
    log.write(100);
    log.finish();
    await using program = await startReading(options);
    await untilAllStored(program, [log, other]);
    await expectExactly(program, [log, other]);
    assert.equal(await program.stop(), 0);
  }));

/** Replaces the current file until the new one has the old one's inode, where the file system does so. */
function replaceBySameInode(log: NumberedLog): void {
  const { inode } = log.docker;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    log.rotate();
    if (log.docker.inode === inode) return;
  }
}

interface Options {
  readonly sources: string;
  readonly dataDir: string;
}

async function inFolder(test: (options: Options, random: Random) => Promise<void>): Promise<void> {
  await using folder: Folder = await makeFolder();
  const sources = `${folder.path}/containers`;
  await Deno.mkdir(sources);
  await test({ sources, dataDir: folder.path }, new Random(Date.now()));
}

async function untilHealth(program: Program, status: string): Promise<string> {
  let said = "";
  return await eventually(async () => {
    const response = await program.fetch("/health");
    const health = await response.json();
    said = JSON.stringify(health);
    return health.status === status ? health.status : null;
  }, () => `The health is not ${status}: ${said}\n${program.output()}`);
}

/** How often the program complained about the folder. */
function complaints(program: Program): number {
  return program.logs().filter(({ level }) => level === "WARN" || level === "ERROR").length;
}

function messagesOf(
  entries: Awaited<ReturnType<typeof storedEntries>>,
  container: string,
): readonly string[] {
  return entries.filter((entry) => entry.container === container).map(({ message }) => message);
}

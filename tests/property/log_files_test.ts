/**
 * That it does not matter where a poll falls: each recorded stream is cut at every byte, and read in two
 * parts with all that is kept between two polls, or between two processes.
 */
import assert from "node:assert/strict";
import { LineAssembler } from "../../core/logs/assembler.ts";
import { LineCutter } from "../../core/logs/line_cutter.ts";
import type { NewEntry } from "../../core/logs/model.ts";
import { createLogger } from "../../core/logger.ts";
import { openLogStore } from "../../core/logs/sqlite_store.ts";
import { prepareLogDatabase } from "../../core/logs/prepare.ts";
import { Tailer } from "../../core/logs/tailer.ts";

const FOLDER = new URL("../golden/logs/", import.meta.url);
/** Positions at which real files are cut; in memory it is all of them. */
const CUTS_OF_FILES = 12;

const streams = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
  .filter((name) => name.endsWith(".jsonl")).sort();

for (const name of streams) {
  const bytes = Deno.readFileSync(new URL(name, FOLDER));

  Deno.test(`${name} gives the same entries wherever a poll falls`, () => {
    const whole = readInTwo(bytes, 0);
    assert.ok(whole.length > 0);
    for (let at = 0; at <= bytes.length; at++) {
      const parts = readInTwo(bytes, at);
      if (!isSame(parts, whole)) assert.deepEqual(parts, whole, `cut at byte ${at}`);
    }
  });

  Deno.test(`${name} gives the same entries wherever a process dies, on files`, async () => {
    const whole = readInTwo(bytes, 0).map(textOf).sort();
    for (let cut = 0; cut < CUTS_OF_FILES; cut++) {
      const at = Math.floor(bytes.length * cut / CUTS_OF_FILES) + cut;
      const stored = await readInProcesses([bytes.subarray(0, at), bytes.subarray(at)]);
      assert.deepEqual(stored.map(textOf).sort(), whole, `cut at byte ${at}`);
    }
  });
}

/** Reads as two polls do: the second goes on behind the last whole line, with what is open taken up again. */
function readInTwo(bytes: Uint8Array, at: number): readonly NewEntry[] {
  const entries: NewEntry[] = [];
  let position = 0;
  let saved: string | null = null;
  for (const [turn, end] of [at, bytes.length].entries()) {
    const assembler = new LineAssembler("web", (entry) => entries.push(entry));
    assembler.restore(saved, 0);
    const cutter = new LineCutter(position, {
      line: (text) => void assembler.line(text, 0),
      longLine: (head, tail) => void assembler.longLine(head, tail, 0),
    });
    cutter.push(bytes.subarray(position, end));
    position = cutter.position;
    saved = assembler.save();
    if (turn === 1) assembler.flush(Infinity);
  }
  return entries;
}

/** The same with a real file, store and tailer, where each part meets a new process. */
async function readInProcesses(parts: readonly Uint8Array[]): Promise<readonly NewEntry[]> {
  const folder = await Deno.makeTempDir();
  const logger = createLogger({ service: "test", level: "ERROR" });
  const entries: NewEntry[] = [];
  try {
    await Deno.mkdir(`${folder}/containers/abc`, { recursive: true });
    await Deno.writeTextFile(`${folder}/containers/abc/config.v2.json`, '{"Name":"/web"}');
    prepareLogDatabase(`${folder}/logs.db`, logger);
    for (const part of parts) {
      await Deno.writeFile(`${folder}/containers/abc/abc-json.log`, part, { append: true });
      const store = openLogStore({ path: `${folder}/logs.db`, maxEntries: 100_000 });
      let elapsed = 0;
      const tailer = new Tailer({
        store,
        sources: `${folder}/containers`,
        isFollowed: () => true,
        tailBuffer: 0,
        clock: { now: () => 0 },
        elapsed: () => elapsed,
        logger,
        onStored: (run) => entries.push(...run.entries),
        onMalformed: () => {},
        onTrimmed: () => {},
      });
      await tailer.poll();
      elapsed += 10_000;
      if (part === parts.at(-1)) await tailer.poll();
      store.close();
    }
    return entries;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function isSame(one: readonly NewEntry[], other: readonly NewEntry[]): boolean {
  return one.length === other.length &&
    one.every((entry, at) => textOf(entry) === textOf(other[at]));
}

function textOf(entry: NewEntry | undefined): string {
  return JSON.stringify(entry);
}

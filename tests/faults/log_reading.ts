/** What the fault tests of the Log Viewer share: its program, and what it stored against what was printed. */
import assert from "node:assert/strict";
import { type Program, startProgram } from "../support/program.ts";
import type { NumberedLog, Printed } from "./numbered_log.ts";

/** Entries are stored when the next one begins, the last one 2 s later; the rest is for slow machines. */
const PATIENCE_MS = 120_000;
const LOOK_MS = 25;
/** So many entries hold some of both streams. */
const RECENT = 60;

export interface StoredEntry extends Printed {
  readonly id: number;
  readonly container: string;
  readonly timestamp: string;
}

export interface ReadingOptions {
  readonly sources: string;
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Variables of a program that reads everything, often, and forgets nothing. */
export function readingEnv({ sources, env = {} }: ReadingOptions): Record<string, string> {
  return {
    LOG_SOURCES: sources,
    CONTAINERS: "*",
    TAIL_BUFFER: "0",
    POLL_INTERVAL: "0.1",
    MAX_ENTRIES: "100000000",
    ...env,
  };
}

/** Starts `monlight logs serve`. */
export function startReading(options: ReadingOptions): Promise<Program> {
  const { dataDir } = options;
  return startProgram({ command: ["logs", "serve"], dataDir, env: readingEnv(options) });
}

/** Asks again and again until the answer is not null. Throws with what `problem` says when time is up. */
export async function eventually<T>(
  ask: () => Promise<T | null> | T | null,
  problem: () => string,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  while (true) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(problem());
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** How many entries are stored of each container. */
export async function storedCounts(program: Program): Promise<ReadonlyMap<string, number>> {
  const response = await program.fetch("/api/containers");
  const { containers } = await response.json();
  const counts = new Map<string, number>();
  for (const { name, log_count } of containers) counts.set(name, log_count);
  return counts;
}

/** Tells writers up to which message all of theirs are stored, provided that each stream is stored in order. */
export async function tellStored(program: Program, logs: readonly NumberedLog[]): Promise<void> {
  for (const log of logs) {
    const response = await program.fetch(`/api/logs?container=${log.name}&limit=${RECENT}`);
    const { logs: recent }: { readonly logs: readonly StoredEntry[] } = await response.json();
    const newest = log.streams.map((stream) => {
      const messages = recent.filter((entry) => entry.stream === stream);
      return Math.max(0, ...messages.map(({ message }) => numberOf(message)));
    });
    log.stored = Math.max(log.stored, Math.min(...newest));
  }
}

function numberOf(message: string): number {
  return Number(/#(\d+)/.exec(message)?.[1] ?? 0);
}

/** Waits until as many entries are stored as were printed. */
export async function untilAllStored(
  program: Program,
  logs: readonly NumberedLog[],
): Promise<void> {
  let counts: ReadonlyMap<string, number> = new Map();
  const missing = () =>
    logs.filter(({ name, printed }) => (counts.get(name) ?? 0) < printed.length)
      .map(({ name, printed }) => `${name}: ${counts.get(name) ?? 0} of ${printed.length}`);
  const done = async () => {
    counts = await storedCounts(program);
    return missing().length === 0 ? true : null;
  };
  const problem = () => `Not all was stored: ${missing().join(", ")}`;
  try {
    await eventually(done, problem);
  } catch (error) {
    // By name, if that can be told.
    await expectExactly(program, logs);
    throw error;
  }
}

/** All that is stored, oldest first. */
export async function storedEntries(program: Program): Promise<readonly StoredEntry[]> {
  const response = await program.fetch("/api/logs/export?format=ndjson");
  assert.equal(response.status, 200);
  const text = await response.text().catch((error) => {
    throw new Error(`The export broke off: ${program.output().slice(0, 6000)}`, { cause: error });
  });
  return text.trimEnd().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line))
    .reverse();
}

/** Expects that what was printed is stored: each message once, in order, and nothing else. */
export async function expectExactly(
  program: Program,
  logs: readonly NumberedLog[],
): Promise<void> {
  const stored = Map.groupBy(
    await storedEntries(program),
    ({ container, stream }) => `${container} ${stream}`,
  );
  const expected = new Map<string, readonly Printed[]>();
  for (const { name, printed } of logs) {
    for (const [stream, ones] of Map.groupBy(printed, (one) => one.stream)) {
      expected.set(`${name} ${stream}`, ones);
    }
  }
  assert.deepEqual([...stored.keys()].sort(), [...expected.keys()].sort());
  for (const [key, ones] of expected) expectSame(key, stored.get(key) ?? [], ones);
}

function expectSame(
  key: string,
  stored: readonly StoredEntry[],
  expected: readonly Printed[],
): void {
  const problems = differences(stored, expected);
  const named = problems.slice(0, 10).join("; ");
  assert.ok(
    problems.length === 0,
    `${key}: ${problems.length} problems of ${expected.length} messages: ${named}`,
  );
}

/** What is lost, doubled, changed or out of order, by the numbers. */
function differences(
  stored: readonly StoredEntry[],
  expected: readonly Printed[],
): readonly string[] {
  const problems: string[] = [];
  const times = new Map<string, number>();
  for (const { message } of stored) times.set(message, (times.get(message) ?? 0) + 1);
  for (const { message } of expected) {
    const count = times.get(message) ?? 0;
    times.delete(message);
    if (count !== 1) problems.push(`${start(message)} is stored ${count} times`);
  }
  for (const message of times.keys()) problems.push(`${start(message)} was not printed so`);
  if (problems.length > 0) return problems;
  expected.forEach(({ message, raw, level }, at) => {
    const one = stored[at];
    if (one?.message !== message) {
      problems.push(`${start(one?.message ?? "nothing")} comes where ${start(message)} should`);
    } else if (one.raw !== raw) problems.push(`${start(message)} has another raw`);
    else if (one.level !== level) problems.push(`${start(message)} has the level ${one.level}`);
  });
  return problems;
}

function start(message: string): string {
  return JSON.stringify(message.length > 90 ? `${message.slice(0, 90)}…` : message);
}

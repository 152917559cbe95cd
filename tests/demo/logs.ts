/**
 * Writes the logs of six containers that are not there, as Docker would: `deno task demo:logs [folder]`.
 * Some hours of history at once, then on and on until Ctrl-C.
 */
import { DockerLog } from "../support/docker_logs.ts";
import { Ending, runDemo } from "./ending.ts";
import { say } from "./target.ts";
import type { Line } from "./line.ts";
import { CONTAINERS, traffic } from "./traffic.ts";

const HISTORY_MS = 4 * 60 * 60 * 1000;
const MAX_SIZE = 10_000_000;
const MAX_FILE = 3;
/** What comes at once is printed at once; the next line is not waited for longer than this. */
const STEP_MS = 50;

async function main(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const ending = new Ending();
  const logs = openLogs(folder);
  const now = Date.now();
  const from = Math.max(now - HISTORY_MS, lastWritten(logs) ?? 0);
  const lines = traffic({ seed: Math.floor(from), from });
  say(greeting(folder, printUntil(logs, lines, now)));
  await printComing(logs, lines, ending);
  for (const log of logs.values()) log.close();
  say("\n");
}

/** Prints lines as their time comes. */
export async function printComing(
  logs: ReadonlyMap<string, DockerLog>,
  lines: Iterator<Line, never>,
  ending: Ending,
): Promise<void> {
  let { value: line } = lines.next();
  while (!await ending.after(STEP_MS)) {
    for (const until = Date.now(); line.at <= until; line = lines.next().value) print(logs, line);
  }
}

/** Prints all lines up to a moment; gives how many. */
export function printUntil(
  logs: ReadonlyMap<string, DockerLog>,
  lines: Iterator<Line, never>,
  until: number,
): number {
  let count = 0;
  while (true) {
    const { value: line } = lines.next();
    count += print(logs, line);
    if (line.at > until) return count;
  }
}

export function openLogs(folder: string): ReadonlyMap<string, DockerLog> {
  return new Map(
    Object.entries(CONTAINERS).map(([name, image]) => [
      name,
      new DockerLog(folder, name, { image, maxSize: MAX_SIZE, maxFile: MAX_FILE }),
    ]),
  );
}

/** When the run before this one wrote its last line. */
function lastWritten(logs: ReadonlyMap<string, DockerLog>): number | null {
  const times = [...logs.values()].filter(({ size }) => size > 0)
    .map(({ path }) => Deno.statSync(path).mtime?.getTime() ?? 0);
  return times.length === 0 ? null : Math.max(...times) + 1;
}

function print(
  logs: ReadonlyMap<string, DockerLog>,
  { at, container, stream, text }: Line,
): number {
  const parts = text.split("\n");
  for (const part of parts) logs.get(container)?.write(stream, part, at);
  return parts.length;
}

function greeting(folder: string, count: number): string {
  const names = Object.keys(CONTAINERS).join(", ");
  return `Wrote ${count.toLocaleString("en")} lines of ${names} to ${folder}, as Docker does.
New ones follow until you press Ctrl-C. To look at them, in another terminal:

  LOG_SOURCES=${folder} TAIL_BUFFER=0 deno task start

`;
}

if (import.meta.main) await runDemo(() => main(Deno.args[0] ?? "./data/demo-logs"));

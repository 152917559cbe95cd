import { DatabaseSync } from "node:sqlite";
import { API_KEY } from "../support/program.ts";
import { LINE_BYTES, writeLogs } from "./log_lines.ts";
import { peakMb, type Running, startLogs } from "./measure.ts";
import type { Figure } from "./run.ts";

const LINES = 800_000;
const CONTAINERS = 4;
/** Between queries while lines come in. */
const QUERY_MS = 100;

/** From Docker's files to searchable, with a live tail open and queries meanwhile. */
export async function benchLogIngestion(): Promise<readonly Figure[]> {
  const folder = await Deno.makeTempDir();
  try {
    const sources = `${folder}/containers`;
    await Deno.mkdir(sources);
    writeLogs(sources, LINES, CONTAINERS);
    const bare = bareIngestion(sources, `${folder}/bare.db`);
    const startedAt = performance.now();
    const server = await startLogs(folder, { LOG_SOURCES: sources, MAX_ENTRIES: `${LINES * 2}` });
    const [{ seconds, queries }, peak] = await peakMb(server.pid, ingest(server, startedAt));
    await server.stop();
    const { size } = await Deno.stat(`${folder}/logs.db`);
    const p95 = queries.sort((one, other) => one - other)[Math.floor(queries.length * 0.95)] ?? NaN;
    return [
      {
        name: `logs read, stored and indexed (${LINE_BYTES} B)`,
        value: LINES / seconds,
        bare: bare.linesPerSecond,
        unit: "lines/s",
        goal: "≥ 180,000",
      },
      { name: `queries meanwhile, p95 of ${queries.length}`, value: p95, unit: "ms", goal: "< 50" },
      { name: "resident memory meanwhile, peak", value: peak, unit: "MB", goal: "< 150" },
      {
        name: "stored, index included",
        value: size / LINES,
        bare: bare.bytesPerLine,
        unit: "B/line",
        goal: "≤ 50",
      },
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Waits until all are stored but the last of each container; gives how long that took, and what queries took. */
async function ingest(server: Running, startedAt: number) {
  const abort = new AbortController();
  const tail = drainTail(server, abort.signal);
  const queries: number[] = [];
  for (let turn = 0; await storedEntries(server) < LINES - CONTAINERS; turn++) {
    const askedAt = performance.now();
    await ask(server, QUERIES[turn % QUERIES.length] ?? "");
    queries.push(performance.now() - askedAt);
    await new Promise((resolve) => setTimeout(resolve, QUERY_MS));
  }
  const seconds = (performance.now() - startedAt) / 1000;
  abort.abort();
  await tail;
  return { seconds, queries };
}

const QUERIES = [
  "/api/logs",
  "/api/logs?search=payment+accepted",
  "/api/logs?level=ERROR",
  "/api/logs/histogram?buckets=60",
  "/api/logs?container=service-1",
  "/api/stats",
];

async function ask(server: Running, path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    headers: { "x-api-key": API_KEY },
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
  return text;
}

async function storedEntries(server: Running): Promise<number> {
  return JSON.parse(await ask(server, "/health")).logs_indexed;
}

/** A tail of everything, read as fast as it comes. */
async function drainTail(server: Running, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(`http://127.0.0.1:${server.port}/api/logs/tail`, {
      headers: { "x-api-key": API_KEY },
      signal,
    });
    for await (const _ of response.body ?? []);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** The same files, each line parsed and put into a table, with nothing found in them afterwards. */
function bareIngestion(sources: string, path: string) {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  database.exec("CREATE TABLE lines (id INTEGER PRIMARY KEY, time TEXT, container TEXT, log TEXT)");
  const insert = database.prepare("INSERT INTO lines (time, container, log) VALUES (?, ?, ?)");
  const startedAt = performance.now();
  for (const { name } of Deno.readDirSync(sources)) {
    const lines = Deno.readTextFileSync(`${sources}/${name}/${name}-json.log`).split("\n");
    for (let from = 0; from < lines.length; from += 4096) {
      database.exec("BEGIN");
      for (const line of lines.slice(from, from + 4096)) {
        if (line === "") continue;
        const { log, time } = JSON.parse(line);
        insert.run(time, name, log);
      }
      database.exec("COMMIT");
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  database.close();
  const { size } = Deno.statSync(path);
  return { linesPerSecond: LINES / seconds, bytesPerLine: size / LINES };
}

import { DatabaseSync } from "node:sqlite";
import { LEVELS, type NewEntry } from "../../core/logs/model.ts";
import { prepareLogDatabase } from "../../core/logs/prepare.ts";
import { openLogStore } from "../../core/logs/sqlite_store.ts";
import { createLogger } from "../../core/logger.ts";
import { API_KEY } from "../support/program.ts";
import { LINE_MS, logLine } from "./log_lines.ts";
import { type Running, startLogs, timed } from "./measure.ts";
import type { Figure } from "./run.ts";

const TIMES = 40;
const BATCH = 4096;
/** Lines that the bare table holds; it is asked once for each query. */
const BARE_LINES = 1_000_000;

interface Query {
  readonly name: string;
  /** Differs from turn to turn, so that nothing is remembered from the one before. */
  readonly path: (turn: number) => string;
  readonly goal?: number;
  /** The same of a plain table, as a condition and how it is ordered. */
  readonly bare?: string;
}

/** Two words that most lines near each other have, and ones that never meet. */
const QUERIES: readonly Query[] = [
  {
    name: "newest 100",
    path: () => "/api/logs?limit=100",
    goal: 100,
    bare: "SELECT * FROM lines ORDER BY id DESC LIMIT 100",
  },
  {
    name: "two words, newest 100",
    path: (turn) => `/api/logs?search=${pick(["cart", "orders", "items"], turn)}+${suffix(turn)}`,
    goal: 20,
    bare: like("%cart%", "%200%"),
  },
  {
    name: "phrase, newest 100",
    path: (turn) => `/api/logs?search=%22payment+accepted%22+${suffix(turn)}`,
    goal: 40,
    bare: like("%payment accepted%"),
  },
  {
    name: "rare word",
    path: (turn) => `/api/logs?search=trace%3D${rareTrace(turn)}`,
    goal: 20,
    bare: like("%nowhere-to-be-found%"),
  },
  {
    name: "two words that never meet",
    path: (turn) => `/api/logs?search=hit+miss+${suffix(turn)}`,
    goal: 500,
    bare: like("%hit%", "%miss%"),
  },
  {
    name: "one in 5,000 lines, all counted",
    path: (turn) => `/api/logs?search=user_id%3D${1000 + turn}`,
    bare: like("%user_id=1042 %"),
  },
  {
    name: "histogram, 24 h",
    path: (turn) => `/api/logs/histogram?since=${hoursAgo(24, turn)}`,
    goal: 30,
    bare: "SELECT minute / 24, count(*) FROM lines GROUP BY 1",
  },
  {
    name: "histogram by a word, 24 h",
    path: (turn) => `/api/logs/histogram?since=${hoursAgo(24, turn)}&search=checkout`,
    goal: 500,
    bare: "SELECT minute / 24, count(*) FROM lines WHERE message LIKE '%checkout%' GROUP BY 1",
  },
];

/** Searches in a million stored lines and in ten million. */
export async function benchLogSearches(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const bare = await bareSearches();
  for (const millions of [1, 10]) {
    const folder = await Deno.makeTempDir();
    try {
      seed(`${folder}/logs.db`, millions * 1e6);
      await Deno.mkdir(`${folder}/containers`);
      const server = await startLogs(folder, {
        LOG_SOURCES: `${folder}/containers`,
        MAX_ENTRIES: "20000000",
      });
      for (const { name, path, goal } of QUERIES) {
        const { p95 } = await timed(TIMES, (turn) => ask(server, path(Math.abs(turn))));
        figures.push({
          name: `${millions} M lines: ${name}, p95`,
          value: p95,
          ...(millions === 1 ? { bare: bare.get(name) ?? NaN } : {}),
          unit: "ms",
          ...(goal === undefined || millions > 1 ? {} : { goal: `< ${goal}` }),
        });
      }
      figures.push({
        name: `${millions} M lines: first page, p95`,
        value: await firstPage(server),
        unit: "ms",
        ...(millions === 1 ? { goal: "< 100" } : {}),
      });
      await server.stop();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  return figures;
}

async function ask(server: Running, path: string, cookie?: string): Promise<void> {
  const headers: HeadersInit = cookie === undefined ? { "x-api-key": API_KEY } : { cookie };
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { headers });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text.slice(0, 200)}`);
}

/** The page as a browser gets it. */
async function firstPage(server: Running): Promise<number> {
  const signedIn = await fetch(`http://127.0.0.1:${server.port}/login`, {
    method: "POST",
    body: new URLSearchParams({ key: API_KEY }),
    headers: { origin: `http://127.0.0.1:${server.port}` },
    redirect: "manual",
  });
  await signedIn.body?.cancel();
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  return (await timed(TIMES, () => ask(server, "/logs", cookie))).p95;
}

/** Stores lines as the reader does; the last one is of now. */
function seed(path: string, lines: number): void {
  const logger = createLogger({ service: "bench", level: "ERROR" });
  prepareLogDatabase(path, logger);
  const store = openLogStore({ path, maxEntries: 2 * lines });
  const start = Date.now() - lines * LINE_MS;
  for (let from = 0; from < lines; from += BATCH) {
    const entries: NewEntry[] = [];
    for (let n = from; n < Math.min(from + BATCH, lines); n++) {
      const message = logLine(n);
      const level = LEVELS.find((one) => message.startsWith(one)) ?? "INFO";
      const time = Math.round(start + n * LINE_MS);
      entries.push({
        time,
        container: `service-${n % 20}`,
        stream: "stdout",
        level,
        message,
        raw: message,
      });
    }
    store.append({ entries, cursors: [] }, Date.now());
  }
  store.close();
}

/** A plain table of a million lines, looked through by SQLite itself; each query once warm. */
async function bareSearches(): Promise<ReadonlyMap<string, number>> {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE lines (id INTEGER PRIMARY KEY, minute INTEGER, message TEXT)");
  const insert = database.prepare("INSERT INTO lines (minute, message) VALUES (?, ?)");
  database.exec("BEGIN");
  for (let n = 0; n < BARE_LINES; n++) insert.run(Math.floor(n * LINE_MS / 60_000), logLine(n));
  database.exec("COMMIT");
  const found = new Map<string, number>();
  for (const { name, bare } of QUERIES) {
    if (bare === undefined) continue;
    const statement = database.prepare(bare);
    found.set(name, (await timed(5, () => void statement.all())).p95);
  }
  database.close();
  return found;
}

function like(...patterns: readonly string[]): string {
  const conditions = patterns.map((pattern) => `message LIKE '${pattern}'`).join(" AND ");
  return `SELECT * FROM lines WHERE ${conditions} ORDER BY id DESC LIMIT 100`;
}

function pick(words: readonly string[], turn: number): string {
  return words[turn % words.length] ?? "";
}

/** A word that all lines but few have, another one each turn, so that each search is a new one. */
function suffix(turn: number): string {
  return `NOT+user_id%3D${turn}`;
}

/** The trace of a line that is there once. */
function rareTrace(turn: number): string {
  return /trace=([0-9a-f]+)/.exec(logLine(500_000 + turn * 7919))?.[1] ?? "";
}

function hoursAgo(hours: number, turn: number): string {
  return new Date(Date.now() - hours * 3_600_000 + turn * 1000).toISOString();
}

/**
 * Everything alive, with history: `deno task demo`, until Ctrl-C. Starts a Monlight of its own on a data folder
 * that is made anew, `./data/demo` (or `DEMO_DIR`), and has a small shop report errors, print logs and send metrics to
 * it; a page to break is on port 5020 (or `DEMO_PORT`). Flags are those of `monlight start`, such as `--port 8080`.
 */
import { openPage, publicKey } from "./browser.ts";
import { fingerprint } from "../../core/errors/fingerprint.ts";
import { openErrorStore } from "../../core/errors/sqlite_store.ts";
import { MALLOC_ENV } from "../../deploy/runtime.ts";
import { createLogger } from "../../core/logger.ts";
import { DatabaseHeldError, lockDatabase } from "../../core/sqlite/database_lock.ts";
import { Ending, runDemo } from "./ending.ts";
import { RefusedError, say, type Target } from "./target.ts";
import { reportErrors } from "./errors.ts";
import { openLogs, printComing, printUntil } from "./logs.ts";
import { sendAll, sendMetrics } from "./metrics.ts";
import { errorHistory, type PastError, RESOLVED } from "./shop_errors.ts";
import { shopMetrics, type ShopSample } from "./shop_metrics.ts";
import { traffic } from "./traffic.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const READY_MS = 20_000;

/**
 * The older, the fewer events stand for all: from so long ago, each for so many, and all of a step within one
 * minute of it, as charts have points.
 */
const METRICS = [
  { ago: 7 * DAY - HOUR, weight: 60, step: 15 * MINUTE },
  { ago: DAY, weight: 12, step: 5 * MINUTE },
  { ago: 55 * MINUTE, weight: 1, step: MINUTE },
] as const;
/** Requests a second at the height of the day. */
const PER_SECOND = 6;
const GAUGES_MS = 15_000;
/** Log events a second; an event is one to ten lines. */
const LOGS_PER_SECOND = 0.7;

async function main(args: readonly string[]): Promise<void> {
  const ending = new Ending();
  const folder = await freshFolder(Deno.env.get("DEMO_DIR") ?? "./data/demo");
  const now = Date.now();
  await writeErrors(`${folder}/errors.db`, errorHistory(now), now);
  using server = startServer(folder, args);
  const target = await server.ready();
  say("\n  Filling in a month of errors, a week of metrics and a day of logs …\n");
  const logs = openLogs(`${folder}/containers`);
  const lines = traffic({ seed: 1, from: now - DAY, perSecond: LOGS_PER_SECOND });
  printUntil(logs, lines, now);
  await sendHistory(target, now);
  say(greeting(target.url, await target.key(), await pageOf(target)));
  await Promise.race([
    server.ended,
    Promise.all([
      reportErrors(target, now, ending),
      sendMetrics(target, now, ending, () => {}),
      printComing(logs, lines, ending),
    ]),
  ]);
  await server.stop();
}

/** Where the page to break is; null, with the reason told, where it cannot be. */
async function pageOf(target: Target): Promise<string | null> {
  try {
    const key = await publicKey(target);
    return key === null ? null : await openPage(target, key);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    say("  Another program has the port of the page to break: set DEMO_PORT\n");
    return null;
  }
}

/** An empty folder with one for containers in it; gives its whole path. Nothing goes but what a demo left. */
async function freshFolder(path: string): Promise<string> {
  const names = await namesIn(path);
  if (names.length > 0 && !names.includes("containers")) {
    throw new RefusedError(
      `${path} has something else than a demo in it: name another folder in DEMO_DIR`,
    );
  }
  if (names.length > 0) refuseIfRunning(path);
  await Deno.remove(path, { recursive: true }).catch(() => {});
  await Deno.mkdir(`${path}/containers`, { recursive: true });
  return await Deno.realPath(path);
}

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function refuseIfRunning(path: string): void {
  try {
    lockDatabase(`${path}/errors.db`)[Symbol.dispose]();
  } catch (error) {
    if (!(error instanceof DatabaseHeldError)) throw error;
    throw new RefusedError(
      `A demo runs on ${path} already: end that one, or name another folder in DEMO_DIR`,
    );
  }
}

/** The API takes reports of now only, so history goes past it, into the store. */
async function writeErrors(
  path: string,
  history: readonly PastError[],
  now: number,
): Promise<void> {
  const store = openErrorStore({
    path,
    logger: createLogger({ service: "demo", level: "ERROR" }),
    alerts: { enabled: false, onReopen: false, burst: 10, windowMs: 10 * MINUTE },
  });
  const resolved = new Set<number>();
  for (let from = 0; from < history.length; from += 500) {
    const batch = history.slice(from, from + 500);
    const recorded = await store.recordOccurrences(batch.map(occurrenceOf));
    recorded.forEach(({ id }, at) => {
      const error = batch[at]?.error;
      const isResolved = RESOLVED.some(({ project, exception_type }) =>
        project === error?.project && exception_type === error.exception_type
      );
      if (isResolved) resolved.add(id);
    });
  }
  await store.resolve([...resolved], new Date(now - 20 * HOUR).toISOString());
  await store.close();
}

function occurrenceOf({ at, error }: PastError) {
  const { project, exception_type: exceptionType, traceback } = error;
  const { hash, version, frame } = fingerprint({ project, exceptionType, traceback });
  const name = frame?.function ? ` in ${frame.function}` : "";
  return {
    report: {
      ...{ project, exceptionType, traceback, message: error.message },
      environment: error.environment,
      requestUrl: error.request_url ?? null,
      requestMethod: error.request_method ?? null,
      requestHeaders: error.request_headers ?? null,
      userId: error.user_id ?? null,
      extra: error.extra ?? null,
    },
    fingerprint: hash,
    fingerprintVersion: version,
    location: frame && `${frame.file}:${frame.line}${name}`,
    receivedAt: new Date(at).toISOString(),
  };
}

/** A week of metrics: fewer of them the older they are, so that all of it is there in seconds. */
async function sendHistory(target: Target, now: number): Promise<void> {
  for (const [at, { ago, weight, step }] of METRICS.entries()) {
    const until = now - (METRICS[at + 1]?.ago ?? 0);
    const samples: ShopSample[] = [];
    const perSecond = PER_SECOND / weight;
    for (const sample of shopMetrics({ seed: at, from: now - ago, perSecond })) {
      if (sample.at > until) break;
      if (sample.type === "gauge" && sample.at > now - DAY) {
        // The explorer draws lines between minutes that follow each other.
        if (Math.floor((now - sample.at) / GAUGES_MS) % 4 === 0) samples.push(sample);
        continue;
      }
      if (sample.type === "gauge" && Math.floor((now - sample.at) / GAUGES_MS) % weight !== 0) {
        continue;
      }
      const value = sample.value * (sample.type === "counter" ? weight : 1);
      const within = sample.at % step;
      samples.push({ ...sample, value, at: sample.at - within + within % MINUTE });
    }
    for (let sent = 0; sent < samples.length;) sent += await sendAll(target, samples.slice(sent));
  }
}

interface Server extends Disposable {
  readonly ended: Promise<void>;
  /** Resolves once it listens. */
  ready(): Promise<Target>;
  stop(): Promise<void>;
}

/** Monlight as `deno task start` has it, taking a week of samples at once. */
function startServer(folder: string, args: readonly string[]): Server {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", "cli.ts", "start", ...args],
    cwd: new URL("../../", import.meta.url),
    env: {
      DATA_DIR: folder,
      LOG_SOURCES: `${folder}/containers`,
      TAIL_BUFFER: "0",
      AGGREGATION_INTERVAL: "5",
      RETENTION_RAW: `${7 * DAY / 1000}`,
      METRICS_RATE_LIMIT: "0",
      ERRORS_RATE_LIMIT: "0",
      ...MALLOC_ENV,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let output = "";
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) output += text;
  })();
  let isRunning = true;
  const ended = child.status.then(async () => {
    isRunning = false;
    await reading;
  });
  const kill = () => {
    if (isRunning) child.kill("SIGTERM");
  };
  return {
    ended,
    async ready() {
      const until = Date.now() + READY_MS;
      while (isRunning && Date.now() < until) {
        const url = /Open\s+(http:\S+)/.exec(output)?.[1];
        const key = /Sign in\s+([0-9a-f]{32})/.exec(output)?.[1];
        if (url !== undefined) {
          const own = key ?? Deno.env.get("API_KEY") ?? null;
          return { url, key: () => Promise.resolve(own) };
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`Monlight does not start:\n${output}`);
    },
    async stop() {
      kill();
      await ended;
    },
    [Symbol.dispose]: kill,
  };
}

function greeting(url: string, key: string | null, page: string | null): string {
  return `
  A small shop runs, and Monlight looks after it.

    Open      ${url}
    Sign in   ${key ?? "with your API_KEY"}${
    page === null ? "" : `
    Break     ${page}, a page of the shop: see ${url}/errors?project=shop-web`
  }

  Errors, logs and metrics keep coming until you press Ctrl-C.

`;
}

if (import.meta.main) await runDemo(() => main(Deno.args));

import { MALLOC_ENV } from "../../deploy/runtime.ts";
import { memoryGroup } from "../support/cgroup.ts";
import { ContainerLogs } from "../support/container_logs.ts";
import { API_KEY, imageArgs } from "../support/program.ts";
import { residentMb, type Running, startAlone } from "./measure.ts";
import { report4k } from "./reports.ts";
import type { Figure } from "./run.ts";
import { browserError, scriptUrl, sourceMap1mb } from "./source_maps.ts";

/** How long each is loaded, in seconds; `BENCH_SECONDS=600` for the long run. */
const SECONDS = Number(Deno.env.get("BENCH_SECONDS") ?? 60);
const MIB = 1024 ** 2;
const SAMPLE_MS = 200;
/** Lines of logs a second. */
const LINES = 500;
const DSN_KEY = "5b0e4c8f8e6d4c39a6c2a4d0a7f1e111";
/** Source maps that errors of pages are of in turn. */
const MAPS = 40;

interface Case {
  readonly command: readonly string[];
  /** What the compose files give it. */
  readonly limitMib: number;
  /** Which services it has. */
  readonly services: readonly ("errors" | "logs" | "metrics" | "relay")[];
}

const CASES: readonly Case[] = [
  { command: ["errors", "serve"], limitMib: 64, services: ["errors"] },
  { command: ["logs", "serve"], limitMib: 64, services: ["logs"] },
  { command: ["metrics", "serve"], limitMib: 64, services: ["metrics"] },
  { command: ["relay", "serve"], limitMib: 64, services: ["relay"] },
  { command: ["serve"], limitMib: 128, services: ["errors", "logs", "metrics", "relay"] },
];

/**
 * Memory of each service, and of all in one process, with the default rate limits saturated, in a control group
 * that has no more than the compose files give; where none can be made, without.
 */
export async function benchMemory(): Promise<readonly Figure[]> {
  // All at once: at these rates they are mostly idle.
  return (await Promise.all(CASES.map(measure))).flat();
}

async function measure({ command, limitMib, services }: Case): Promise<readonly Figure[]> {
  const folder = await Deno.makeTempDir();
  using logs = new ContainerLogs();
  await using group = await memoryGroup(limitMib * MIB);
  const port = freePort();
  const words = [...command, "--host", "127.0.0.1", "--port", `${port}`];
  const [first = "", ...args] = [
    ...group?.enter ?? [],
    Deno.execPath(),
    ...imageArgs(words, Deno.env.get("BENCH_V8_FLAGS")),
  ];
  const tracker = command[0] === "relay"
    ? await startAlone("errors", { DATABASE_PATH: `${folder}/tracker.db` })
    : null;
  const place = command[0] === "serve"
    ? { DATA_DIR: folder }
    : { DATABASE_PATH: `${folder}/${command[0]}.db`, CONTAINERS: "*", ...upstreams(tracker) };
  const child = new Deno.Command(first, {
    args,
    env: {
      ...{ API_KEY, LOG_SOURCES: logs.path, LOG_LEVEL: "WARN", DSN_KEYS: `shop:${DSN_KEY}` },
      ...MALLOC_ENV,
      ...place,
    },
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  await untilHealthy(port);
  let [resident, anonymous] = [0, 0];
  const sampling = setInterval(async () => {
    resident = Math.max(resident, residentMb(child.pid) || 0);
    anonymous = Math.max(anonymous, await group?.anonymous().catch(() => 0) ?? 0);
  }, SAMPLE_MS);
  const until = performance.now() + SECONDS * 1000;
  const loads: Readonly<Record<string, () => Promise<void>>> = {
    errors: () => repeat(until, 100, (turn) => send(port, "/api/errors", report4k(turn % 500))),
    metrics: () => repeat(until, 200, (turn) => send(port, "/api/metrics", samples(turn))),
    relay: async () => {
      await Promise.all([
        repeat(until, 300, (turn) => {
          return send(port, `/api/browser/errors?key=${DSN_KEY}`, browserError(turn, turn % MAPS));
        }),
        // As a build uploads them, one release after the other.
        repeat(until, 6, (turn) => send(port, "/api/source-maps", sourceMap(turn))),
      ]);
    },
    logs: async () => {
      await Promise.all([
        repeat(until, 60, (turn) => send(port, SEARCHES[turn % SEARCHES.length] ?? "/api/logs")),
        repeat(until, 60, (turn) => Promise.resolve(write(logs, turn))),
      ]);
    },
  };
  await Promise.all(services.map((service) => loads[service]?.()));
  clearInterval(sampling);
  const [peak, kills] = group ? [await group.peak() / 1e6, await group.kills()] : [NaN, NaN];
  const survived = !ended;
  if (survived) child.kill("SIGTERM");
  await child.status;
  await tracker?.stop();
  await Deno.remove(folder, { recursive: true });
  const name = `${command.join(" ")}, ${SECONDS} s at its rate limits`;
  const goal = `${survived ? "lived" : "DIED"} in ${(limitMib * MIB / 1e6).toFixed(0)} MB`;
  return [
    { name: `${name}: resident memory, peak`, value: resident, unit: "MB" },
    ...group
      ? [
        {
          name: `${name}: of its own in the group, peak`,
          value: anonymous / 1e6,
          unit: "MB",
          goal,
        },
        { name: `${name}: with cached files, peak`, value: peak, unit: "MB" },
        { name: `${name}: times that memory ran out`, value: kills, unit: "", goal: "0" },
      ]
      : [],
  ];
}

/** Does something so often a minute, but half as often again, so that the limit is always reached. */
async function repeat(
  until: number,
  perMinute: number,
  work: (turn: number) => Promise<unknown>,
): Promise<void> {
  const pause = 60_000 / (perMinute * 1.5);
  for (let turn = 0; performance.now() < until; turn++) {
    const next = performance.now() + pause;
    await work(turn);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
}

async function send(port: number, path: string, body?: string): Promise<void> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      ...body === undefined ? {} : { method: "POST", body },
      headers: { "x-api-key": API_KEY, "content-type": "application/json" },
    });
    await response.body?.cancel();
  } catch {
    // It ran out of memory: the figures tell.
  }
}

const SEARCHES = [
  "/api/logs?limit=500",
  "/api/logs?search=refused+order&limit=100",
  "/api/logs?level=ERROR",
  "/api/stats",
  "/api/logs/histogram",
];

/** A full request: a thousand samples, of 1000 series in turn. */
function samples(turn: number): string {
  return JSON.stringify(Array.from({ length: 1000 }, (_, at) => ({
    name: `http_request_duration_seconds_${at % 5}`,
    type: at % 5 === 0 ? "histogram" : "counter",
    value: (turn * 31 + at) % 977 / 100,
    labels: { endpoint: `/api/v1/orders/${at % 200}`, status: `${200 + at % 4}` },
  })));
}

/** A source map of one of the page's scripts, every fifth of more than 4 MB. */
function sourceMap(turn: number): string {
  const map = JSON.parse(sourceMap1mb(turn % MAPS));
  if (turn % 5 === 0) map.sourcesContent = map.sourcesContent.map((text: string) => text.repeat(9));
  return JSON.stringify({
    ...{ project: "shop", release: "1.4.2", file_url: scriptUrl(turn % MAPS) },
    map_content: JSON.stringify(map),
  });
}

/** Where a relay that is alone sends to. */
function upstreams(tracker: Running | null): Readonly<Record<string, string>> {
  if (tracker === null) return {};
  const url = `http://127.0.0.1:${tracker.port}`;
  return {
    ...{ ADMIN_API_KEY: API_KEY, ERROR_TRACKER_URL: url, ERROR_TRACKER_API_KEY: API_KEY },
    ...{ METRICS_COLLECTOR_URL: url, METRICS_COLLECTOR_API_KEY: API_KEY },
  };
}

function write(logs: ContainerLogs, turn: number): void {
  const count = Math.round(LINES * 60 / (60 * 1.5));
  for (let line = 0; line < count; line++) {
    const level = line % 50 === 0 ? "ERROR" : "INFO";
    logs.print(`web-${line % 4}`, [
      `[${level}] request_id=${turn}-${line} order ${turn * count + line} was refused by 10.0.${
        line % 250
      }.1`,
    ]);
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

async function untilHealthy(port: number): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  throw new Error(`Nothing listens on port ${port}`);
}

import { API_KEY } from "../support/program.ts";
import type { LoadPlan, LoadResult } from "./load.ts";
import {
  peakMb,
  residentMb,
  runLoad,
  type Running,
  startAlone,
  startBare,
  startMonlight,
} from "./measure.ts";
import type { Figure } from "./run.ts";
import { browserError, scriptUrl, sourceMap1mb } from "./source_maps.ts";

const DSN_KEY = "5b0e4c8f8e6d4c39a6c2a4d0a7f1e111";
const CONNECTIONS = 16;
const SECONDS = 6;
const WARMUP = 3;
/** Errors that are told apart, each with its own places. */
const ERRORS = 1000;
/** Source maps that are stored for the figure of memory, and used of them. */
const STORED = 200;
const USED = 20;
const MANY_ERRORS = 100_000;

const RELAY_ENV = {
  DSN_KEYS: `shop:${DSN_KEY}`,
  RELAY_RATE_LIMIT: "0",
  ONLY: "errors,metrics,relay",
};

/** Errors of pages, each with ten frames that a source map of 1 MB makes readable, answered when counted. */
export async function benchRelay(): Promise<readonly Figure[]> {
  const folder = await Deno.makeTempDir();
  try {
    const map = sourceMap1mb(1);
    await Deno.writeTextFile(`${folder}/map.json`, map);
    const bodies = await writeBodies(folder, 1);
    return [
      { name: "relay: size of the source map", value: map.length / 1e6, unit: "MB" },
      ...await inProcess(folder, bodies, map),
      ...await overHttp(folder, bodies, map),
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The memory of many maps, and over many errors. */
export async function benchRelayMemory(): Promise<readonly Figure[]> {
  const folder = await Deno.makeTempDir();
  try {
    return await memory(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function inProcess(folder: string, bodies: string, map: string): Promise<readonly Figure[]> {
  const server = await startMonlight(`${folder}/data`, RELAY_ENV);
  await upload(server, 0, map);
  const [ours, peak] = await measure(server, "/api/browser/errors", bodies);
  const [bare, barePeak] = await measure(
    await startBare("bare_relay.ts", `${folder}/bare.db`, `${folder}/map.json`),
    "/",
    bodies,
  );
  return figures("relay, one process", { ours, peak }, { ours: bare, peak: barePeak }, "≥ 1,500");
}

async function overHttp(folder: string, bodies: string, map: string): Promise<readonly Figure[]> {
  const tracker = await startAlone("errors", { DATABASE_PATH: `${folder}/tracker.db` });
  const relay = await startAlone("relay", {
    ...RELAY_ENV,
    ADMIN_API_KEY: API_KEY,
    DATABASE_PATH: `${folder}/relay.db`,
    ERROR_TRACKER_URL: `http://127.0.0.1:${tracker.port}`,
    ERROR_TRACKER_API_KEY: API_KEY,
    METRICS_COLLECTOR_URL: `http://127.0.0.1:${tracker.port}`,
    METRICS_COLLECTOR_API_KEY: API_KEY,
  });
  const counting = await startBare("bare_server.ts", `${folder}/bare-tracker.db`);
  try {
    await upload(relay, 0, map);
    const [ours, peak] = await measure(relay, "/api/browser/errors", bodies);
    const url = `http://127.0.0.1:${counting.port}/`;
    const [bare, barePeak] = await measure(
      await startBare("bare_relay.ts", `${folder}/bare2.db`, `${folder}/map.json`, url),
      "/",
      bodies,
    );
    return figures("relay, over HTTP", { ours, peak }, { ours: bare, peak: barePeak }, "≥ 500");
  } finally {
    await tracker.stop();
    await counting.stop();
  }
}

/** Memory with many maps, of which some are in use, and how it grows over many errors. */
async function memory(folder: string): Promise<readonly Figure[]> {
  const server = await startMonlight(`${folder}/many`, RELAY_ENV);
  try {
    for (let bundle = 0; bundle < STORED; bundle++) {
      await upload(server, bundle, sourceMap1mb(bundle % USED));
    }
    const bodies = await writeBodies(folder, USED);
    const first = await runLoad(plan(server, "/api/browser/errors", bodies, SECONDS));
    const early = residentMb(server.pid);
    const seconds = Math.ceil(MANY_ERRORS / first.perSecond);
    const [result, peak] = await peakMb(
      server.pid,
      runLoad(plan(server, "/api/browser/errors", bodies, seconds)),
    );
    return [
      { name: `relay, ${USED} of ${STORED} maps: errors`, value: result.perSecond, unit: "/s" },
      { name: "the same: resident memory, peak", value: peak, unit: "MB", goal: "< 150" },
      {
        name: `the same: growth over ${MANY_ERRORS.toLocaleString("en")} errors`,
        value: residentMb(server.pid) - early,
        unit: "MB",
        goal: "flat",
      },
    ];
  } finally {
    await server.stop();
  }
}

/** A file of bodies, of so many bundles in turn. */
async function writeBodies(folder: string, bundles: number): Promise<string> {
  const path = `${folder}/bodies-${bundles}.ndjson`;
  const lines = Array.from({ length: ERRORS }, (_, index) => browserError(index, index % bundles));
  await Deno.writeTextFile(path, lines.join("\n"));
  return path;
}

async function upload(server: Running, bundle: number, map: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/source-maps`, {
    method: "POST",
    headers: { "x-api-key": API_KEY },
    body: JSON.stringify({
      project: "shop",
      release: "1.4.2",
      file_url: scriptUrl(bundle),
      map_content: map,
    }),
  });
  if (!response.ok) throw new Error(`Map refused: ${await response.text()}`);
  await response.body?.cancel();
}

function plan(server: Running, path: string, bodies: string, seconds: number): LoadPlan {
  return {
    hostname: "127.0.0.1",
    port: server.port,
    path,
    connections: CONNECTIONS,
    seconds,
    warmup: WARMUP,
    bodies,
    apiKey: DSN_KEY,
    keyHeader: "X-Monlight-Key",
  };
}

async function measure(
  server: Running,
  path: string,
  bodies: string,
): Promise<[LoadResult, number]> {
  try {
    const [result, peak] = await peakMb(server.pid, runLoad(plan(server, path, bodies, SECONDS)));
    const refused = Object.entries(result.statuses).filter(([status]) => !/^20[01]$/.test(status));
    if (refused.length > 0) throw new Error(`Refused: ${JSON.stringify(refused)}`);
    return [result, peak];
  } finally {
    await server.stop();
  }
}

interface Measured {
  readonly ours: LoadResult;
  readonly peak: number;
}

function figures(name: string, our: Measured, bare: Measured, goal: string): readonly Figure[] {
  return [
    {
      name: `${name}: errors`,
      value: our.ours.perSecond,
      bare: bare.ours.perSecond,
      unit: "/s",
      goal,
    },
    { name: `${name}: p50`, value: our.ours.p50, bare: bare.ours.p50, unit: "ms" },
    { name: `${name}: p99`, value: our.ours.p99, bare: bare.ours.p99, unit: "ms", goal: "< 80" },
    { name: `${name}: resident memory, peak`, value: our.peak, bare: bare.peak, unit: "MB" },
  ];
}

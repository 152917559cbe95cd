import { API_KEY } from "../support/program.ts";
import type { LoadPlan, LoadResult } from "./load.ts";
import { peakMb, residentMb, runLoad, type Running, startBare, startMetrics } from "./measure.ts";
import type { Figure } from "./run.ts";

const CONNECTIONS = 16;
const SECONDS = 8;
const WARMUP = 3;
/** Twelve times as often as by default, so that rolling up is part of what is measured. */
const ROLLED_UP_OFTEN = { AGGREGATION_INTERVAL: "5" };
/** Samples of one request. */
const BATCH = 100;
const PLAN = { hostname: "127.0.0.1", path: "/api/metrics", connections: CONNECTIONS };

/** Samples over HTTP in batches of 100, each answered after its commit. */
export async function benchMetricIngestion(): Promise<readonly Figure[]> {
  const folder = await Deno.makeTempDir();
  const figures: Figure[] = [];
  try {
    for (const series of [500, 20_000]) {
      const bodies = `${folder}/bodies-${series}.ndjson`;
      await Deno.writeTextFile(bodies, batches(series).join("\n"));
      const own = `${folder}/${series}`;
      await Deno.mkdir(own);
      const ours = await measure(await startMetrics(own, ROLLED_UP_OFTEN), bodies);
      const { size } = await Deno.stat(`${own}/metrics.db`);
      const barePath = `${folder}/bare-${series}.db`;
      const bare = await measure(await startBare("bare_metrics.ts", barePath), bodies);
      const bareSize = (await Deno.stat(barePath)).size;
      const name = `metrics, ${series.toLocaleString("en")} series`;
      figures.push(
        {
          name: `${name}: samples`,
          value: ours.load.perSecond * BATCH,
          bare: bare.load.perSecond * BATCH,
          unit: "/s",
          goal: series === 500 ? "≥ 300,000" : "≥ 120,000",
        },
        { name: `${name}: p99`, value: ours.load.p99, bare: bare.load.p99, unit: "ms" },
        {
          name: `${name}: resident memory, peak`,
          value: ours.peak,
          bare: bare.peak,
          unit: "MB",
          goal: "< 130",
        },
        {
          name: `${name}: stored`,
          value: size / ours.samples,
          bare: bareSize / bare.samples,
          unit: "B/sample",
          goal: "≤ 30",
        },
      );
    }
    figures.push(await calm(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return figures;
}

interface Measured {
  readonly load: LoadResult;
  readonly peak: number;
  /** All that were accepted. */
  readonly samples: number;
}

async function measure(server: Running, bodies: string): Promise<Measured> {
  const plan: LoadPlan = {
    ...PLAN,
    port: server.port,
    seconds: SECONDS,
    warmup: WARMUP,
    bodies,
    apiKey: API_KEY,
  };
  try {
    const [load, peak] = await peakMb(server.pid, runLoad(plan));
    const { "202": accepted = 0, ...refused } = load.statuses;
    if (Object.keys(refused).length > 0) throw new Error(`Refused: ${JSON.stringify(refused)}`);
    return { load, peak, samples: accepted * BATCH };
  } finally {
    await server.stop();
  }
}

/** Resident memory during half a minute of 1,000 requests of 10 samples each. */
async function calm(folder: string): Promise<Figure> {
  const own = `${folder}/calm`;
  await Deno.mkdir(own);
  const server = await startMetrics(own, ROLLED_UP_OFTEN);
  try {
    const bodies = batches(500).map((body) => JSON.stringify(JSON.parse(body).slice(0, 10)));
    const [, peak] = await peakMb(server.pid, sendCalmly(server, bodies));
    return {
      name: "metrics, 1,000 requests of 10 samples a minute: resident memory, peak",
      value: Math.max(peak, residentMb(server.pid)),
      unit: "MB",
      goal: "< 70",
    };
  } finally {
    await server.stop();
  }
}

async function sendCalmly(server: Running, bodies: readonly string[]): Promise<void> {
  const startedAt = performance.now();
  for (let sent = 0; sent < 500; sent++) {
    const response = await fetch(`http://127.0.0.1:${server.port}${PLAN.path}`, {
      method: "POST",
      headers: { "x-api-key": API_KEY, "content-type": "application/json" },
      body: bodies[sent % bodies.length] ?? "",
    });
    await response.body?.cancel();
    if (response.status !== 202) throw new Error(`Refused: ${response.status}`);
    const wait = startedAt + sent * 60 - performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)));
  }
}

/** Bodies of requests whose samples are of so many series in turn, ten metrics of them. */
function batches(series: number): readonly string[] {
  const now = Date.now();
  const count = Math.max(200, series / BATCH);
  return Array.from(
    { length: count },
    (_, batch) =>
      JSON.stringify(Array.from({ length: BATCH }, (_, at) => {
        const one = (batch * BATCH + at) % series;
        const metric = one % 10;
        return {
          name: metric < 5
            ? `http_requests_total_${metric}`
            : `http_request_duration_seconds_${metric}`,
          type: metric < 5 ? "counter" : "histogram",
          labels: {
            method: ["GET", "POST"][Math.floor(one / 10) % 2],
            endpoint: `/api/v1/orders/${Math.floor(one / 80)}`,
            status: ["200", "404", "500", "503"][Math.floor(one / 20) % 4],
          },
          value: metric < 5 ? 1 : latency(batch * BATCH + at),
          timestamp: new Date(now - (batch % 20) * 500 - at).toISOString(),
        };
      })),
  );
}

/** Seconds, of a distribution as requests have: most near 50 ms, few of a second. */
function latency(n: number): number {
  const uniform = (Math.imul(n + 1, 0x9e3779b1) >>> 0) / 2 ** 32;
  return Number((0.02 + 0.03 / Math.sqrt(1 - uniform * 0.9995)).toFixed(6));
}

import { API_KEY } from "../support/program.ts";
import type { LoadPlan, LoadResult } from "./load.ts";
import { peakMb, runLoad, type Running, startBare, startMonlight } from "./measure.ts";
import { report4k } from "./reports.ts";
import type { Figure } from "./run.ts";

const CONNECTIONS = 16;
const SECONDS = 8;
const WARMUP = 3;

/** Reports of 4 KB over 16 keep-alive connections, each answered after its commit. */
export async function benchIngestion(): Promise<readonly Figure[]> {
  const folder = await Deno.makeTempDir();
  const figures: Figure[] = [];
  try {
    for (const groups of [50, 1000]) {
      const bodies = `${folder}/bodies-${groups}.ndjson`;
      const lines = Array.from({ length: groups }, (_, index) => report4k(index));
      await Deno.writeTextFile(bodies, lines.join("\n"));
      const [ours, peak] = await measure(await startMonlight(`${folder}/data-${groups}`), bodies);
      const [bare, barePeak] = await measure(
        await startBare("bare_server.ts", `${folder}/bare-${groups}.db`),
        bodies,
      );
      const name = `ingestion, ${groups} groups`;
      figures.push(
        {
          name: `${name}: events`,
          value: ours.perSecond,
          bare: bare.perSecond,
          unit: "/s",
          goal: groups === 50 ? "≥ 9,000" : "within 20 % of 50 groups",
        },
        { name: `${name}: p50`, value: ours.p50, bare: bare.p50, unit: "ms" },
        { name: `${name}: p99`, value: ours.p99, bare: bare.p99, unit: "ms", goal: "< 20" },
        {
          name: `${name}: resident memory, peak`,
          value: peak,
          bare: barePeak,
          unit: "MB",
          goal: "< 100",
        },
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return figures;
}

async function measure(server: Running, bodies: string): Promise<[LoadResult, number]> {
  const plan: LoadPlan = {
    hostname: "127.0.0.1",
    port: server.port,
    path: "/api/errors",
    connections: CONNECTIONS,
    seconds: SECONDS,
    warmup: WARMUP,
    bodies,
    apiKey: API_KEY,
  };
  try {
    const [result, peak] = await peakMb(server.pid, runLoad(plan));
    const refused = Object.entries(result.statuses).filter(([status]) => !/^20[01]$/.test(status));
    if (refused.length > 0) throw new Error(`Refused: ${JSON.stringify(refused)}`);
    return [result, peak];
  } finally {
    await server.stop();
  }
}

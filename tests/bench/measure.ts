/** Measuring processes and queries. */
import { MALLOC_ENV } from "../../deploy/runtime.ts";
import { API_KEY, programArgs } from "../support/program.ts";
import type { LoadPlan, LoadResult } from "./load.ts";

/** Arguments of `deno` that start the program as it is shipped; `BENCH_V8_FLAGS` tries other flags. */
export function shippedArgs(words: readonly string[]): string[] {
  return programArgs(words, Deno.env.get("BENCH_V8_FLAGS"));
}

export interface Running {
  readonly port: number;
  readonly pid: number;
  /** Milliseconds from the start of the process to its first answer. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

/** Starts the program as it is shipped, on a data folder, without rate limit. */
export function startMonlight(
  dataDir: string,
  env: Record<string, string> = {},
): Promise<Running> {
  return start((port) => shippedArgs(["serve", "--host", "127.0.0.1", "--port", `${port}`]), {
    API_KEY,
    DATA_DIR: dataDir,
    ERRORS_RATE_LIMIT: "0",
    LOG_LEVEL: "WARN",
    ...env,
  }, "/health");
}

/** Starts the Log Viewer alone, on `logs.db` in a folder, without rate limit. */
export function startLogs(folder: string, env: Record<string, string>): Promise<Running> {
  const command = ["logs", "serve", "--host", "127.0.0.1"];
  return start((port) => shippedArgs([...command, "--port", `${port}`]), {
    API_KEY,
    DATABASE_PATH: `${folder}/logs.db`,
    CONTAINERS: "*",
    TAIL_BUFFER: "0",
    RATE_LIMIT: "0",
    LOG_LEVEL: "WARN",
    ...env,
  }, "/health");
}

/** Starts the Metrics Collector alone, on `metrics.db` in a folder, without rate limit. */
export function startMetrics(folder: string, env: Record<string, string> = {}): Promise<Running> {
  const command = ["metrics", "serve", "--host", "127.0.0.1"];
  return start((port) => shippedArgs([...command, "--port", `${port}`]), {
    API_KEY,
    DATABASE_PATH: `${folder}/metrics.db`,
    RATE_LIMIT: "0",
    LOG_LEVEL: "WARN",
    ...env,
  }, "/health");
}

/** Starts a service alone, with these variables and without rate limit. */
export function startAlone(service: string, env: Record<string, string>): Promise<Running> {
  const command = [service, "serve", "--host", "127.0.0.1"];
  return start((port) => shippedArgs([...command, "--port", `${port}`]), {
    API_KEY,
    RATE_LIMIT: "0",
    LOG_LEVEL: "WARN",
    ...env,
  }, "/health");
}

/** Starts a baseline server of this folder. */
export function startBare(
  module: string,
  path: string,
  ...args: readonly string[]
): Promise<Running> {
  const script = new URL(module, import.meta.url).pathname;
  return start((port) => ["run", "-A", "--no-check", script, `${port}`, path, ...args], {}, null);
}

async function start(
  args: (port: number) => string[],
  env: Record<string, string>,
  probe: string | null,
): Promise<Running> {
  const port = freePort();
  const startedAt = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: args(port),
    env: { ...MALLOC_ENV, ...env },
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  await untilAnswered(port, probe);
  return {
    port,
    pid: child.pid,
    readyMs: performance.now() - startedAt,
    async stop() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

async function untilAnswered(port: number, probe: string | null): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    try {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      connection.close();
      if (probe !== null) await (await fetch(`http://127.0.0.1:${port}${probe}`)).body?.cancel();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  throw new Error(`Nothing listens on port ${port}`);
}

/** Runs the load generator in a process of its own. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const script = new URL("load.ts", import.meta.url).pathname;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, JSON.stringify(plan)],
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error("The load generator failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Resident memory of a process in MB (10^6 bytes), now; NaN where the system does not tell. */
export function residentMb(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024 / 1e6;
  } catch {
    return NaN;
  }
}

/** The highest resident memory of a process while work is done. */
export async function peakMb<T>(pid: number, work: Promise<T>): Promise<[T, number]> {
  let peak = 0;
  // NaN once it has ended.
  const look = () => peak = Math.max(peak, residentMb(pid) || 0);
  look();
  const timer = setInterval(look, 100);
  try {
    return [await work, peak];
  } finally {
    clearInterval(timer);
  }
}

/** Percentiles in ms of `times` runs of some work, after a tenth as many that are not counted. */
export async function timed(
  times: number,
  work: (turn: number) => Promise<void> | void,
): Promise<{ readonly p50: number; readonly p95: number }> {
  const spent: number[] = [];
  for (let turn = -Math.ceil(times / 10); turn < times; turn++) {
    const startedAt = performance.now();
    await work(turn);
    if (turn >= 0) spent.push(performance.now() - startedAt);
  }
  spent.sort((one, other) => one - other);
  return {
    p50: spent[Math.floor(spent.length * 0.5)] ?? NaN,
    p95: spent[Math.floor(spent.length * 0.95)] ?? NaN,
  };
}

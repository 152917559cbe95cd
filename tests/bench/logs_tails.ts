import { DockerLog } from "../support/docker_logs.ts";
import { API_KEY } from "../support/program.ts";
import { residentMb, type Running, startLogs } from "./measure.ts";
import type { Figure } from "./run.ts";

const ENTRIES = 60;
const SILENT_CONTAINERS = 200;
const IDLE_SECONDS = 20;

/** How soon an open tail shows what was written, and what following silent containers costs. */
export async function benchLogTails(): Promise<readonly Figure[]> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/containers`);
    const server = await startLogs(folder, { LOG_SOURCES: `${folder}/containers` });
    using log = new DockerLog(`${folder}/containers`, "web");
    const { finished, last } = await delays(server, log);
    for (let n = 0; n < SILENT_CONTAINERS; n++) {
      using silent = new DockerLog(`${folder}/containers`, `silent-${n}`);
      silent.write("stdout", "started");
    }
    const idle = await idleShare(server);
    const memory = residentMb(server.pid);
    await server.stop();
    return [
      { name: "a finished entry in an open tail, p95", value: finished, unit: "ms", goal: "< 400" },
      { name: "the last entry of a burst, p95", value: last, unit: "ms", goal: "≈ 2,000" },
      {
        name: `idle CPU, ${SILENT_CONTAINERS} silent containers`,
        value: 100 * idle,
        unit: "% of a core",
        goal: "< 1",
      },
      { name: "resident memory then", value: memory, unit: "MB" },
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Milliseconds from the line that ends an entry to its event, and from a burst's last line to its event. */
async function delays(server: Running, log: DockerLog) {
  const abort = new AbortController();
  const arrived = new Map<string, PromiseWithResolvers<number>>();
  const expect = (message: string) => {
    const one = Promise.withResolvers<number>();
    arrived.set(message, one);
    return one.promise;
  };
  const response = await fetch(`http://127.0.0.1:${server.port}/api/logs/tail`, {
    headers: { "x-api-key": API_KEY },
    signal: abort.signal,
  });
  const listening = listen(response, (message) => arrived.get(message)?.resolve(performance.now()))
    .catch((error) => {
      if (!abort.signal.aborted) throw error;
    });
  const finished: number[] = [];
  const last: number[] = [];
  for (let n = 0; n < ENTRIES; n++) {
    const isBurstOver = n % 10 === 9;
    const shown = expect(`INFO entry ${n}`);
    log.write("stdout", `INFO entry ${n}`);
    if (!isBurstOver) log.write("stdout", `INFO next ${n}`);
    const writtenAt = performance.now();
    (isBurstOver ? last : finished).push(await shown - writtenAt);
    // Not in step with the polls.
    await new Promise((resolve) => setTimeout(resolve, 37 * (n % 7)));
  }
  abort.abort();
  await listening;
  return { finished: p95(finished), last: p95(last) };
}

async function listen(response: Response, show: (message: string) => void): Promise<void> {
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1] ?? "{}";
      show(JSON.parse(data).message);
      text = text.slice(end + 2);
    }
  }
}

/** The share of one core that the process takes while nothing is written. */
async function idleShare({ pid }: Running): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const before = cpuSeconds(pid);
  await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
  return (cpuSeconds(pid) - before) / IDLE_SECONDS;
}

/** Of user and system together (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html), at 100 ticks a second. */
function cpuSeconds(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function p95(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.95)] ?? NaN;
}

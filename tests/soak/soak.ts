/** One process under mixed load for a while: what it uses, what it logs, and what clients saw. */
import { ContainerLogs } from "../support/container_logs.ts";
import { startProgram } from "../support/program.ts";
import { load } from "./load.ts";
import { median, type Observation, observe, slope } from "./watch.ts";

export interface Soaked {
  readonly observations: readonly Observation[];
  /** Of resident memory in MB an hour, over the second half: the first fills caches. */
  readonly memorySlope: number;
  /** Resident memory in MB: medians of the third quarter and of the last. */
  readonly memory: readonly [number, number];
  /** Open files: medians of the second quarter and of the last. */
  readonly files: readonly [number, number];
  /** Lines of the log at ERROR or WARN, and what clients complained of. */
  readonly complaints: readonly string[];
  readonly exitCode: number;
}

/** How often it is looked at, at least. */
const LOOKS = 60;
const COMPLAINTS = 20;

export async function soak(
  seconds: number,
  onLook: (observation: Observation) => void = () => {},
): Promise<Soaked> {
  using logs = new ContainerLogs();
  const env = {
    ...{ LOGS_MAX_ENTRIES: "20000", AGGREGATION_INTERVAL: "2", RETENTION_RAW: "60" },
    ...{ ERRORS_MAX_DATABASE_SIZE: "64MB", METRICS_MAX_DATABASE_SIZE: "64MB" },
    TAIL_BUFFER: "0",
  };
  // As in the image, where it runs for months.
  await using program = await startProgram({ logSources: logs.path, env, asImage: true });
  const complaints: string[] = [];
  const abort = new AbortController();
  const startedAt = performance.now();
  const loading = load(program, logs, (what) => complaints.push(what), abort.signal);
  const observations: Observation[] = [];
  for (let look = 1; look <= LOOKS; look++) {
    const at = startedAt + look * seconds * 1000 / LOOKS;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));
    const observation = await observe(program.pid, startedAt);
    observations.push(observation);
    onLook(observation);
  }
  abort.abort();
  await loading;
  const exitCode = await program.stop();
  for (const { level, msg, ...rest } of program.logs()) {
    if (level === "ERROR" || level === "WARN") {
      complaints.push(`${level} ${msg} ${JSON.stringify(rest)}`);
    }
  }
  const quarter = (n: number, read: (one: Observation) => number) =>
    median(observations.slice(n * LOOKS / 4, (n + 1) * LOOKS / 4).map(read));
  return {
    observations,
    memorySlope: 3600 * slope(
      observations.slice(LOOKS / 2).map(({ seconds, residentMb }) => [seconds, residentMb]),
    ),
    memory: [quarter(2, (one) => one.residentMb), quarter(3, (one) => one.residentMb)],
    files: [quarter(1, (one) => one.files), quarter(3, (one) => one.files)],
    complaints: complaints.slice(0, COMPLAINTS),
    exitCode,
  };
}

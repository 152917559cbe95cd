/** Programs that are killed again and again while containers print. */
import type { Random } from "../demo/random.ts";
import { startProcess } from "../cli/process.ts";
import { API_KEY, type Program, programArgs } from "../support/program.ts";
import { readingEnv, type ReadingOptions, startReading, tellStored } from "./log_reading.ts";
import type { NumberedLog } from "./numbered_log.ts";

const TICK_MS = 4;

/** Writes a little at a time into all logs, until it is disposed of. */
export class Printing implements Disposable {
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(logs: readonly NumberedLog[], random: Random) {
    this.#timer = setInterval(() => {
      for (const log of logs) {
        // Mostly a few lines, often none, now and then a burst.
        const kind = random.next();
        if (kind < 0.5) log.write(random.whole(0, 4));
        else if (kind > 0.995) log.write(random.whole(50, 400));
      }
    }, TICK_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/**
 * Programs that start on the same data, one after another, and are killed. When is a share of the time that the
 * last start took, so that kills hit the same on a machine of any speed.
 */
export class Lives {
  /** Killed before they listened. */
  early = 0;
  /** Killed some time after they listened. */
  late = 0;
  /** How many of these had stored something new by then. */
  storing = 0;
  readonly #options: ReadingOptions;
  readonly #logs: readonly NumberedLog[];
  #startMs = 0;

  constructor(options: ReadingOptions, logs: readonly NumberedLog[]) {
    this.#options = options;
    this.#logs = logs;
  }

  /** Starts the program and kills it, however far it has come; at 1 it would just listen. */
  async startAndDie(share: number): Promise<void> {
    const words = ["logs", "serve", "--port", "0", "--host", "127.0.0.1"];
    const env = {
      API_KEY,
      DATABASE_PATH: `${this.#options.dataDir}/logs.db`,
      ...readingEnv(this.#options),
    };
    if (this.#startMs === 0) return await this.liveAndDie(share);
    await using process = startProcess(Deno.execPath(), programArgs(words), { env });
    await pause(share * this.#startMs);
    await process.stop("SIGKILL");
    if (process.output.includes('"msg":"Listening"')) this.late++;
    else this.early++;
  }

  /** Lets the program live so long from when it listens, with a live tail open, and kills it. */
  async liveAndDie(share: number, leastMs = 0): Promise<void> {
    const startedAt = performance.now();
    await using program = await startReading(this.#options);
    this.#startMs = performance.now() - startedAt;
    const before = this.#logs.map(({ stored }) => stored);
    const tail = await program.fetch("/api/logs/tail");
    await pause(leastMs + share * this.#startMs);
    await tellStored(program, this.#logs);
    await program.stop("SIGKILL");
    await tail.body?.cancel().catch(() => {});
    this.late++;
    if (this.#logs.some(({ stored }, at) => stored > (before[at] ?? 0))) this.storing++;
  }

  /** Lets the program live until something is done, and kills it. */
  async liveUntil(done: (program: Program) => Promise<unknown>): Promise<void> {
    await using program = await startReading(this.#options);
    await done(program);
    await program.stop("SIGKILL");
  }
}

/** Lets real time pass, at the end of which something is killed. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

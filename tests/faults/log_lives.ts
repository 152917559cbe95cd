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

/** Lets the program live so many ms from when it listens, mostly with a live tail open, and kills it. */
export async function liveAndDie(
  options: ReadingOptions,
  ms: number,
  logs: readonly NumberedLog[],
): Promise<void> {
  await using program = await startReading(options);
  const tail = await program.fetch("/api/logs/tail");
  await pause(ms);
  await tellStored(program, logs);
  await program.stop("SIGKILL");
  await tail.body?.cancel().catch(() => {});
}

/** Starts the program and kills it after so many ms, however far it has come. */
export async function startAndDie(options: ReadingOptions, ms: number): Promise<void> {
  const words = ["logs", "serve", "--port", "0", "--host", "127.0.0.1"];
  const env = {
    API_KEY,
    DATABASE_PATH: `${options.dataDir}/logs.db`,
    ...readingEnv(options),
  };
  await using process = startProcess(Deno.execPath(), programArgs(words), { env });
  await pause(ms);
  await process.stop("SIGKILL");
}

/** Lets the program live until the writers' question is answered, then kills it. */
export async function liveUntil(
  options: ReadingOptions,
  done: (program: Program) => Promise<unknown>,
): Promise<void> {
  await using program = await startReading(options);
  await done(program);
  await program.stop("SIGKILL");
}

/** Lets real time pass, at the end of which something is killed. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

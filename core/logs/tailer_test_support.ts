/** Turns a tailer by hand, over real files and a real store. */
import { createLogger } from "../logger.ts";
import { DockerLog, type DockerLogOptions } from "../../tests/support/docker_logs.ts";
import { finish, START, withLogs } from "./store_test_support.ts";
import { Tailer, type TailerOptions } from "./tailer.ts";

/** A folder of containers, and a tailer of it whose time is turned by hand. */
export interface TailerBench {
  readonly sources: string;
  readonly warnings: string[];
  /** A container of the folder. */
  container(name: string, options?: DockerLogOptions): DockerLog;
  poll(): Promise<boolean>;
  /** What comes 2 s later, when open entries are whole. */
  settle(): Promise<void>;
  /** As a new process would, on the same database. */
  restart(options?: Partial<TailerOptions>): void;
  /** All messages, oldest first, as `container: message`. */
  stored(): readonly string[];
  readonly tailer: Tailer;
  readonly malformed: number;
}

export function withTailer(
  work: (bench: TailerBench) => Promise<void>,
  options: Partial<TailerOptions> = {},
): Promise<void> {
  return withLogs(100_000, async ({ store, search }) => {
    const sources = await Deno.makeTempDir();
    const logs: DockerLog[] = [];
    const warnings: string[] = [];
    let elapsed = 0;
    let malformed = 0;
    const start = (changed: Partial<TailerOptions> = {}) =>
      new Tailer({
        store,
        sources,
        isFollowed: () => true,
        tailBuffer: 0,
        clock: { now: () => START + elapsed },
        elapsed: () => elapsed,
        logger: createLogger({
          service: "test",
          level: "WARN",
          write: (line) => warnings.push(JSON.parse(line).msg),
        }),
        onStored: () => {},
        onMalformed: () => malformed++,
        onTrimmed: () => {},
        ...options,
        ...changed,
      });
    let tailer = start();
    try {
      await work({
        sources,
        warnings,
        container(name, logOptions) {
          const log = new DockerLog(sources, name, logOptions);
          logs.push(log);
          return log;
        },
        poll: () => tailer.poll(),
        async settle() {
          await tailer.poll();
          elapsed += 2000;
          await tailer.poll();
        },
        restart: (changed) => tailer = start(changed),
        stored: () =>
          finish(search.page({ containers: [], levels: [], limit: 500, offset: 0 }))
            .logs.toReversed().map(({ container, message }) => `${container}: ${message}`),
        get tailer() {
          return tailer;
        },
        get malformed() {
          return malformed;
        },
      });
    } finally {
      for (const log of logs) log.close();
      await Deno.remove(sources, { recursive: true });
    }
  });
}

export const lines = (from: number, to: number, name = "web") =>
  Array.from({ length: to - from + 1 }, (_, n) => `${name}: line ${from + n}`);

export function write(log: DockerLog, from: number, to: number): void {
  for (let n = from; n <= to; n++) log.write("stdout", `line ${n}`);
}

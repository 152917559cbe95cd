import { MALLOC_ENV } from "../../deploy/runtime.ts";
import { API_KEY } from "../support/program.ts";
import { residentMb, type Running, shippedArgs, startMonlight } from "./measure.ts";
import type { Figure } from "./run.ts";

const STARTS = 7;
const IDLE_MS = 3000;
const READY_MS = 20_000;

/** A server that only says hello, on the port it is given. */
const HELLO = `Deno.serve(
  { port: Number(Deno.args[0]), hostname: "127.0.0.1", onListen() {} },
  () => new Response("hello"),
);`;

/**
 * Time from the start of the process to its first answer, and memory while nothing happens: of the
 * Error Tracker alone, and of all services in one process.
 */
export async function benchStart(): Promise<readonly Figure[]> {
  const folder = await Deno.makeTempDir();
  try {
    const script = `${folder}/hello.js`;
    await Deno.writeTextFile(script, HELLO);
    const alone = new Starts(() => startErrors(`${folder}/errors.db`));
    const together = new Starts(() => startMonlight(`${folder}/data`));
    const bare = new Starts(() => startHello(script));
    // In turn, so that what else the machine does meets all of them alike.
    for (let turn = 0; turn < STARTS; turn++) {
      for (const starts of [alone, together, bare]) {
        await starts.measure(turn === STARTS - 1 ? IDLE_MS : 0);
      }
    }
    return [
      ...figures("errors serve", alone, bare, "< 60"),
      ...figures("serve, all services", together, bare, "< 100"),
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function figures(name: string, ours: Starts, bare: Starts, idleGoal: string): readonly Figure[] {
  return [
    {
      name: `${name}: start to first /health, median`,
      value: ours.medianMs(),
      bare: bare.medianMs(),
      unit: "ms",
      goal: "≤ 400",
    },
    {
      name: `${name}: resident memory, idle`,
      value: ours.idleMb,
      bare: bare.idleMb,
      unit: "MB",
      goal: idleGoal,
    },
  ];
}

/** A server started again and again. */
class Starts {
  readonly #start: () => Promise<Running>;
  readonly #readyMs: number[] = [];
  /** Resident memory at the end of the last one's idle time, in MB. */
  idleMb = NaN;

  constructor(start: () => Promise<Running>) {
    this.#start = start;
  }

  /** Starts it once more, and ends it after so much time without requests. */
  async measure(idleMs: number): Promise<void> {
    const running = await this.#start();
    this.#readyMs.push(running.readyMs);
    await new Promise((resolve) => setTimeout(resolve, idleMs));
    this.idleMb = residentMb(running.pid);
    await running.stop();
  }

  medianMs(): number {
    const sorted = this.#readyMs.toSorted((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 2)] ?? NaN;
  }
}

/** Starts the Error Tracker alone, as `startMonlight()` starts all services. */
function startErrors(databasePath: string): Promise<Running> {
  const command = ["errors", "serve", "--host", "127.0.0.1"];
  return start((port) => shippedArgs([...command, "--port", `${port}`]), {
    API_KEY,
    DATABASE_PATH: databasePath,
    RATE_LIMIT: "0",
    LOG_LEVEL: "WARN",
    ...MALLOC_ENV,
  }, "/health");
}

function startHello(script: string): Promise<Running> {
  return start((port) => ["run", "-A", "--no-config", script, `${port}`], {}, "/");
}

async function start(
  args: (port: number) => string[],
  env: Record<string, string>,
  path: string,
): Promise<Running> {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const startedAt = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: args(port),
    env,
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  await untilAnswered(`http://127.0.0.1:${port}${path}`);
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

async function untilAnswered(url: string): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (true) {
    try {
      return await (await fetch(url)).body?.cancel();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

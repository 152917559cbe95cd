import { residentMb, startMonlight } from "./measure.ts";
import type { Figure } from "./run.ts";

const STARTS = 7;
const IDLE_MS = 3000;

/** Time from the start of the process to its first answer, and memory while nothing happens. */
export async function benchStart(): Promise<readonly Figure[]> {
  const dataDir = await Deno.makeTempDir();
  const monlight: number[] = [];
  const bare: number[] = [];
  let idleMb = NaN;
  let bareMb = NaN;
  for (let turn = 0; turn < STARTS; turn++) {
    const running = await startMonlight(dataDir);
    monlight.push(running.readyMs);
    if (turn === STARTS - 1) {
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      idleMb = residentMb(running.pid);
    }
    await running.stop();
    const other = await startHello();
    bare.push(other.readyMs);
    bareMb = residentMb(other.pid);
    await other.stop();
  }
  await Deno.remove(dataDir, { recursive: true });
  return [
    {
      name: "start to first /health, median",
      value: median(monlight),
      bare: median(bare),
      unit: "ms",
      goal: "≤ 400",
    },
    { name: "resident memory, idle", value: idleMb, bare: bareMb, unit: "MB", goal: "< 60" },
  ];
}

/** A server that only says hello. */
async function startHello() {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const code = `Deno.serve({ port: ${port}, hostname: "127.0.0.1" }, () => new Response("hello"))`;
  const path = await Deno.makeTempFile({ suffix: ".js" });
  await Deno.writeTextFile(path, code);
  const startedAt = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", path],
    stdout: "null",
    stderr: "null",
  }).spawn();
  while (true) {
    try {
      await (await fetch(`http://127.0.0.1:${port}/`)).body?.cancel();
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  return {
    pid: child.pid,
    readyMs: performance.now() - startedAt,
    async stop() {
      child.kill("SIGKILL");
      await child.status;
      await Deno.remove(path);
    },
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

import { DatabaseSync } from "node:sqlite";
import { API_KEY, programArgs } from "../support/program.ts";
import { peakMb, runLoad, type Running, startMonlight } from "./measure.ts";
import { report4k } from "./reports.ts";
import type { Figure } from "./run.ts";

const SECONDS = 8;
const WARMUP = 3;
const CONNECTIONS = 16;
const GROUPS = 1000;
/** Of the database whose backup is looked at for its memory. */
const BIG_BYTES = 500_000_000;
const ROW_BYTES = 8000;

/** What `monlight backup`, a process of its own, takes from ingestion, and what memory it needs. */
export async function benchBackup(): Promise<readonly Figure[]> {
  const folder = await Deno.makeTempDir();
  try {
    const bodies = `${folder}/bodies.ndjson`;
    const lines = Array.from({ length: GROUPS }, (_, index) => report4k(index));
    await Deno.writeTextFile(bodies, lines.join("\n"));
    const server = await startMonlight(`${folder}/data`);
    const alone = await load(server, bodies);
    const backups = new Backups(folder);
    const during = await load(server, bodies);
    await backups.stop();
    await server.stop();
    const small = await memoryOf(folder, BIG_BYTES / 10);
    const big = await memoryOf(folder, BIG_BYTES);
    return [
      {
        name: `ingestion, ${GROUPS} groups, during ${backups.count} backups one after the other`,
        value: during.perSecond,
        bare: alone.perSecond,
        unit: "/s",
        goal: "ratio ≥ 0.80",
      },
      {
        name: "ingestion during backups: p99",
        value: during.p99,
        bare: alone.p99,
        unit: "ms",
      },
      {
        name: "backup of 500 MB (bare: of 50 MB): resident memory, peak",
        value: big.peak,
        bare: small.peak,
        unit: "MB",
        goal: "flat",
      },
      { name: "backup of 500 MB, checked", value: 500 / big.seconds, unit: "MB/s" },
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function load(server: Running, bodies: string) {
  return runLoad({
    ...{ hostname: "127.0.0.1", port: server.port, path: "/api/errors", apiKey: API_KEY },
    ...{ connections: CONNECTIONS, seconds: SECONDS, warmup: WARMUP, bodies },
  });
}

/** Backups of a data folder, one after the other. */
class Backups {
  count = 0;
  #isStopped = false;
  readonly #done: Promise<void>;

  constructor(folder: string) {
    this.#done = this.#run(folder);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  async #run(folder: string): Promise<void> {
    while (!this.#isStopped) {
      const { success } = await backUp(`${folder}/data`, `${folder}/out`).status;
      if (!success) throw new Error("The backup failed");
      this.count++;
    }
  }
}

function backUp(dataDir: string, out: string): Deno.ChildProcess {
  const words = ["backup", "errors", "--data-dir", dataDir, "--out", out, "--keep", "1", "--quiet"];
  return new Deno.Command(Deno.execPath(), { args: programArgs(words) }).spawn();
}

/** Peak of resident memory (MB) of the backup of a database of this size, and how long it took. */
async function memoryOf(folder: string, bytes: number) {
  const dataDir = `${folder}/of-${bytes}`;
  await Deno.mkdir(dataDir);
  const database = new DatabaseSync(`${dataDir}/errors.db`);
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE rows (n INTEGER PRIMARY KEY, data BLOB)");
  const insert = database.prepare("INSERT INTO rows (data) VALUES (randomblob(?))");
  database.exec("BEGIN");
  for (let written = 0; written < bytes; written += ROW_BYTES) insert.run(ROW_BYTES);
  database.exec("COMMIT");
  database.close();
  const startedAt = performance.now();
  const child = backUp(dataDir, `${dataDir}/out`);
  const [{ success }, peak] = await peakMb(child.pid, child.status);
  if (!success) throw new Error("The backup failed");
  const seconds = (performance.now() - startedAt) / 1000;
  await Deno.remove(dataDir, { recursive: true });
  return { peak, seconds };
}

import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { makeFolder } from "../cli/commands.ts";
import { Random } from "../demo/random.ts";
import { DockerLog, type DockerLogOptions } from "../support/docker_logs.ts";
import { pause } from "./log_lives.ts";
import { eventually, startReading, storedEntries, type StoredEntry } from "./log_reading.ts";

const LIFE_MS = 700;
const TICK_MS = 3;
const KILLS = 8;

/** Logs of which most is thrown away before anybody can have read it. */
const LOGS: Readonly<Record<string, DockerLogOptions>> = {
  "emptied": { maxSize: 20_000, single: "truncate" },
  "emptied-often": { maxSize: 2_000, single: "truncate" },
  "replaced": { maxSize: 20_000, single: "replace" },
  "two-files": { maxSize: 20_000, maxFile: 2 },
  "three-compressed": { maxSize: 20_000, maxFile: 3, compress: true },
};

Deno.test("logs thrown away faster than they are read: order, nothing doubled or mixed up, the rest whole", async () => {
  await using folder = await makeFolder();
  const sources = `${folder.path}/containers`;
  await Deno.mkdir(sources);
  const options = { sources, dataDir: folder.path, env: { POLL_INTERVAL: "0.05" } };
  const random = new Random(Date.now());
  using opened = new DisposableStack();
  const floods = Object.entries(LOGS).map(([name, log]) =>
    opened.use(new Flood(new DockerLog(sources, name, log), random))
  );
  const timer = setInterval(() => floods.forEach((flood) => flood.write()), TICK_MS);
  opened.defer(() => clearInterval(timer));
  for (let kill = 0; kill < KILLS; kill++) {
    await using program = await startReading(options);
    await pause(LIFE_MS);
    await program.stop("SIGKILL");
  }
  await using program = await startReading(options);
  await pause(LIFE_MS);
  clearInterval(timer);
  await untilLastStored(program, floods);
  const stored = Map.groupBy(await storedEntries(program), ({ container }) => container);
  for (const flood of floods) flood.check(stored.get(flood.log.name) ?? []);
  const printed = floods.reduce((sum, flood) => sum + flood.printed, 0);
  const kept = [...stored.values()].reduce((sum, entries) => sum + entries.length, 0);
  assert.ok(kept > 0 && kept < printed, `${kept} of ${printed} were stored, so none was lost`);
  assert.equal(await program.stop(), 0);
});

/** Prints numbered lines as fast as it can. */
class Flood implements Disposable {
  readonly log: DockerLog;
  printed = 0;
  readonly #random: Random;

  constructor(log: DockerLog, random: Random) {
    this.log = log;
    this.#random = random;
  }

  write(): void {
    if (this.#random.chance(0.3)) return;
    for (let left = this.#random.whole(1, 60); left > 0; left--) {
      this.printed++;
      // Both ends tell the number, so that what was mixed up shows.
      const long = this.#random.chance(0.02) ? "x".repeat(36_000) : "says";
      this.log.write("stdout", `INFO: #${this.printed} ${long} #${this.printed}`);
    }
  }

  /** Checks what was stored of it, oldest first. */
  check(stored: readonly StoredEntry[]): void {
    const { name } = this.log;
    let before = 0;
    for (const { message } of stored) {
      const numbers = new Set(message.match(/#\d+/g));
      assert.ok(numbers.size <= 1, `${name}: ${[...numbers]} in one entry`);
      const number = numberAtStart(message);
      if (number === null) continue;
      assert.ok(number > before, `${name}: ${number} comes after ${before}`);
      before = number;
    }
    const kept = new Set(stored.map(({ message }) => numberAtStart(message)));
    const lost = this.#onDisk().filter((number) => !kept.has(number));
    assert.ok(
      lost.length === 0,
      `${name}: ${lost.length} on disk are not stored: ${lost.slice(0, 9)}`,
    );
  }

  [Symbol.dispose](): void {
    this.log.close();
  }

  /** Numbers of the lines that are still there. */
  #onDisk(): readonly number[] {
    const { folder } = this.log;
    return [...Deno.readDirSync(folder)].filter(({ name }) => name.includes("-json.log"))
      .flatMap(({ name }) => {
        const bytes = Deno.readFileSync(`${folder}/${name}`);
        const text = new TextDecoder().decode(name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
        const lines = text.split("\n").filter((line) => line !== "");
        return lines.flatMap((line) => numberAtStart(JSON.parse(line).log) ?? []);
      });
  }
}

function numberAtStart(message: string): number | null {
  const found = /^INFO: #(\d+) /.exec(message);
  return found && Number(found[1]);
}

/** Waits until the last line of each is stored. */
async function untilLastStored(
  program: { fetch(path: string): Promise<Response> },
  floods: readonly Flood[],
): Promise<void> {
  for (const { log, printed } of floods) {
    await eventually(async () => {
      const response = await program.fetch(`/api/logs?container=${log.name}&limit=1`);
      const { logs: [last] } = await response.json();
      return last && numberAtStart(last.message) === printed ? true : null;
    }, () => `${log.name}: the last line, ${printed}, is not stored`);
  }
}

/** Databases that are larger than MAX_DATABASE_SIZE, at the start of the real program. */
import assert from "node:assert/strict";
import { MINUTE } from "../../core/clock.ts";
import { openErrorStore } from "../../core/errors/sqlite_store.ts";
import { createLogger } from "../../core/logger.ts";
import { prepareLogDatabase } from "../../core/logs/prepare.ts";
import { openLogStore } from "../../core/logs/sqlite_store.ts";
import { encodeChunks } from "../../core/metrics/chunk.ts";
import { SeriesRegistry } from "../../core/metrics/series_registry.ts";
import { openMetricStore } from "../../core/metrics/sqlite_store.ts";
import { openRelayStore } from "../../core/relay/sqlite_store.ts";
import { databaseBytes } from "../../core/sqlite/database.ts";
import { makeFolder, report } from "../cli/commands.ts";
import { ContainerLogs, untilStored } from "../support/container_logs.ts";
import { type Program, startProgram } from "../support/program.ts";
import { untilRolledUp } from "../support/rolled_up.ts";
import { integrityOf, rowsOf } from "./database.ts";
import { eventually } from "./log_reading.ts";

const MAX = 32_000_000;
const SIZE = { MAX_DATABASE_SIZE: "32MB" };

Deno.test("errors: resolved groups make room first, then those not seen for longest", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/errors.db`;
  const groups = 8000;
  await fillErrors(path, groups);
  assert.ok((await Deno.stat(path)).size > 1.5 * MAX);
  await using program = await startProgram({
    command: ["errors", "serve"],
    dataDir: folder.path,
    env: SIZE,
  });
  const deleted = await untilTrimmed(program, path);
  assert.equal(deleted.resolved, 1000, "all that are resolved");
  const left = groups - 1000 - Number(deleted.unresolved);
  assert.ok(left > 500 && Number(deleted.unresolved) > 500, JSON.stringify(deleted));
  const page = await (await program.fetch("/api/errors?resolved=all&limit=1")).json();
  assert.deepEqual([page.total, page.errors[0].message], [left, `failure ${groups - 1}`]);
  const oldest = `/api/errors?limit=1&offset=${left - 1}`;
  const [last] = (await (await program.fetch(oldest)).json()).errors;
  assert.equal(last.message, `failure ${deleted.unresolved}`, "the newest stay, without a gap");
  await expectTold(program, "errors", {
    resolved: deleted.resolved ?? 0,
    unresolved: deleted.unresolved ?? 0,
  });
  await report(program, {});
  assert.equal(await program.stop(), 0);
  assert.equal(integrityOf(path), "ok");
});

/** Groups of 4 KB each, one a minute up to now; the newest thousand but one are resolved. */
async function fillErrors(path: string, groups: number): Promise<void> {
  const store = openErrorStore({
    path,
    logger: createLogger({ service: "test", level: "ERROR" }),
    alerts: { enabled: false, onReopen: false, burst: 10, windowMs: 10 * MINUTE },
  });
  const now = Date.now();
  const occurrences = Array.from({ length: groups }, (_, index) => ({
    report: {
      project: "shop",
      exceptionType: "ValueError",
      message: `failure ${index}`,
      traceback: `${index} `.repeat(800),
      environment: "production",
      ...{ requestUrl: null, requestMethod: null, requestHeaders: null, userId: null, extra: null },
    },
    fingerprint: index.toString(16).padStart(32, "0"),
    fingerprintVersion: 1,
    location: null,
    receivedAt: new Date(now - (groups - index) * MINUTE).toISOString(),
  }));
  for (let at = 0; at < groups; at += 500) {
    await store.recordOccurrences(occurrences.slice(at, at + 500));
  }
  const resolved = Array.from({ length: 1000 }, (_, index) => groups - 1 - index);
  await store.resolve(resolved, new Date(now).toISOString());
  await store.close();
}

Deno.test("logs: the oldest entries make room", async () => {
  await using folder = await makeFolder();
  using containers = new ContainerLogs();
  const path = `${folder.path}/logs.db`;
  const lines = 12_000;
  fillLogs(path, lines);
  const options = { command: ["logs", "serve"], dataDir: folder.path, logSources: containers.path };
  assert.ok((await Deno.stat(path)).size > 1.2 * MAX);
  await using program = await startProgram({ ...options, env: SIZE });
  const deleted = await untilTrimmed(program, path);
  const left = lines - Number(deleted.entries);
  const { total_logs: total } = await (await program.fetch("/api/stats")).json();
  assert.equal(total, left);
  assert.ok(left > lines / 3, `${left} are left`);
  assert.equal(await messageAt(program, 0), `line ${lines - 1}`);
  assert.equal(await messageAt(program, left - 1), `line ${lines - left}`);
  await expectTold(program, "logs", { entries: deleted.entries ?? 0 });
  containers.print("web", ["one more"]);
  await untilStored(program, left + 1);
  assert.equal(await program.stop(), 0);
  assert.equal(integrityOf(path), "ok");
});

function fillLogs(path: string, lines: number): void {
  prepareLogDatabase(path, createLogger({ service: "test", level: "ERROR" }));
  const store = openLogStore({ path, maxEntries: 100_000 });
  const now = Date.now();
  for (let from = 0; from < lines; from += 500) {
    const entries = Array.from({ length: 500 }, (_, at) => {
      const message = `line ${from + at} ${noise()}`;
      const time = now - lines + from + at;
      return {
        time,
        container: "web",
        stream: "stdout",
        level: "INFO",
        message,
        raw: message,
      } as const;
    });
    store.append({ entries, cursors: [] }, now);
  }
  store.close();
}

/** Characters that compress little and are no words. */
function noise(): string {
  const signs = "!#$%&()*+,-./:;<=>?@[]^_`{|}~";
  const random = crypto.getRandomValues(new Uint8Array(6000));
  return Array.from(random, (byte) => signs[byte % signs.length]).join("");
}

async function messageAt(program: Program, offset: number): Promise<string> {
  const { logs } = await (await program.fetch(`/api/logs?limit=1&offset=${offset}`)).json();
  return logs[0].message.split(" ").slice(0, 2).join(" ");
}

Deno.test("metrics: samples that are in their minutes make room; every minute keeps its numbers", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/metrics.db`;
  const options = { command: ["metrics", "serve"], dataDir: folder.path };
  const env = { AGGREGATION_INTERVAL: "1" };
  const samples = fillMetrics(path);
  let before: unknown;
  {
    await using program = await startProgram({ ...options, env });
    await untilRolledUp(program);
    before = await buckets(program);
    assert.equal(await program.stop(), 0);
  }
  assert.ok((await Deno.stat(path)).size > 1.2 * MAX);
  await using program = await startProgram({ ...options, env: { ...env, ...SIZE } });
  const deleted = await untilTrimmed(program, path);
  assert.deepEqual([deleted.minutes, deleted.hours], [0, 0]);
  const [kept] = rowsOf(path, "SELECT sum(samples) AS samples FROM metrics_chunks");
  assert.equal(Number(kept?.samples), samples - Number(deleted.samples));
  assert.deepEqual(await buckets(program), before);
  await expectTold(program, "metrics", { samples: deleted.samples ?? 0, minutes: 0, hours: 0 });
  assert.equal(await program.stop(), 0);
  assert.equal(integrityOf(path), "ok");
});

/** Samples of half an hour that ended ten minutes ago, as many commits would leave them; gives how many. */
function fillMetrics(path: string): number {
  const store = openMetricStore(path, createLogger({ service: "test", level: "ERROR" }));
  const registry = new SeriesRegistry({ ofMetric: 2000, inAll: 2000 });
  const series = Array.from({ length: 50 }, (_, route) =>
    registry.resolve(`${route}`, {
      ...{ project: "shop", name: "duration", type: "gauge", labels: { route: `${route}` } },
    }));
  const end = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
  const [minutes, commits, samples] = [30, 10, 8000];
  for (let minute = 0; minute < minutes; minute++) {
    for (let commit = 0; commit < commits; commit++) {
      const columns = Array.from({ length: samples }, (_, at) => ({
        series: series[at % series.length] ?? 0,
        time: end - (minutes - minute) * MINUTE + Math.floor(Math.random() * MINUTE),
        value: Math.random(),
      }));
      store.append({
        chunks: encodeChunks([{
          series: columns.map((one) => one.series),
          times: columns.map((one) => one.time),
          values: columns.map((one) => one.value),
        }]),
        added: registry.unstored,
      }, end);
      registry.stored();
    }
  }
  store.close();
  return minutes * commits * samples;
}

async function buckets(program: Program): Promise<unknown> {
  const answer = await program.fetch("/api/metrics?name=duration&period=1h");
  return (await answer.json()).data;
}

Deno.test("relay: the oldest source maps make room; keys and what waits to be sent stay", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/relay.db`;
  const maps = 120;
  fillRelay(path, maps);
  assert.ok((await Deno.stat(path)).size > 1.5 * MAX);
  await using program = await startProgram({
    command: ["relay", "serve"],
    dataDir: folder.path,
    env: SIZE,
  });
  const deleted = Number((await untilTrimmed(program, path)).source_maps);
  assert.ok(deleted > 20 && deleted < maps - 20, `${deleted} maps went`);
  const list = async (query: string) =>
    await (await program.fetch(`/api/source-maps?limit=1${query}`)).json();
  const { total, source_maps: [newest] } = await list("");
  assert.deepEqual([total, newest.release], [maps - deleted, `${maps - 1}`]);
  const { source_maps: [oldest] } = await list(`&offset=${total - 1}`);
  assert.equal(oldest.release, `${deleted}`, "the newest stay, without a gap");
  const { keys } = await (await program.fetch("/api/dsn-keys")).json();
  assert.equal(keys.length, 1);
  assert.equal((await (await program.fetch("/health")).json()).queued_errors, WAITING);
  await expectTold(program, "relay", { source_maps: deleted });
  assert.equal(await program.stop(), 0);
  assert.equal(integrityOf(path), "ok");
});

/** Submissions that nobody takes. */
const WAITING = 50;

/** Source maps of half a megabyte, a minute apart up to now. */
function fillRelay(path: string, maps: number): void {
  const store = openRelayStore(path, createLogger({ service: "test", level: "ERROR" }));
  const now = Date.now();
  store.addKeys([{ publicKey: "f".repeat(32), project: "shop" }], new Date(now).toISOString());
  for (let release = 0; release < maps; release++) {
    const map = {
      project: "shop",
      release: `${release}`,
      fileUrl: "/assets/app.js",
      size: 2_000_000,
      gzipped: new Uint8Array(400_000),
      parsed: new Uint8Array(100_000),
    };
    const at = new Date(now - (maps - release) * MINUTE).toISOString();
    store.putMap(map, at);
  }
  const body = JSON.stringify({
    project: "shop",
    exception_type: "E",
    message: "m",
    traceback: "t",
  });
  store.enqueue(
    Array.from({ length: WAITING }, (_, at) => ({
      kind: "errors",
      project: "shop",
      idempotencyKey: `key-${at}`,
      body,
    })),
    new Date(now).toISOString(),
  );
  store.close();
}

/** Waits until a database was trimmed and is small on disk; gives what the log says went. */
async function untilTrimmed(
  program: Program,
  path: string,
): Promise<Readonly<Record<string, number>>> {
  return await eventually(async () => {
    const size = await databaseBytes(path);
    const told = program.logs().find(({ msg }) => /MAX_DATABASE_SIZE/.test(String(msg)));
    return told?.level === "WARN" && size <= MAX ? Object(told.deleted) : null;
  }, () => `It is not trimmed:\n${program.output()}`);
}

/** `GET /metrics` counts what went, and the settings page tells the limit. */
async function expectTold(
  program: Program,
  service: string,
  went: Readonly<Record<string, number>>,
): Promise<void> {
  const text = await (await program.fetch("/metrics")).text();
  for (const [kind, count] of Object.entries(went)) {
    const line = `monlight_trimmed_total{service="${service}",kind="${kind}"} ${count}`;
    assert.ok(text.split("\n").includes(line), line);
  }
}

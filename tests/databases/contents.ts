/** What the databases in `tests/golden/databases` hold, and what the API answers from it. */
import assert from "node:assert/strict";
import { SAMPLE_REPORTS } from "../e2e/sample_reports.ts";
import { ContainerLogs, untilStored } from "../support/container_logs.ts";
import { type Program, runCommand, startProgram } from "../support/program.ts";
import { untilRolledUp } from "../support/rolled_up.ts";

export interface Content {
  /** Fills the empty database in this folder by a running service, and gives its answers. */
  fill(dataDir: string): Promise<Answers>;
  /** Asked of the API: everything that a user could miss. */
  readonly paths: readonly string[];
}

export interface Answers {
  /** By path; times are as they were stored, so they stay true. */
  readonly api: Readonly<Record<string, unknown>>;
  /** The lines of `monlight <service> export`. */
  readonly exported: readonly string[];
}

const MAP = {
  ...{ project: "shop", release: "1.4.2", file_url: "/assets/app.js" },
  map_content: JSON.stringify({ version: 3, sources: ["cart.ts"], names: [], mappings: "AAAA" }),
};

/** What keeps a service from deleting what gets older from year to year. */
export const KEPT_LONG: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  errors: { RETENTION_DAYS: "36500" },
  relay: { RETENTION_DAYS: "36500" },
  metrics: { RETENTION_MINUTE: "31622400", RETENTION_HOURLY: "316224000" },
};

const LINES = [
  "[INFO] started on port 8000",
  "[WARNING] slow request: GET /cart took 812 ms",
  '{"level":"error","msg":"payment refused","order":4711}',
  'INFO:     127.0.0.1:40112 - "GET /health HTTP/1.1" 200',
] as const;

const SAMPLES = [
  {
    name: "http_requests_total",
    type: "counter",
    value: 3,
    labels: { endpoint: "/", status: "200" },
  },
  {
    name: "http_requests_total",
    type: "counter",
    value: 1,
    labels: { endpoint: "/", status: "500" },
  },
  ...[0.02, 0.05, 0.3].map((value) => ({
    name: "http_request_duration_seconds",
    type: "histogram",
    value,
    labels: { endpoint: "/", status: "200" },
  })),
  { name: "queue_depth", type: "gauge", value: 7, project: "worker" },
];

export const CONTENTS: Readonly<Record<string, Content>> = {
  errors: {
    paths: [
      ...["/api/errors?resolved=all&limit=50", "/api/errors?search=value&resolved=all"],
      ...["/api/errors/1", "/api/errors/2", "/api/projects", "/api/environments"],
    ],
    fill: (dataDir) =>
      run("errors", { dataDir }, async (program) => {
        for (const report of SAMPLE_REPORTS.slice(0, 4)) {
          for (const environment of ["production", "staging"]) {
            const response = await program.report({ ...report, environment });
            assert.ok(response.ok, await response.text());
          }
        }
        const resolved = await program.fetch("/api/errors/2/resolve", { method: "POST" });
        assert.equal(resolved.status, 200, await resolved.text());
      }),
  },
  logs: {
    paths: [
      ...["/api/logs?limit=3&offset=40", "/api/logs?search=payment&limit=3", "/api/containers"],
      ...["/api/logs?container=worker", "/api/stats"],
    ],
    async fill(dataDir) {
      using containers = new ContainerLogs();
      // So few that some are sealed in blocks and some are rows.
      for (let line = 0; line < 100; line++) {
        containers.print("web", [`${LINES[line % LINES.length]} #${line}`]);
      }
      const env = { MAX_ENTRIES: "1000", TAIL_BUFFER: "0" };
      return await run("logs", { dataDir, env, logSources: containers.path }, async (program) => {
        await untilStored(program, 100);
        containers.print("worker", ["[INFO] one more"]);
        await untilStored(program, 101);
      });
    },
  },
  relay: {
    paths: ["/api/dsn-keys", "/api/source-maps"],
    fill: (dataDir) =>
      run("relay", { dataDir }, async (program) => {
        for (
          const [path, body] of [["/api/dsn-keys", { project: "shop" }], ["/api/source-maps", MAP]]
        ) {
          const response = await program.fetch(`${path}`, {
            method: "POST",
            body: JSON.stringify(body),
          });
          assert.equal(response.status, 201, await response.text());
        }
      }),
  },
  metrics: {
    paths: ["/api/metrics/names", "/api/metrics/labels?name=http_requests_total"],
    fill: (dataDir) =>
      run("metrics", { dataDir, env: { AGGREGATION_INTERVAL: "1" } }, async (program) => {
        const body = JSON.stringify(SAMPLES);
        const response = await program.fetch("/api/metrics", { method: "POST", body });
        assert.equal(response.status, 202, await response.text());
        await untilRolledUp(program);
      }),
  },
};

/** Runs a service alone while it is filled; gives its answers at the end. */
async function run(
  service: string,
  options: Parameters<typeof startProgram>[0],
  work: (program: Program) => Promise<void>,
): Promise<Answers> {
  await using program = await startProgram({ command: [service, "serve"], ...options });
  await work(program);
  const api = await ask(program, CONTENTS[service]?.paths ?? []);
  assert.equal(await program.stop(), 0);
  return { api, exported: await exported(service, program.dataDir) };
}

/**
 * Everything that a service has stored, a line each, without what depends on the present day; nothing where there
 * is no such command.
 */
export async function exported(service: string, dataDir: string): Promise<readonly string[]> {
  if (service === "relay") return [];
  const { code, stdout, stderr } = await runCommand([service, "export", "--data-dir", dataDir]);
  assert.equal(code, 0, stderr);
  return stdout.trimEnd().split("\n").map((line) => JSON.stringify(lasting(line)));
}

/** Answers of the API, without what depends on the present day. */
export async function ask(program: Program, paths: readonly string[]): Promise<Answers["api"]> {
  const answers: Record<string, unknown> = {};
  for (const path of paths) {
    const response = await program.fetch(path);
    const text = await response.text();
    assert.equal(response.status, 200, `${path}: ${text}`);
    answers[path] = lasting(text);
  }
  return answers;
}

const OF_TODAY: ReadonlySet<string> = new Set(["hourly_counts", "daily_counts"]);

function lasting(json: string): unknown {
  return JSON.parse(json, (key, value) => OF_TODAY.has(key) ? undefined : value);
}

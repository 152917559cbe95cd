import assert from "node:assert/strict";
import { ensureCommand } from "../support/apt.ts";
import { API_KEY, programArgs, startProgram } from "../support/program.ts";
import { closedPort } from "../support/smtp_listener.ts";
import { ContainerLogs, untilStored } from "../support/container_logs.ts";
import { withinAMinute } from "../support/one_minute.ts";
import { expectSuccess, makeFolder, monlight, oneLine, report } from "./commands.ts";
import { type Process, startProcess } from "./process.ts";

Deno.test("errors serve: the Error Tracker alone, with its own database and health", async () => {
  await using program = await startProgram({ command: ["errors", "serve"] });
  assert.deepEqual(await (await program.fetch("/health")).json(), { status: "ok" });
  await report(program, {});
  assert.ok((await Deno.stat(`${program.dataDir}/errors.db`)).isFile);
  assert.equal(await program.stop(), 0);
});

Deno.test("serve: all services, each told in the health", async () => {
  await using program = await startProgram();
  const health = await (await program.fetch("/health")).json();
  const { last_aggregation, ...metrics } = health.services.metrics;
  assert.ok(last_aggregation === null || Date.parse(last_aggregation) <= Date.now());
  assert.deepEqual({ ...health, services: { ...health.services, metrics } }, {
    status: "ok",
    services: {
      errors: { status: "ok" },
      logs: { status: "ok", logs_indexed: 0, last_ingest: null },
      metrics: { status: "ok", metrics_received_24h: 0 },
      relay: { status: "ok", queued_errors: 0, queued_metrics: 0 },
    },
  });
});

Deno.test("serve: a service that cannot work is degraded, and the rest runs on", async () => {
  await using program = await startProgram({ env: { LOG_SOURCES: "/no/such/folder" } });
  const answer = await program.fetch("/health");
  const { status, services } = await answer.json();
  assert.deepEqual([answer.status, status, services.errors.status], [200, "ok", "ok"]);
  assert.equal(services.logs.status, "degraded");
  assert.match(services.logs.reason, /^Log folder \/no\/such\/folder does not exist\. /);
  await report(program, {});
  const { port } = new URL(program.url);
  expectSuccess(await monlight(["healthcheck", "--port", port]));
});

Deno.test("logs serve: the Log Viewer alone, with its own database and health", async () => {
  await using program = await startProgram({ command: ["logs", "serve"] });
  assert.deepEqual(await (await program.fetch("/health")).json(), {
    status: "ok",
    logs_indexed: 0,
    last_ingest: null,
  });
  assert.ok((await Deno.stat(`${program.dataDir}/logs.db`)).isFile);
  const response = await program.fetch("/api/errors");
  await response.body?.cancel();
  assert.equal(response.status, 404);
});

Deno.test("metrics serve: the Metrics Collector alone, with its own database and health", async () => {
  await using program = await startProgram({ command: ["metrics", "serve"] });
  const { status, metrics_received_24h } = await (await program.fetch("/health")).json();
  assert.deepEqual([status, metrics_received_24h], ["ok", 0]);
  assert.ok((await Deno.stat(`${program.dataDir}/metrics.db`)).isFile);
  const response = await program.fetch("/api/logs");
  await response.body?.cancel();
  assert.equal(response.status, 404);
});

Deno.test("serve: CONTAINERS chooses whose logs are read, under either name", async () => {
  for (const name of ["CONTAINERS", "LOGS_CONTAINERS"]) {
    using containers = new ContainerLogs();
    for (const container of ["shop-api", "shop-db", "other"]) {
      containers.print(container, ["[INFO] one", "[INFO] two"]);
    }
    await using program = await startProgram({
      logSources: containers.path,
      env: { [name]: "nobody, /shop-*" },
    });
    await untilStored(program, 4);
    const { containers: found } = await (await program.fetch("/api/containers")).json();
    assert.deepEqual(found, [
      { name: "shop-api", log_count: 2 },
      { name: "shop-db", log_count: 2 },
    ]);
  }
});

Deno.test("serve: a variable that several services have is ignored without its prefix, and told", () =>
  withinAMinute(async () => {
    await using program = await startProgram({
      env: { RATE_LIMIT: "1", LOGS_RATE_LIMIT: "1", RETENTION_DAYS: "5" },
    });
    const warnings = program.logs().filter(({ level }) => level === "WARN");
    assert.deepEqual(warnings.map(({ variable, instead }) => [variable, instead]), [
      [
        "RATE_LIMIT",
        "ERRORS_RATE_LIMIT or LOGS_RATE_LIMIT or METRICS_RATE_LIMIT or RELAY_RATE_LIMIT",
      ],
      ["RETENTION_DAYS", "ERRORS_RETENTION_DAYS or RELAY_RETENTION_DAYS"],
    ]);
    const statuses = async (path: string) => {
      const answers = [await program.fetch(path), await program.fetch(path)];
      for (const answer of answers) await answer.body?.cancel();
      return answers.map(({ status }) => status);
    };
    assert.deepEqual(await statuses("/api/errors"), [200, 200]);
    assert.deepEqual(await statuses("/api/logs"), [200, 429], "each service has its own limit");
  }));

/** A setting of each service that does not parse. */
const WRONG = {
  errors: { BASE_URL: "not a url" },
  logs: { MAX_ENTRIES: "many" },
  metrics: { RETENTION_RAW: "long" },
  relay: { CORS_ORIGINS: "*" },
};

for (const only of ["errors", "logs", "metrics", "errors,metrics", "errors,metrics,relay"]) {
  Deno.test(`serve --only ${only}: that and nothing else`, async () => {
    await using folder = await makeFolder();
    const wanted = only.split(",");
    // A bad setting of a service that is not served harms nothing.
    const others = Object.entries(WRONG).filter(([name]) => !wanted.includes(name));
    await using program = await startProgram({
      args: ["--only", only],
      dataDir: folder.path,
      env: Object.assign({}, ...others.map(([, env]) => env)),
    });
    const { services } = await (await program.fetch("/health")).json();
    assert.deepEqual(Object.keys(services), wanted);
    assert.equal(await program.stop(), 0);
    const files = wanted.map((name) => name === "relay" ? "browser-relay.db" : `${name}.db`);
    assert.deepEqual(await folder.names(), files.sort());
  });
}

Deno.test("serve --only relay wants the addresses of the services that it does not run with", async () => {
  const env = { API_KEY: "key", METRICS_COLLECTOR_URL: "http://metrics:8000" };
  const { code, stderr } = await monlight(["serve", "--only", "errors,relay"], { env });
  assert.equal(code, 2);
  assert.equal(
    stderr,
    "METRICS_COLLECTOR_API_KEY: got nothing, wants a key of 1 to 512 visible ASCII characters " +
      "(the Metrics Collector is not run here)\n",
  );
});

Deno.test("relay serve tells all that is missing at once", async () => {
  const { code, stderr } = await monlight(["relay", "serve"], { env: { CORS_ORIGINS: "null" } });
  assert.equal(code, 2);
  assert.deepEqual(stderr.trimEnd().split("\n").map((line) => line.split(":")[0]), [
    "ADMIN_API_KEY",
    "CORS_ORIGINS",
    "ERROR_TRACKER_URL",
    "ERROR_TRACKER_API_KEY",
    "METRICS_COLLECTOR_URL",
    "METRICS_COLLECTOR_API_KEY",
  ]);
});

Deno.test("healthcheck: 0 for one that runs, 1 and a line for one that does not", async () => {
  await using program = await startProgram();
  const { port } = new URL(program.url);
  const words = [
    ["healthcheck", "--url", program.url],
    ["healthcheck", "--url", `${program.url}/`],
    ["healthcheck", "--port", port],
    ["serve", "--healthcheck", "--port", port],
    ["errors", "serve", "--healthcheck", "--port", port],
    ["logs", "serve", "--healthcheck", "--port", port],
    ["metrics", "serve", "--healthcheck", "--port", port],
    ["relay", "serve", "--healthcheck", "--port", port],
  ];
  for (const one of words) assert.equal(expectSuccess(await monlight(one)), "", one.join(" "));
  expectSuccess(await monlight(["serve", "--healthcheck"], { env: { PORT: port } }));

  await program.stop();
  for (const one of words) {
    assert.match(oneLine(await monlight(one)), /^http:\/\/127\.0\.0\.1:\d+\/health did not answer/);
  }
});

Deno.test("healthcheck: 1 for a server that answers, but is no Monlight", async () => {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response("nobody here", { status: 404 }),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const line = oneLine(await monlight(["healthcheck", "--url", url]));
  assert.equal(line, `${url}/health answered 404: nobody here`);
});

Deno.test("serve: a port in use is one clear line", async () => {
  await using program = await startProgram();
  await using folder = await makeFolder();
  const { port } = new URL(program.url);
  const words = ["serve", "--port", port, "--host", "127.0.0.1", "--data-dir", folder.path];
  const { code, stderr } = await monlight(words, {
    env: { API_KEY, LOG_SOURCES: folder.path },
  });
  assert.equal(code, 1);
  assert.equal(
    stderr,
    `Cannot listen on 127.0.0.1:${port}: another program uses the port. Stop it, or choose another with --port\n`,
  );
});

Deno.test("start: makes a private folder and key, and a curl that works as printed", async () => {
  await using folder = await makeFolder();
  const dataDir = `${folder.path}/a/data`;
  await using first = start(dataDir);
  const curl = await greeting(first);
  assert.equal(await modeOf(`${folder.path}/a`), 0o700);
  assert.equal(await modeOf(dataDir), 0o700);
  assert.equal(await modeOf(`${dataDir}/api-key`), 0o600);
  assert.deepEqual((await folder.names("a/data")).filter((name) => name.startsWith("api-key")), [
    "api-key",
  ]);
  const key = (await Deno.readTextFile(`${dataDir}/api-key`)).trim();
  assert.match(key, /^[0-9a-f]{32}$/);

  await ensureCommand(["curl"], "curl");
  const { code, stdout, stderr } = await new Deno.Command("sh", { args: ["-c", `${curl} -sS`] })
    .output();
  const text = new TextDecoder().decode(stdout);
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.equal(JSON.parse(text).status, "created", text);
  const [, url = ""] = await first.says(/Open\s+(http:\S+)/);
  const { errors } = await (await fetch(`${url}/api/errors`, { headers: { "x-api-key": key } }))
    .json();
  assert.deepEqual(errors.map((error: Record<string, unknown>) => error.message), [
    'could not convert string to float: "n/a"',
  ]);
  assert.equal(await first.stop("SIGINT"), 0, "Ctrl-C ends it with success");

  await using second = start(dataDir);
  assert.ok((await greeting(second)).includes(key), "the key stays the same");
  assert.equal(await second.stop("SIGINT"), 0);
});

Deno.test("start: with an API_KEY of one's own none is made, and it is not shown", async () => {
  await using folder = await makeFolder();
  await using process = start(folder.path, { API_KEY });
  await greeting(process);
  assert.ok(!process.output.includes(API_KEY));
  assert.ok(!(await folder.names()).includes("api-key"));
  assert.equal(await process.stop("SIGINT"), 0);
});

Deno.test("start: without Docker it is as quiet, but for one line", async () => {
  await using folder = await makeFolder();
  await using process = start(folder.path, { LOG_SOURCES: "/no/such/folder" });
  await greeting(process);
  const [, url = ""] = await process.says(/Open\s+(http:\S+)/);
  assert.equal((await (await fetch(`${url}/health`)).json()).services.logs.status, "degraded");
  assert.equal(await process.stop("SIGINT"), 0);
  const lines = process.output.split("\n").filter((line) => line.startsWith("{"));
  assert.ok(lines.length <= 1, process.output);
});

Deno.test("start: an empty key file is a clear line", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(`${folder.path}/api-key`, "\n");
  const line = oneLine(await monlight(["start", "--data-dir", folder.path, "--port", "0"]));
  assert.match(line, /^The key file \S+ is empty; delete it to get a new key$/);
});

Deno.test("start: a port in use is one clear line", async () => {
  using listener = Deno.listen({ port: closedPort(), hostname: "127.0.0.1" });
  await using folder = await makeFolder();
  const words = ["start", "--host", "127.0.0.1", "--port", `${listener.addr.port}`];
  const line = oneLine(
    await monlight([...words, "--data-dir", folder.path, "--log-sources", folder.path]),
  );
  assert.match(line, /^Cannot listen on 127\.0\.0\.1:\d+: another program uses the port/);
});

function start(dataDir: string, env: Readonly<Record<string, string>> = {}): Process {
  return startProcess(Deno.execPath(), programArgs(["start", "--port", "0"]), {
    env: { API_KEY: "", API_KEY_FILE: "", LOG_SOURCES: dataDir, ...env, DATA_DIR: dataDir },
  });
}

/** Waits for the greeting; gives its curl command. */
async function greeting(process: Process): Promise<string> {
  const [, curl = ""] = await process.says(/( {4}curl [^]*?)\n\n[^]*Ctrl-C ends it/);
  return curl.trim();
}

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

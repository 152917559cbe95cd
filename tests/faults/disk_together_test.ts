import assert from "node:assert/strict";
import { ContainerLogs, untilStored } from "../support/container_logs.ts";
import { type Program, startProgram } from "../support/program.ts";
import { isRoot, NEEDS_ROOT, smallDisk } from "./tmpfs.ts";

Deno.test({
  name:
    "a full disk under all services: writing is refused clearly, reading and signing in go on, and " +
    `all is well again by itself ${NEEDS_ROOT}`,
  ignore: !isRoot,
  async fn() {
    await using disk = await smallDisk("32m");
    using containers = new ContainerLogs();
    const options = { dataDir: `${disk.path}/data`, logSources: containers.path };
    await using program = await startProgram(options);
    assert.deepEqual(await writeAll(program), [201, 202]);
    containers.print("shop", ["[INFO] before"]);
    await untilStored(program, 1);

    await disk.fill();
    for (const write of [sendError, sendMetrics]) await untilRefused(program, write);
    const refusal = /^The disk (is full|failed or is full); nothing was stored$/;
    for (const write of [sendError, sendMetrics]) {
      const response = await write(program);
      assert.equal(response.status, 503);
      assert.match((await response.json()).detail, refusal);
    }
    const cookie = await signIn(program);
    for (const path of READ) assert.equal(await statusOf(program, path), 200, path);
    for (const path of SEEN) {
      assert.equal(await statusOf(program, path, { cookie, "x-api-key": "" }), 200, path);
    }
    const resolved = await program.fetch("/api/errors/1/resolve", { method: "POST" });
    assert.equal(resolved.status, 503);
    assert.match((await resolved.json()).detail, refusal);

    await disk.makeRoom();
    for (const status of await writeAll(program)) assert.ok(status < 300, `${status}`);
    containers.print("shop", ["[INFO] after"]);
    await untilStored(program, 2);
    assert.equal(await program.stop(), 0);
  },
});

const READ = [
  ...["/health", "/metrics", "/api/errors", "/api/errors/1", "/api/projects", "/api/logs"],
  ...["/api/logs?search=before", "/api/stats", "/api/metrics/names", "/api/dashboard"],
] as const;
const SEEN = ["/", "/errors", "/errors/1", "/logs", "/dashboard", "/metrics/explore", "/settings"];

function sendError(program: Program): Promise<Response> {
  return program.report({ extra: { note: "x".repeat(100_000) } });
}

function sendMetrics(program: Program): Promise<Response> {
  const samples = Array.from({ length: 1000 }, (_, at) => ({
    name: "http_requests_total",
    type: "counter",
    value: Math.random() + at,
  }));
  return program.fetch("/api/metrics", { method: "POST", body: JSON.stringify(samples) });
}

async function writeAll(program: Program): Promise<readonly number[]> {
  const statuses = [];
  for (const write of [sendError, sendMetrics]) {
    const response = await write(program);
    await response.body?.cancel();
    statuses.push(response.status);
  }
  return statuses;
}

async function untilRefused(
  program: Program,
  write: (program: Program) => Promise<Response>,
): Promise<void> {
  for (let sent = 0; sent < 5000; sent++) {
    const response = await write(program);
    await response.body?.cancel();
    if (!response.ok) return;
  }
  assert.fail("The disk does not get full");
}

async function signIn(program: Program): Promise<string> {
  const response = await fetch(`${program.url}/login`, {
    method: "POST",
    body: new URLSearchParams({ key: program.apiKey }),
    redirect: "manual",
  });
  await response.body?.cancel();
  assert.equal(response.status, 303);
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

async function statusOf(
  program: Program,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const response = await program.fetch(path, { headers, redirect: "manual" });
  await response.body?.cancel();
  return response.status;
}

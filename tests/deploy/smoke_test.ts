/** `deploy/smoke-test.sh` against real processes, and the pages of what it tried in a real browser. */
import assert from "node:assert/strict";
import { Visitor } from "../e2e/visitor.ts";
import { visitStrictly } from "../e2e/page_checks.ts";
import { makeFolder } from "../cli/commands.ts";
import { API_KEY, startProgram } from "../support/program.ts";
import { MONLIGHT, sh } from "./sh.ts";

/** Nothing of this machine's, and no keys of a clone that is in use. */
const CLEAN = { SECRETS: "/nonexistent", MONLIGHT };

for (const [mode, checks] of [["--start", 58], ["--start-one", 47]] as const) {
  Deno.test(`smoke-test.sh ${mode} finds nothing wrong, and stops what it started`, async () => {
    const port = freePorts();
    const { code, output } = await sh("smoke-test.sh", [mode], { ...CLEAN, BASE_PORT: `${port}` });
    assert.equal(code, 0, output);
    const [, ok] = /\n(\d+) ok, 0 failed\n$/.exec(output) ?? [];
    assert.ok(Number(ok) >= checks, output);
    assert.doesNotMatch(output, /not tried/);
    for (let at = port; at < port + 4; at++) {
      Deno.listen({ hostname: "127.0.0.1", port: at }).close();
    }
  });
}

Deno.test("smoke-test.sh --start says so when a port is another program's, and harms it not", async () => {
  await using program = await startProgram();
  const { port } = new URL(program.url);
  const { code, output } = await sh("smoke-test.sh", ["--start"], { ...CLEAN, BASE_PORT: port });
  assert.equal(code, 1);
  assert.match(output, new RegExp(`another program answers at http://127\\.0\\.0\\.1:${port}`));
  assert.match(await (await program.fetch("/health")).text(), /"status":"ok"/);
});

Deno.test("smoke-test.sh passes against a Monlight that runs; its pages show what it did", async () => {
  await using folder = await makeFolder();
  const origin = "https://shop.example";
  await using visitor = await Visitor.arrive({
    program: { args: [], env: { CORS_ORIGINS: origin }, logSources: folder.path },
  });
  const { code, output } = await sh("smoke-test.sh", [], {
    ...CLEAN,
    ...{ MONLIGHT_URL: visitor.program.url, API_KEY, LOG_SOURCES: folder.path },
    ...{ SMOKE_ORIGIN: origin, SMOKE_RATE_LIMIT: "false" },
  });
  assert.equal(code, 0, output);
  assert.match(output, /not tried, this is not ours to stop/);
  assert.deepEqual(await folder.names(), []);

  const { page } = visitor;
  await visitStrictly(visitor, "/errors?resolved=true&project=smoke-test");
  await page.getByText(/^Smoke\d/).first().waitFor();
  await page.getByText("TypeError").first().waitFor();
  await visitStrictly(visitor, "/logs?search=smoke");
  await page.getByText(/smoke \d+-\d+ failed/).first().waitFor();
  await visitStrictly(visitor, "/metrics/explore?name=smoke_test_total");
  await page.getByRole("heading", { name: "smoke_test_total" }).waitFor();
});

Deno.test("smoke-test.sh passes against four that run", async () => {
  await using errors = await startProgram({ command: ["errors", "serve"] });
  await using logs = await startProgram({ command: ["logs", "serve"] });
  await using metrics = await startProgram({ command: ["metrics", "serve"] });
  await using relay = await startProgram({
    command: ["relay", "serve"],
    env: {
      ...{ ERROR_TRACKER_URL: errors.url, ERROR_TRACKER_API_KEY: API_KEY },
      ...{ METRICS_COLLECTOR_URL: metrics.url, METRICS_COLLECTOR_API_KEY: API_KEY },
    },
  });
  const { code, output } = await sh("smoke-test.sh", [], {
    ...CLEAN,
    ...{ ERROR_TRACKER_URL: errors.url, LOG_VIEWER_URL: logs.url },
    ...{ METRICS_COLLECTOR_URL: metrics.url, BROWSER_RELAY_URL: relay.url },
    ...{ API_KEY, LOG_SOURCES: logs.logSources },
  });
  assert.equal(code, 0, output);
});

Deno.test("smoke-test.sh takes the right key of secrets.env, and sees where one is everything", async () => {
  await using folder = await makeFolder();
  const SECRETS = `${folder.path}/secrets.env`;
  assert.equal((await sh("make-secrets.sh", [SECRETS])).code, 0);
  const [, key = ""] = /^API_KEY=(.*)$/m.exec(await Deno.readTextFile(SECRETS)) ?? [];
  await using program = await startProgram({ env: { API_KEY: key } });
  // As on port 5010, where no address is given.
  const env = { ...CLEAN, SECRETS, ERROR_TRACKER_URL: program.url };
  const { code, output } = await sh("smoke-test.sh", [], env);
  assert.equal(code, 0, output);
  assert.match(output, /^ok {4}monlight: the page \/dashboard$/m);
});

Deno.test("smoke-test.sh tells what does not work, and fails", async () => {
  await using program = await startProgram();
  const { code, output } = await sh("smoke-test.sh", [], {
    ...CLEAN,
    ...{ MONLIGHT_URL: program.url, API_KEY: "another-key" },
  });
  assert.equal(code, 1);
  assert.match(output, /^FAIL {2}a new error is created: got '401', wants '201'/m);
  assert.match(output, /\d+ ok, [1-9]\d* failed/);
});

/** The first of four ports in a row that nobody uses now. */
function freePorts(): number {
  while (true) {
    const listeners: Deno.TcpListener[] = [];
    try {
      listeners.push(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
      const first = listeners[0]?.addr.port ?? 0;
      for (const offset of [1, 2, 3]) {
        listeners.push(Deno.listen({ hostname: "127.0.0.1", port: first + offset }));
      }
      return first;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    } finally {
      for (const listener of listeners) listener.close();
    }
  }
}

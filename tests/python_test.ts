/** The Python package: its own checks and tests, and what a user of it does first. */
import assert from "node:assert/strict";
import { Api } from "./apptest/support/api.ts";
import { signIn } from "./apptest/support/browser_session.ts";
import { makeFolder } from "./cli/commands.ts";
import { startProcess } from "./cli/process.ts";
import { blocks } from "./docs/markdown.ts";
import { startProgram } from "./support/program.ts";
import { findPython, makeEnvironment, PACKAGE, run, testEnvironment } from "./support/python.ts";

Deno.test("clients/python is formatted, linted and typed", async (t) => {
  const python = await testEnvironment();
  const module = (...words: readonly string[]) =>
    t.step(words.join(" "), async () => {
      await run(python, ["-m", ...words], { cwd: PACKAGE });
    });
  await module("ruff", "format", "--check", ".");
  await module("ruff", "check", ".");
  await module("mypy");
});

Deno.test("clients/python passes its tests, which cover over 90 % of its lines", async () => {
  const python = await testEnvironment();
  await using folder = await makeFolder();
  const said = await run(python, ["-m", "pytest", "--cov", "-p", "no:cacheprovider"], {
    cwd: PACKAGE,
    env: { MONLIGHT_DENO: Deno.execPath(), COVERAGE_FILE: `${folder.path}/coverage` },
  });
  assert.match(said, /\d+ passed/);
  assert.doesNotMatch(said, /\d+ (skipped|xfailed|deselected)/);
});

Deno.test("pip install clients/python[fastapi], the README's example, and the error is in the web interface", async () => {
  await using program = await startProgram();
  await using folder = await makeFolder();
  const python = await makeEnvironment(await findPython(), `${folder.path}/venv`, [
    `${PACKAGE}[fastapi]`,
    "uvicorn",
  ]);
  const [example = ""] = blocks(await Deno.readTextFile(`${PACKAGE}/README.md`), "python");
  await Deno.writeTextFile(`${folder.path}/app.py`, example);
  await using server = startProcess(python, ["-m", "uvicorn", "app:app", "--port", "0"], {
    cwd: folder.path,
    env: { MONLIGHT_URL: program.url, MONLIGHT_API_KEY: program.apiKey },
  });
  const [, url] = await server.says(/running on (http:\S+)/);
  const answer = await fetch(`${url}/orders/0`);
  assert.equal(answer.status, 500);
  assert.deepEqual(await answer.json(), { detail: "Internal server error" });
  // Its end sends what waits.
  await server.stop();

  const cookie = await signIn(await Api.of(program));
  const page = await (await fetch(`${program.url}/errors`, { headers: { cookie } })).text();
  assert.match(page, /ZeroDivisionError/);
  assert.match(page, /app\.py/);
  const dashboard = await (await program.fetch("/api/dashboard?period=1h&project=shop")).json();
  const [endpoint] = dashboard.top_endpoints;
  assert.deepEqual(
    [endpoint.endpoint, endpoint.requests, endpoint.error_rate],
    ["/orders/{order_id}", 1, 1],
  );
});

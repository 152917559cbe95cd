/** Holds the examples of the HTTP API in README and in `docs/` to what the program does. */
import assert from "node:assert/strict";
import { blocks, codeSpans, section, tableRows } from "./docs/markdown.ts";
import { DockerLog } from "./support/docker_logs.ts";
import { startProgram } from "./support/program.ts";

const page = (name: string) => Deno.readTextFile(new URL(`../${name}`, import.meta.url));
const [readme, errors, logs, metrics, operations, reference] = await Promise.all([
  page("README.md"),
  page("docs/errors.md"),
  page("docs/logs.md"),
  page("docs/metrics.md"),
  page("docs/operations.md"),
  page("docs/api.md"),
]);

interface OpenApiOperation {
  readonly responses: Readonly<Record<string, unknown>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}

Deno.test("README and docs/ tell the API as the program does, and their examples work", async (t) => {
  await using program = await startProgram();
  const response = await program.fetch("/api/openapi.json");
  const document: OpenApi = await response.json();

  await t.step("README names only routes that exist", () => {
    const rows = tableRows(section(readme, "## HTTP API")).map(([, where = ""]) => where);
    const routes = rows.flatMap(codeSpans).filter((span) => /^[A-Z]+ \//.test(span));
    assert.ok(routes.length > 5);
    for (const route of routes) {
      const [method = "", path = ""] = route.split(" ");
      assert.ok(document.paths[path]?.[method.toLowerCase()], `README: no route ${route}`);
    }
  });

  await t.step("the answers for logs are as the text shows", async () => {
    const text = section(logs, "## Read over HTTP");
    const [shown = ""] = blocks(text, "json");
    const { logs: [{ container, stream, timestamp, raw }] } = JSON.parse(shown);
    using log = new DockerLog(program.logSources, container);
    log.write(stream, raw, Date.parse(timestamp));
    const answers = [...text.matchAll(/^# (\{.*\})$/gm)].map(([, json = ""]) => JSON.parse(json));
    const [path = ""] = /\/api\/logs\?[^']+/.exec(blocks(text, "sh")[0] ?? "") ?? [];
    const ask = async (path: string) => await (await program.fetch(path)).json();
    while ((await ask(path)).total === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(await ask(path), JSON.parse(shown));
    assert.deepEqual([await ask("/api/containers"), await ask("/api/stats")], answers);
  });

  await t.step("the answers for metrics are as the text shows", async () => {
    const ask = async (path: string) => await (await program.fetch(path)).json();
    const [curl = ""] = blocks(metrics, "sh");
    const body = /-d '([\s\S]*?)'\n/.exec(curl)?.[1] ?? "";
    const answer = await program.fetch("/api/metrics", { method: "POST", body });
    assert.equal(await answer.text(), /^# (.*)$/m.exec(curl)?.[1]);
    const query = section(metrics, "## Query: `GET /api/metrics`");
    const [path = ""] = /\/api\/metrics\?[^']+/.exec(blocks(query, "sh")[0] ?? "") ?? [];
    const [shown = ""] = blocks(query, "json");
    assert.deepEqual(withoutTimes(await ask(path)), withoutTimes(JSON.parse(shown)));
    const others = [...query.matchAll(/:5010(\/api\/[^'\n]+)'?\n# (\{.*\})$/gm)];
    assert.equal(others.length, 4);
    for (const [, path = "", json = ""] of others) {
      assert.deepEqual(withoutTimes(await ask(path)), withoutTimes(JSON.parse(json)), path);
    }
    const [dashboard = ""] = blocks(section(metrics, "## Dashboard: `GET /api/dashboard`"), "json");
    const told = withoutTimes(JSON.parse(dashboard));
    assert.deepEqual(withoutTimes(await ask("/api/dashboard?period=1h")), told);
  });

  await t.step("the health is as the text shows", async () => {
    const [, json = ""] = /^# (\{.*\})$/m.exec(section(operations, "## Health and metrics")) ?? [];
    const health = await (await program.fetch("/health")).json();
    assert.deepEqual(withoutTimes(health), withoutTimes(JSON.parse(json)));
  });

  await t.step("every status that a failure can have", () => {
    const told = new Set(tableRows(section(reference, "## Failures")).map(([status]) => status));
    const failures = Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ responses }) => Object.keys(responses).filter((status) => Number(status) >= 400));
    assert.deepEqual([...new Set(failures)].filter((status) => !told.has(status)), []);
  });

  await t.step("the first report is accepted as the texts say", async () => {
    const text = section(readme, "## Report an error");
    const [curl = ""] = blocks(text, "sh");
    assert.equal(blocks(section(errors, "## Report an error"), "sh")[0], curl);
    const body = /-d '([\s\S]*?)'\n/.exec(curl)?.[1] ?? "";
    const answers = [];
    for (let times = 0; times < 2; times++) {
      const answer = await program.fetch("/api/errors", { method: "POST", body });
      answers.push(await answer.json());
    }
    const [json = ""] = blocks(text, "json");
    const first = JSON.parse(json);
    assert.deepEqual(answers, [first, { ...first, status: "incremented", count: 2 }]);
  });

  await t.step("the answer of the list has the fields that the text shows", async () => {
    const answer = await program.fetch("/api/errors?project=shop&limit=1");
    const [json = ""] = blocks(section(errors, "## Read over HTTP"), "json");
    const shown = JSON.parse(json);
    const real = await answer.json();
    assert.deepEqual(withoutTimes(real), withoutTimes(shown));
  });

  await t.step("the JavaScript reports", async () => {
    const [script = ""] = blocks(errors, "js");
    const path = await Deno.makeTempFile({ suffix: ".mjs" });
    await Deno.writeTextFile(path, script.replaceAll("http://localhost:5010", program.url));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-config", path],
      env: { MONLIGHT_API_KEY: program.apiKey },
    }).output();
    await Deno.remove(path);
    assert.ok(success, new TextDecoder().decode(stderr));
    const found = await program.fetch("/api/errors?environment=staging&search=SyntaxError");
    assert.equal((await found.json()).total, 1);
  });
});

/**
 * The same with one word for every time and rate, which depends on it, and counts by hour summed up: an hour
 * may just have ended.
 */
function withoutTimes(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (name, value) => {
    if (typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return "a time";
    if (name === "rate") return "a rate";
    if (name !== "hourly_counts" || !Array.isArray(value)) return value;
    return { hours: value.length, sum: value.reduce((sum, count) => sum + count, 0) };
  });
}

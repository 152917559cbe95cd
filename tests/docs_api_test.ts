/** Holds what README tells of the HTTP API to what the program does: routes, parameters, examples. */
import assert from "node:assert/strict";
import { blocks, codeSpans, section, tableRows } from "./docs/markdown.ts";
import { DockerLog } from "./support/docker_logs.ts";
import { startProgram } from "./support/program.ts";

const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));

/** Routes whose parameters have a table, and the words of its heading. */
const LISTS = [["List", "/api/errors"], ["Logs", "/api/logs"], ["Query", "/api/metrics"]] as const;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

interface Fields {
  readonly required: readonly string[];
  readonly properties: Readonly<
    Record<string, { readonly maxLength?: number; readonly description?: string }>
  >;
}

interface OpenApiOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, {
        readonly schema: Fields & { readonly items?: Fields };
      }>
    >;
  };
  readonly responses: Readonly<Record<string, unknown>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}

Deno.test("README tells the API as the program does, and its examples work", async (t) => {
  await using program = await startProgram();
  const response = await program.fetch("/api/openapi.json");
  const document: OpenApi = await response.json();
  const api = section(readme, "## HTTP API");

  await t.step("every route with its statuses of success, and no other", () => {
    const told = tableRows(api)
      .filter(([route = ""]) => /^`[A-Z]+ \//.test(route))
      .map(([route = "", success = ""]) => `${codeSpans(route)[0]}: ${success}`);
    const expected = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { responses }]) => {
        const success = Object.keys(responses).filter((status) => Number(status) < 400);
        return `${method.toUpperCase()} ${path}: ${success.join(", ")}`;
      })
    );
    assert.deepEqual(told.sort(), expected.sort());
  });

  await t.step("every field of a report, and how long it may be", () => {
    const schema = document.paths["/api/errors"]?.post?.requestBody?.content["application/json"]
      ?.schema;
    assert.ok(schema);
    const told = tableRows(section(readme, "### Report: `POST /api/errors`")).map(
      ([field = "", required = "", text = ""]) => [
        codeSpans(field)[0],
        required === "required",
        /(?:at most|cut after) \d+ characters/.exec(text)?.[0],
      ],
    );
    const expected = Object.entries(schema.properties).map(([name, field]) => [
      name,
      schema.required.includes(name),
      field.maxLength === undefined ? field.description : `at most ${field.maxLength} characters`,
    ]);
    assert.deepEqual(told, expected);
  });

  await t.step("every parameter of the lists, with its default", () => {
    for (const [word, path] of LISTS) {
      const parameters = document.paths[path]?.get?.parameters ?? [];
      const told = tableRows(section(readme, `### ${word}: \`GET ${path}\``));
      assert.deepEqual(
        told.map(([name = ""]) => codeSpans(name)[0]).sort(),
        parameters.map(({ name }) => name).sort(),
      );
      for (const { name, schema } of parameters) {
        const row = told.find(([cell = ""]) => cell === `\`${name}\``);
        const words = Array.isArray(schema.enum) ? schema.enum : [];
        assert.deepEqual(words.filter((word) => !row?.[2]?.includes(`\`${word}\``)), [], name);
        if (schema.default !== undefined) assert.equal(row?.[1], `\`${schema.default}\``, name);
      }
    }
  });

  await t.step("the answers for logs are as the text shows", async () => {
    const text = section(readme, "### Logs: `GET /api/logs`");
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

  await t.step("every field of a sample, and how long it may be", () => {
    const { items } = document.paths["/api/metrics"]?.post?.requestBody?.content["application/json"]
      ?.schema ?? {};
    assert.ok(items);
    const told = tableRows(section(readme, "### Samples: `POST /api/metrics`"));
    assert.deepEqual(
      told.map(([field = "", required]) => [codeSpans(field)[0], required === "required"]),
      Object.keys(items.properties).map((name) => [name, items.required.includes(name)]),
    );
    for (const [index, { maxLength }] of Object.values(items.properties).entries()) {
      const length = /^at most (\d+) characters/.exec(told[index]?.[2] ?? "")?.[1];
      assert.equal(length, maxLength === undefined ? undefined : `${maxLength}`);
    }
  });

  await t.step("the answers for metrics are as the text shows", async () => {
    const ask = async (path: string) => await (await program.fetch(path)).json();
    const [curl = ""] = blocks(section(readme, "## Metrics"), "sh");
    const body = /-d '([\s\S]*?)'\n/.exec(curl)?.[1] ?? "";
    const answer = await program.fetch("/api/metrics", { method: "POST", body });
    assert.equal(await answer.text(), /^# (.*)$/m.exec(curl)?.[1]);
    const query = section(readme, "### Query: `GET /api/metrics`");
    const [path = ""] = /\/api\/metrics\?[^']+/.exec(blocks(query, "sh")[0] ?? "") ?? [];
    const [shown = ""] = blocks(query, "json");
    assert.deepEqual(withoutTimes(await ask(path)), withoutTimes(JSON.parse(shown)));
    const others = [...query.matchAll(/:5010(\/api\/[^'\n]+)'?\n# (\{.*\})$/gm)];
    assert.equal(others.length, 4);
    for (const [, path = "", json = ""] of others) {
      assert.deepEqual(withoutTimes(await ask(path)), withoutTimes(JSON.parse(json)), path);
    }
    const [dashboard = ""] = blocks(section(readme, "### Dashboard: `GET /api/dashboard`"), "json");
    const told = withoutTimes(JSON.parse(dashboard));
    assert.deepEqual(withoutTimes(await ask("/api/dashboard?period=1h")), told);
  });

  await t.step("the health is as the text shows", async () => {
    const [, json = ""] = /^# (\{.*\})$/m.exec(section(readme, "### Health: `GET /health`")) ?? [];
    const health = await (await program.fetch("/health")).json();
    assert.deepEqual(withoutTimes(health), withoutTimes(JSON.parse(json)));
  });

  await t.step("every status that a failure can have", () => {
    const told = new Set(tableRows(section(readme, "### Failures")).map(([status]) => status));
    const failures = Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ responses }) => Object.keys(responses).filter((status) => Number(status) >= 400));
    assert.deepEqual([...new Set(failures)].filter((status) => !told.has(status)), []);
  });

  await t.step("the first report is accepted as the text says", async () => {
    const [curl = ""] = blocks(section(readme, "## Report an error"), "sh");
    const body = /-d '([\s\S]*?)'\n/.exec(curl)?.[1] ?? "";
    const answers = [];
    for (let times = 0; times < 2; times++) {
      const answer = await program.fetch("/api/errors", { method: "POST", body });
      answers.push(await answer.json());
    }
    const [json = ""] = blocks(section(readme, "## Report an error"), "json");
    const first = JSON.parse(json);
    assert.deepEqual(answers, [first, { ...first, status: "incremented", count: 2 }]);
  });

  await t.step("the answer of the list has the fields that the text shows", async () => {
    const answer = await program.fetch("/api/errors?project=shop&limit=1");
    const [json = ""] = blocks(section(readme, "### List: `GET /api/errors`"), "json");
    const shown = JSON.parse(json);
    const real = await answer.json();
    assert.deepEqual(withoutTimes(real), withoutTimes(shown));
  });

  await t.step("the JavaScript reports", async () => {
    const [script = ""] = blocks(readme, "js");
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

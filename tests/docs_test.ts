/** Holds the Markdown files to what the program says of itself: settings, flags, routes, tasks, links. */
import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };
import { anchors, blocks, codeSpans, section, tableRows, withoutBlocks } from "./docs/markdown.ts";
import { type FlagHelp, readHelp } from "./docs/program_help.ts";
import { startProgram } from "./support/program.ts";

const root = new URL("../", import.meta.url);
const FILES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"] as const;

const read = (path: string) => Deno.readTextFile(new URL(path, root));
const documents = new Map(
  await Promise.all(FILES.map(async (name) => [name, await read(name)] as const)),
);
const readme = documents.get("README.md") ?? "";

const flags = await readHelp();
const commands = [...flags.keys()];

function flagsOf(command: string): readonly FlagHelp[] {
  const found = flags.get(command);
  assert.ok(found, `No command ${command}`);
  return found;
}

Deno.test("README lists every setting of the serving commands, and no other, with its default", () => {
  const told = tableRows(section(readme, "## Configuration"))
    .filter((cells) => /^`[A-Z_]+`/.test(cells[0] ?? ""))
    .map(settingTold);
  const alone = withVariables("errors serve");
  const together = withVariables("serve");
  const expected = together.map(({ variables, fallback, required }) => {
    const same = alone.find((one) => variables.includes(`ERRORS_${one.variables[0]}`)) ??
      alone.find((one) => variables.includes(one.variables[0] ?? ""));
    const fallbacks = [same?.fallback, fallback].filter((one) => typeof one === "string");
    return {
      alone: [...same?.variables ?? []].sort(),
      together: [...variables].sort(),
      fallbacks: [...new Set(fallbacks)].sort(),
      required,
    };
  });
  assert.deepEqual(
    told.map((one) => JSON.stringify(one)).sort(),
    expected.map((one) => JSON.stringify(one)).sort(),
  );
  assert.equal(expected.filter((one) => one.alone.length > 0).length, alone.length);
});

/** A row of the table of settings, its shorthands written out. */
function settingTold([variable = "", there = "", fallback = ""]: readonly string[]) {
  const [name = "", file] = codeSpans(variable);
  const withFile = (one: string) => file === "_FILE" ? [one, `${one}_FILE`] : [one];
  const others = codeSpans(there);
  if (/^the same|^only there$/.test(there)) others.push(name);
  return {
    alone: there === "only there" ? [] : withFile(name).sort(),
    together: others.flatMap(withFile).sort(),
    fallbacks: codeSpans(fallback).sort(),
    required: fallback === "required",
  };
}

function withVariables(command: string): FlagHelp[] {
  return flagsOf(command).filter(({ variables }) => variables.length > 0);
}

Deno.test("README lists every flag of the other commands, and no other", () => {
  const told = tableRows(section(readme, "### Commands")).map((cells) =>
    cells.slice(0, 4).map((cell) => codeSpans(cell)[0] ?? "–").join(" ")
  );
  const expected = commands.filter((command) => !SERVING.includes(command)).flatMap((command) =>
    flagsOf(command).map(({ flag, variables, fallback }) => {
      // A default that takes words to tell is in the last column.
      const shown = fallback === null || fallback.includes(" ") ? "–" : fallback;
      return `monlight ${command} ${flag} ${variables[0] ?? "–"} ${shown}`;
    })
  );
  assert.deepEqual(told.sort(), expected.sort());
});

/** Commands that take the settings. */
const SERVING = ["start", "serve", "errors serve"];

/** Flags of other programs that the pages speak of. */
const FOREIGN_FLAGS = new Set([
  "--v8-flags",
  "--max-semi-space-size",
  "--max-old-space-size",
  "--target",
]);

for (const [name, text] of documents) {
  Deno.test(`${name} mentions only commands and flags of monlight that exist`, () => {
    for (const words of invocations(text)) {
      const command = commands.toSorted((one, other) => other.length - one.length)
        .find((one) => `${words} `.startsWith(`${one} `));
      if (words === "" || /^(help( |$)|--version$|<)/.test(words)) continue;
      assert.ok(command, `${name}: no command \`monlight ${words}\``);
      for (const flag of words.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? []) {
        const known = flagsOf(command).some((one) => one.flag === flag);
        assert.ok(known, `${name}: \`monlight ${command}\` has no flag ${flag}`);
      }
    }
    const all = new Set([...flags.values()].flat().map(({ flag }) => flag));
    for (const span of codeSpans(text)) {
      const flag = /^--[a-z][a-z0-9-]*/.exec(span)?.[0];
      if (flag === undefined || FOREIGN_FLAGS.has(flag)) continue;
      assert.ok(all.has(flag), `${name}: no command has the flag ${flag}`);
    }
  });

  Deno.test(`${name} mentions only tasks that deno.json has`, () => {
    const tasks = Object.keys(config.tasks);
    const named = [...text.matchAll(/\btask ([a-z][a-z:]*)(?=[\s`,.;)]|$)/gm)]
      .filter((match) => /deno(@[\d.]+)? task |`task /.test(context(text, match.index)));
    for (const match of named) {
      assert.ok(tasks.includes(match[1] ?? ""), `${name}: no task ${match[1]}`);
    }
  });

  Deno.test(`${name} links only to what is there`, async () => {
    const prose = withoutBlocks(text);
    const targets = [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
      .map((match) => match[1] ?? match[2] ?? "")
      .filter((target) => !/^[a-z]+:/.test(target));
    for (const target of targets) {
      const [path = "", anchor] = target.split("#");
      const content = path === "" ? text : await readLinked(path);
      assert.notEqual(content, null, `${name}: no file ${path}`);
      if (anchor === undefined || content === null) continue;
      assert.ok(anchors(content).has(anchor), `${name}: nothing at ${target}`);
    }
  });

  Deno.test(`${name} names only files that exist`, async () => {
    const paths = codeSpans(text).filter((span) =>
      /^(cli\.ts|(commands|core|ui|deploy|tests|\.ci|\.github)\/)[\w./-]*$/.test(span)
    );
    for (const path of paths) {
      // An example of a file that a reader would add.
      if (/\/0002_/.test(path)) continue;
      assert.ok(await exists(path), `${name}: no ${path}`);
    }
  });
}

/** A few characters before a place. */
function context(text: string, at: number): string {
  return text.slice(Math.max(0, at - 12), at + 5);
}

/** Everything after `monlight` where a text calls it, in blocks and in code spans. */
function invocations(text: string): string[] {
  const lines = ["sh", "crontab", "ini"].flatMap((language) =>
    blocks(text, language).flatMap((block) => block.replaceAll("\\\n", " ").split("\n"))
  );
  return [...lines, ...codeSpans(text)].flatMap((line) => {
    const words = line.replace(/(^|\s)#.*$/, "").replace(/'.*'/, "");
    const call = /(?:^|\s|=|\/)monlight(?: (.*))?$/.exec(words.trim());
    const isCall = call && !/\b(job_name|Description|StateDirectory)/.test(line);
    return isCall ? [(call[1] ?? "").trim()] : [];
  });
}

async function readLinked(path: string): Promise<string | null> {
  return await exists(path) ? await read(path) : null;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(new URL(path, root));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

interface OpenApiOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, {
        readonly schema: {
          readonly required: readonly string[];
          readonly properties: Readonly<
            Record<string, { readonly maxLength?: number; readonly description?: string }>
          >;
        };
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

  await t.step("every parameter of the list, with its default", () => {
    const parameters = document.paths["/api/errors"]?.get?.parameters ?? [];
    const told = tableRows(section(readme, "### List: `GET /api/errors`"));
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

/** The same with one word for every time, and counts by hour summed up: an hour may just have ended. */
function withoutTimes(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (name, value) => {
    if (typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return "a time";
    if (name !== "hourly_counts" || !Array.isArray(value)) return value;
    return { hours: value.length, sum: value.reduce((sum, count) => sum + count, 0) };
  });
}

Deno.test("one version of Deno is named everywhere", async () => {
  const files = [
    ...FILES,
    ".ci/run",
    ".github/workflows/test.yml",
    ".github/workflows/release.yml",
  ];
  for (const file of files) {
    const text = await read(file);
    for (const match of text.matchAll(/\b(?:deno@|deno-version: |Deno )(\d+\.\d+\.\d+)/g)) {
      assert.equal(match[1], Deno.version.deno, `${file}: ${match[0]}`);
    }
  }
});

Deno.test("the changelog has a section for the version, or one of what is not released", () => {
  const changelog = documents.get("CHANGELOG.md") ?? "";
  const released = new RegExp(`^## \\[${config.version.replaceAll(".", "\\.")}\\]`, "m");
  assert.ok(released.test(changelog) || /^## \[?Unreleased/m.test(changelog));
});

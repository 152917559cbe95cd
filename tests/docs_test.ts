/** Holds the Markdown files to what the program says of itself: settings, flags, tasks, links. */
import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };
import { anchors, blocks, codeSpans, section, tableRows, withoutBlocks } from "./docs/markdown.ts";
import { type FlagHelp, readHelp } from "./docs/program_help.ts";
import { exists } from "./support/exists.ts";

const root = new URL("../", import.meta.url);
const FILES = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"],
  ...[...Deno.readDirSync(new URL("../docs", import.meta.url))]
    .flatMap(({ name }) => name.endsWith(".md") ? [`docs/${name}`] : []).sort(),
];

const read = (path: string) => Deno.readTextFile(new URL(path, root));
const documents = new Map(
  await Promise.all(FILES.map(async (name) => [name, await read(name)] as const)),
);
const readme = documents.get("README.md") ?? "";
const operations = documents.get("docs/operations.md") ?? "";

const flags = await readHelp();
const commands = [...flags.keys()];

function flagsOf(command: string): readonly FlagHelp[] {
  const found = flags.get(command);
  assert.ok(found, `No command ${command}`);
  return found;
}

Deno.test("README tells settings that `monlight serve` has, with their defaults", () => {
  const settings = flagsOf("serve");
  const told = tableRows(section(readme, "## Configuration"))
    .filter(([variable = ""]) => /^`[A-Z_]+`/.test(variable));
  assert.ok(told.length > 10, "README's table of settings is not found");
  for (const [variable = "", fallback = "", text = ""] of told) {
    const [name = "", ...others] = codeSpans(variable);
    const setting = settings.find(({ variables }) => variables.includes(name));
    assert.ok(setting, `README: no setting ${name}`);
    for (const other of others) assert.ok(setting.variables.includes(other), `README: ${other}`);
    const expected = setting.required ? "required" : setting.fallback ?? "";
    assert.equal(codeSpans(fallback)[0] ?? fallback, expected, `README: the default of ${name}`);
    for (const named of codeSpans(text).filter((span) => /^[A-Z]+_[A-Z_]+$/.test(span))) {
      const exists = settings.some(({ variables }) => variables.includes(named));
      assert.ok(exists, `README: no setting ${named}`);
    }
  }
});

Deno.test("docs/operations.md names every command", () => {
  const table = tableRows(section(operations, "## Commands")).map(([cell = ""]) => cell).join();
  const services = ["logs serve", "metrics serve", "relay serve"]; // “and the same of …”.
  for (const command of commands.filter((one) => !services.includes(one))) {
    assert.ok(table.includes(`\`monlight ${command}\``), `docs/operations.md: no ${command}`);
  }
});

Deno.test("docs/architecture.md says what each dependency is for, and names no other", () => {
  const text = section(documents.get("docs/architecture.md") ?? "", "## Why these dependencies");
  const names = Object.keys(config.imports).map((name) =>
    /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? ""
  );
  const told = codeSpans(text);
  assert.deepEqual(names.filter((name) => !told.includes(name)), []);
  const rows = tableRows(text).flatMap(([cell = ""]) => codeSpans(cell));
  assert.deepEqual(rows.filter((name) => ![...names, "node:sqlite"].includes(name)), []);
});

/** Flags of other programs that the pages speak of. */
const FOREIGN_FLAGS = new Set([
  "--v8-flags",
  "--max-semi-space-size",
  "--max-old-space-size",
  "--optimize-for-size",
  "--expose-gc",
  "--target",
  // docker, docker compose, and the scripts of deploy/.
  ...["--build-arg", "--env-file", "--compose", "--image", "--build", "--start"],
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
      const content = path === "" ? text : await readLinked(name, path);
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
      assert.ok(await exists(new URL(path, root)), `${name}: no ${path}`);
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

/** What a page links to, as a path from where the page is. */
async function readLinked(page: string, path: string): Promise<string | null> {
  const { pathname } = new URL(path, new URL(page, "file:///"));
  const target = pathname.slice(1);
  return await exists(new URL(target, root)) ? await read(target) : null;
}

Deno.test("one version of Deno is named everywhere", async () => {
  const files = [
    ...FILES,
    ".ci/run",
    ".github/workflows/python.yml",
    ".github/workflows/test.yml",
    ".github/workflows/release.yml",
    ".github/workflows/js.yml",
    "deploy/Dockerfile",
  ];
  for (const file of files) {
    const text = await read(file);
    for (
      const match of text.matchAll(/\b(?:deno@|deno-version: |Deno |DENO_VERSION=)(\d+\.\d+\.\d+)/g)
    ) {
      assert.equal(match[1], Deno.version.deno, `${file}: ${match[0]}`);
    }
  }
});

Deno.test("the changelog has a section for the version, or one of what is not released", () => {
  const changelog = documents.get("CHANGELOG.md") ?? "";
  const released = new RegExp(`^## \\[${config.version.replaceAll(".", "\\.")}\\]`, "m");
  assert.ok(released.test(changelog) || /^## \[?Unreleased/m.test(changelog));
});

/** Holds the Markdown files to what the program says of itself: settings, flags, tasks, links. */
import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };
import { anchors, blocks, codeSpans, section, tableRows, withoutBlocks } from "./docs/markdown.ts";
import { type FlagHelp, readHelp } from "./docs/program_help.ts";

const root = new URL("../", import.meta.url);
const FILES = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"],
  ...["getting-started", "configuration", "api", "operations", "sdks", "architecture", "comparison"]
    .map((page) => `docs/${page}.md`),
];

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

/** Where README tells the settings of a service, and the prefix that they have in `monlight serve`. */
const SERVICES = [
  { name: "errors", heading: "### Settings of the Error Tracker", prefix: "ERRORS_" },
  { name: "logs", heading: "### Settings of the Log Viewer", prefix: "LOGS_" },
  { name: "metrics", heading: "### Settings of the Metrics Collector", prefix: "METRICS_" },
  { name: "relay", heading: "### Settings of the Browser Relay", prefix: "RELAY_" },
] as const;

const together = withVariables("serve");
/** By the strongest name; others may look so, as `METRICS_COLLECTOR_URL` of the relay does. */
const hasPrefix = ({ variables: [first = ""] }: FlagHelp, prefix: string) =>
  first.startsWith(prefix);

for (const { name, heading, prefix } of SERVICES) {
  Deno.test(`README lists every setting of monlight ${name} serve with its defaults, and no other`, () => {
    const own = together.filter((one) => hasPrefix(one, prefix));
    const alone = withVariables(`${name} serve`).filter((one) =>
      own.some(({ variables }) => variables.includes(prefix + one.variables[0]))
    );
    assert.equal(own.length, alone.length);
    const expected = own.map(({ variables, fallback }) => {
      const same = alone.find((one) => variables.includes(prefix + one.variables[0]));
      return settingExpected(same, { variables, fallback });
    });
    assert.deepEqual(settingsTold(heading), expected.sort());
  });
}

Deno.test("README lists every setting of the process with its defaults, and no other", () => {
  const expected = together
    .filter((one) => !SERVICES.some(({ prefix }) => hasPrefix(one, prefix)))
    .map((one) => {
      const [first, ...others] = SERVICES.map(({ name }) =>
        withVariables(`${name} serve`).find(({ flag }) => flag === one.flag)
      );
      // The key of the relay alone has another name, and stands among its own settings.
      const alike = one.flag === "--api-key" ? others.slice(0, -1) : others;
      for (const other of alike) assert.deepEqual(other, first, "every service has it alike");
      return settingExpected(first, one);
    });
  assert.deepEqual(settingsTold("### Settings of the process"), expected.sort());
});

/** The rows of a table of settings, each in one line. */
function settingsTold(heading: string): readonly string[] {
  return tableRows(section(readme, heading)).map((row) => JSON.stringify(settingTold(row))).sort();
}

/** What README must tell of a setting: as it is served alone, and with the others. */
function settingExpected(
  alone: FlagHelp | undefined,
  together: Pick<FlagHelp, "variables" | "fallback">,
): string {
  const fallbacks = [alone?.fallback, together.fallback].filter((one) => typeof one === "string");
  return JSON.stringify({
    alone: [...alone?.variables ?? []].sort(),
    together: [...together.variables].sort(),
    fallbacks: [...new Set(fallbacks)].sort(),
    required: alone?.required ?? false,
  });
}

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
    required: /^required/.test(fallback),
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
const SERVING = ["start", "serve", ...SERVICES.map(({ name }) => `${name} serve`)];

/** Flags of other programs that the pages speak of. */
const FOREIGN_FLAGS = new Set([
  "--v8-flags",
  "--max-semi-space-size",
  "--max-old-space-size",
  "--optimize-for-size",
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

/** What a page links to, as a path from where the page is. */
async function readLinked(page: string, path: string): Promise<string | null> {
  const { pathname } = new URL(path, new URL(page, "file:///"));
  const target = pathname.slice(1);
  return await exists(target) ? await read(target) : null;
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

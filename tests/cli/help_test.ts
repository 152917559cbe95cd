import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { expectSuccess, monlight, oneLine } from "./commands.ts";

/** To write it anew: `UPDATE_GOLDEN=1 deno test -A tests/cli/help_test.ts`. */
const GOLDEN = new URL("./help.txt", import.meta.url);

const COMMANDS = [
  "",
  "start",
  "serve",
  "errors",
  "errors serve",
  "errors export",
  "logs",
  "logs serve",
  "logs export",
  "metrics",
  "metrics serve",
  "metrics export",
  "relay",
  "relay serve",
  "sourcemaps",
  "sourcemaps upload",
  "backup",
  "restore",
  "migrate",
  "healthcheck",
  "doctor",
];

Deno.test("help tells every command's flags with their variables and defaults", async () => {
  let told = "";
  for (const command of COMMANDS) {
    const words = command === "" ? [] : command.split(" ");
    const text = expectSuccess(await monlight([...words, "--help"]));
    told += `$ monlight ${[...words, "--help"].join(" ")}\n${text}\n`;
  }
  if (Deno.env.get("UPDATE_GOLDEN")) await Deno.writeTextFile(GOLDEN, told);
  assert.equal(told, await Deno.readTextFile(GOLDEN));
});

Deno.test("help is asked for in four ways", async () => {
  const text = expectSuccess(await monlight(["backup", "--help"]));
  for (const words of [["help", "backup"], ["backup", "-h"], ["backup", "--quiet", "--help"]]) {
    assert.equal(expectSuccess(await monlight(words)), text, words.join(" "));
  }
  assert.equal(expectSuccess(await monlight([])), expectSuccess(await monlight(["help"])));
});

Deno.test("the version is that of the project", async () => {
  assert.equal(expectSuccess(await monlight(["--version"])), `${config.version}\n`);
});

const WRONG: readonly (readonly [words: string, sentence: string])[] = [
  ["bakcup", 'Unknown command "bakcup"; did you mean "backup"?'],
  ["errors exprot", 'Unknown command "errors exprot"; did you mean "errors export"?'],
  ["erors serve", 'Unknown command "erors"; did you mean "errors"?'],
  ["frobnicate", 'Unknown command "frobnicate"'],
  ["--prot 1", 'Unknown command "--prot"'],
  [
    "serve --prot 1",
    'Unknown flag --prot; did you mean "--port"?; `monlight serve --help` lists them',
  ],
  ["serve -p 1", "Unknown flag -p; `monlight serve --help` lists them"],
  ["backup --quiet=yes", "--quiet takes no value"],
  ["serve here", 'monlight serve does not take "here"'],
  ["restore", "monlight restore needs <file>"],
  ["restore one.db two.db", 'monlight restore does not take "two.db"'],
  ["backup nonsense", 'Unknown service "nonsense"; there are: errors, logs, metrics, relay'],
  ["backup --keep none", '--keep: got "none", wants a whole number from 1 to 100000'],
  [
    "logs export --since yesterday --database-path /dev/null",
    "Query parameter 'since' must be an ISO 8601 date or time, such as 2026-11-20 or " +
    "2026-11-20T17:31:00Z",
  ],
  [
    "metrics export --tier day --database-path /dev/null",
    "Query parameter 'tier' must be one of raw, minute, hour",
  ],
  [
    "errors export --resolved maybe --database-path /dev/null",
    "Query parameter 'resolved' must be one of false, true, all",
  ],
];

for (const [words, sentence] of WRONG) {
  Deno.test(`monlight ${words} ends with code 2 and says what is wrong`, async () => {
    assert.equal(oneLine(await monlight(words.split(" ")), 2), sentence);
  });
}

Deno.test("a flag without its value says what it is for", async () => {
  const line = oneLine(await monlight(["serve", "--port"]), 2);
  assert.match(line, /^--port needs a value: port to listen on/);
});

Deno.test("the first word of a group alone lists the group and ends with code 2", async () => {
  const { code, stdout, stderr } = await monlight(["errors"]);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /errors serve .*\n.*errors export/);
});

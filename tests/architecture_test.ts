/** Holds the directions of the design over the real modules; each rule is shown a break as well. */
import assert from "node:assert/strict";
import {
  type Module,
  readBrowserTests,
  readModules,
  topLevelNames,
} from "./architecture/modules.ts";
import * as rules from "./architecture/rules.ts";

const modules = await readModules(["cli.ts", "commands", "core", "ui"]);

interface Case {
  readonly sentence: string;
  readonly rule: rules.Rule;
  /** Made-up modules, and what the rule must say of them. */
  readonly breaks: readonly { readonly modules: readonly Module[]; readonly says: RegExp }[];
  /** Made-up modules that are near to a break but none. */
  readonly allows: readonly Module[];
}

const CASES: readonly Case[] = [
  {
    sentence: "layers point down: cli, commands, then ui and slices, then what all share",
    rule: rules.layersPointDown,
    breaks: [
      breaking(
        made("core/clock.ts", { imports: ["core/errors/model.ts"] }),
        /shared .* not know slice/,
      ),
      breaking(made("core/errors/a.ts", { types: ["commands/serve.ts"] }), /not know commands/),
      breaking(
        made("ui/page.tsx", { imports: ["commands/version.ts"] }),
        /ui .* not know commands/,
      ),
      breaking(made("cli.ts", { imports: ["core/clock.ts"] }), /cli .* not know shared/),
      breaking(made("commands/a.ts", { imports: ["tests/support/program.ts"] }), /know elsewhere/),
    ],
    allows: [
      made("commands/a.ts", { imports: ["ui/site.tsx", "core/clock.ts", "npm:hono"] }),
      made("ui/a.tsx", { imports: ["core/errors/model.ts"] }),
      made("core/errors/frames/a.ts", { imports: ["core/errors/model.ts", "core/http/body.ts"] }),
    ],
  },
  {
    sentence: "no slice knows another",
    rule: rules.slicesDoNotMeet,
    breaks: [
      breaking(made("core/relay/a.ts", { imports: ["core/errors/ingest.ts"] }), /relay .* errors/),
      breaking(made("core/logs/a.ts", { types: ["core/metrics/model.ts"] }), /logs .* metrics/),
    ],
    allows: [made("core/logs/a.ts", { imports: ["core/logs/b.ts", "core/sqlite/reader.ts"] })],
  },
  {
    sentence: "core draws nothing",
    rule: rules.coreDrawsNothing,
    breaks: [
      breaking(made("core/http/a.ts", { imports: ["npm:preact/jsx-runtime"] }), /move it to ui/),
      breaking(made("core/http/a.ts", { types: ["ui/page.tsx"] }), /move it to ui/),
      breaking(made("core/http/a.tsx", {}), /a\.tsx is JSX in core/),
    ],
    allows: [made("core/http/a.ts", { imports: ["npm:hono"] })],
  },
  {
    sentence: "browsers load nothing of core",
    rule: rules.islandsLoadNoCore,
    breaks: [
      breaking(made("ui/islands/a.ts", { imports: ["core/errors/model.ts"] }), /types only/),
      {
        modules: [
          made("ui/islands/a.ts", { imports: ["ui/format.ts"] }),
          made("ui/format.ts", { imports: ["core/clock.ts"] }),
        ],
        says: /^ui\/format\.ts imports core\/clock\.ts/,
      },
    ],
    allows: [
      made("ui/islands/a.ts", { types: ["core/errors/model.ts"] }),
      made("ui/page.tsx", { imports: ["core/clock.ts"] }),
    ],
  },
  {
    sentence: "SQL is written in stores and migrations alone",
    rule: rules.sqlStaysInStores,
    breaks: [
      breaking(
        made("core/errors/routes.ts", { source: "db.get('SELECT id FROM errors');" }),
        /SQL/,
      ),
      breaking(
        made("commands/a.ts", { source: "db.exec(`DELETE FROM errors WHERE id = ${1}`);" }),
        /SQL/,
      ),
      breaking(made("ui/a.tsx", { source: 'const a = "PRAGMA journal_mode";' }), /SQL/),
    ],
    allows: [
      made("core/errors/alerts_sqlite_store.ts", { source: "db.get('SELECT id FROM errors');" }),
      made("core/errors/a.ts", {
        source: "// SELECT id FROM errors\nsay('Select one from these');",
      }),
    ],
  },
  {
    sentence: "the environment is read in settings alone",
    rule: rules.environmentIsReadOnce,
    breaks: [
      breaking(made("core/http/a.ts", { source: "const a = Deno.env.get('A');" }), /settings/),
      breaking(made("commands/a.ts", { source: "const { env } = Deno;" }), /settings/),
      breaking(made("ui/a.tsx", { source: "const a = process.env.A;" }), /settings/),
    ],
    allows: [
      made("core/settings.ts", { source: "Deno.env.toObject();" }),
      made("core/a.ts", { source: "say('Deno.env'); sources.env.A; Deno.serve({}); // Deno.env" }),
    ],
  },
  {
    sentence: "arguments and exit belong to cli.ts",
    rule: rules.processBelongsToCli,
    breaks: [
      breaking(made("commands/a.ts", { source: "Deno.exit(1);" }), /Deno\.exit/),
      breaking(made("core/a.ts", { source: "const [a] = Deno.args;" }), /Deno\.args/),
    ],
    allows: [made("cli.ts", { source: "Deno.exit(await run(Deno.args));" })],
  },
  {
    sentence: "status codes are chosen in respond.ts alone",
    rule: rules.statusesAreChosenOnce,
    breaks: [
      breaking(made("core/errors/a.ts", { source: "json({}, 202);" }), /json\(\{\}, 202\)/),
      breaking(made("ui/a.tsx", { source: "const a = { status: 404 };" }), /status: 404/),
      breaking(made("core/http/a.ts", { source: "if (answer.status >= 500) retry();" }), /500/),
      breaking(made("core/http/a.ts", { source: "const a = { 200: schema };" }), /200: schema/),
      breaking(made("core/http/a.ts", { source: "[403, 404].includes(status);" }), /403/),
    ],
    allows: [
      made("core/http/respond.ts", { source: "export const OK = 200; const a = { x: 400 };" }),
      made("core/errors/a.ts", {
        source: "json(a, CREATED); cut(text, 200); const a = { max: 300 };",
      }),
    ],
  },
  {
    sentence: "pure modules compute and do nothing else",
    rule: rules.pureModulesOnlyCompute,
    breaks: [
      breaking(made("core/errors/fingerprint.ts", { imports: ["core/sqlite/reader.ts"] }), /pure/),
      breaking(made("core/errors/model.ts", { source: "const a = Date.now();" }), /Date\.now/),
      breaking(made("core/errors/frames/go.ts", { source: "new Date().getTime();" }), /new Date/),
      breaking(made("core/errors/parse.ts", { source: "await fetch('/');" }), /fetch/),
      breaking(
        made("core/errors/alert_mail.ts", { source: "Deno.readTextFileSync('a');" }),
        /Deno\.r/,
      ),
    ],
    allows: [
      made("core/errors/model.ts", {
        types: ["core/sqlite/reader.ts"],
        imports: ["core/failure.ts", "core/clock.ts"],
        source: "new Date(ms).getTime(); const a = { fetch: 1 }; list.fetch();",
      }),
    ],
  },
  {
    sentence: "core takes the time from a clock that it is given",
    rule: rules.clocksAreGiven,
    breaks: [
      breaking(made("core/errors/a.ts", { source: "const a = Date.now();" }), /take a Clock/),
      breaking(made("core/http/a.ts", { source: "const a = new Date();" }), /take a Clock/),
    ],
    allows: [
      made("core/clock.ts", { source: "Date.now();" }),
      made("core/http/a.ts", { source: "performance.now(); new Date(5);" }),
    ],
  },
  {
    sentence: "the start loads none of Node's heavy modules",
    rule: rules.startIsLight,
    breaks: [
      {
        modules: [
          made("cli.ts", { imports: ["core/a.ts"] }),
          made("core/a.ts", { imports: ["node:crypto"] }),
        ],
        says: /^core\/a\.ts imports node:crypto/,
      },
    ],
    allows: [
      made("cli.ts", { imports: ["core/a.ts"], lazy: ["core/lazy.ts"] }),
      made("core/a.ts", { imports: ["node:sqlite"], types: ["node:fs"], lazy: ["node:net"] }),
      made("core/lazy.ts", { imports: ["node:crypto"] }),
    ],
  },
  {
    sentence: "browser tests wait for what follows a click, and match names exactly",
    rule: rules.browserTestsWait,
    breaks: [
      breaking(
        made("tests/e2e/a_test.ts", { source: "new URL(page.url()).search" }),
        /seesAddress/,
      ),
      breaking(made("tests/e2e/a_test.ts", { source: "page.waitForTimeout(100)" }), /seesText/),
      breaking(
        made("tests/e2e/a_test.ts", { source: 'page.getByRole("link", { name: "42" }).click()' }),
        /looks for .*"42"/,
      ),
      breaking(
        made("tests/e2e/a_test.ts", { source: 'page.getByLabel("From").fill("")' }),
        /looks for .*"From"/,
      ),
    ],
    allows: [
      made("tests/e2e/a_test.ts", { source: 'getByRole("link", { name: "42", exact: true })' }),
      made("tests/e2e/a_test.ts", { source: 'x.getByRole("link", { name: "42", exact: true })' }),
      made("tests/e2e/a_test.ts", { source: 'x.getByLabel("From", { exact: true }).fill("")' }),
      made("tests/e2e/a_test.ts", { source: 'x.getByRole("link", { name: /^Context/ })' }),
      made("tests/e2e/visitor.ts", { source: "this.page.url()" }),
    ],
  },
];

const all = [...modules, ...await readBrowserTests()];

for (const { sentence, rule, breaks, allows } of CASES) {
  Deno.test(`architecture: ${sentence}`, () => {
    assert.deepEqual(rule(rule === rules.browserTestsWait ? all : modules), []);
  });

  Deno.test(`architecture: a break is noticed where ${sentence}`, () => {
    for (const { modules, says } of breaks) {
      const problems = rule(modules);
      assert.equal(problems.length, 1, `${modules.map(({ path }) => path)}: ${problems}`);
      assert.match(problems.join(), says);
    }
    assert.deepEqual(rule(allows), []);
  });
}

Deno.test("architecture: the whole program is looked at", () => {
  const paths = new Set(modules.map(({ path }) => path));
  for (const path of ["cli.ts", "commands/serve.ts", "core/clock.ts", "ui/islands/app.ts"]) {
    assert.ok(paths.has(path), path);
  }
  const missing = modules.flatMap(({ imports }) => imports.map(({ target }) => target))
    .filter((target) => /^(core|commands|ui)\/.*\.tsx?$/.test(target) && !paths.has(target));
  assert.deepEqual(missing, []);
});

Deno.test("architecture: the top folder holds what the design names", async () => {
  assert.deepEqual(rules.strangersAtTop(await topLevelNames()), []);
  assert.equal(rules.strangersAtTop(["core", "notes.txt", "README.md"]).length, 1);
});

function made(
  path: string,
  { imports = [], types = [], lazy = [], source = "" }: {
    readonly imports?: readonly string[];
    readonly types?: readonly string[];
    readonly lazy?: readonly string[];
    readonly source?: string;
  },
): Module {
  return {
    path,
    source,
    imports: [
      ...imports.map((target) => ({ target, typesOnly: false, lazy: false })),
      ...types.map((target) => ({ target, typesOnly: true, lazy: false })),
      ...lazy.map((target) => ({ target, typesOnly: false, lazy: true })),
    ],
  };
}

function breaking(module: Module, says: RegExp) {
  return { modules: [module], says };
}

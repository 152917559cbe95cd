/** The directions of the design, each as a check that gives a sentence for every break. */
import { factsOf } from "./facts.ts";
import type { Import, Module } from "./modules.ts";

/** Folders of `core` that every slice shares; every other folder is a slice. */
const SHARED = ["http", "sqlite"];

/** Which layers a layer may import. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  cli: ["commands"],
  commands: ["commands", "ui", "slice", "shared", "project"],
  ui: ["ui", "slice", "shared"],
  slice: ["slice", "shared"],
  shared: ["shared"],
};

/** Modules that compute and do nothing else. */
const PURE: readonly RegExp[] = [
  /^core\/errors\/(fingerprint|traceback|alert_mail|model|parse|store)\.ts$/,
  /^core\/errors\/frames\//,
  /^core\/errors\/mail\/(excerpt|html)\.ts$/,
  /^core\/logs\/heads\//,
  /^core\/logs\/(ansi|assembler|continuation|frame_decoder|frame_time|level|multiline|open_entry|pieces|saved_lines|search_query|search_terms|fields|counts|nearest|page_text|model|parse|query|export_format|store)\.ts$/,
  /^core\/metrics\/(sketch|sketch_bins|sketch_bytes|bucket|pack|chunk|model|parse|sample_time|series_registry|minute_samples|step_sort|request_answers|read_budget|rollup|span|vitals|store|query)\.ts$/,
  /^core\/relay\/functions\//,
  /^core\/relay\/(stack_frames|source_map|source_names|mappings|map_format|map_paths|text_table|model|parse|fields|page_label|browser_error|browser_metrics|store|viewer)\.ts$/,
  /^core\/http\/(query_params|path_params|json_schema|openapi|respond)\.ts$/,
  /^core\/(bytes|failure|iso_time|memo|stepwise|text)\.ts$/,
  /^ui\/(format|links|name_hash)\.ts$/,
];
/**
 * What pure modules may import beside each other. Of the clock they take units of time alone, of the mailer
 * how a text becomes one line of a header.
 */
const PURE_MAY_IMPORT =
  /^(core\/clock\.ts|core\/errors\/mail\/mailer\.ts|npm:@noble\/hashes\/(legacy|sha2|utils)\.js|npm:@jridgewell\/sourcemap-codec)$/;

/** Where a status code may stand as a number. All but the first do not choose it. */
const STATUS_FILES: Readonly<Record<string, string>> = {
  "core/http/respond.ts": "chooses it",
  "core/http/app.ts": "logs what became a 500",
  "core/errors/mail/postmark.ts": "reads another server's answer",
  "commands/doctor/upstreams.ts": "reads another server's answer",
  "commands/healthcheck.ts": "reads another server's answer",
  "commands/send_map.ts": "reads another server's answer",
  "ui/failure_page.tsx": "has words for each",
};

/** Node's modules that the runtime has loaded anyway; others cost up to 9 MB of memory. */
const LIGHT_NODE_MODULES = ["node:sqlite"];
/** Modules that the bundle puts others in place of; see `deploy/bundle.ts`. */
const REPLACED_IN_BUNDLE = ["ui/built_assets.ts"];

const SQL =
  /\b(SELECT\s[^]*\sFROM\s|SELECT\s+1\b|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(VIRTUAL\s+)?(TABLE|INDEX|TRIGGER|VIEW)\s|DROP\s+TABLE\s|PRAGMA\s+\w|BEGIN\s+IMMEDIATE|ROLLBACK\b)/;

export type Rule = (modules: readonly Module[]) => readonly string[];

export const layersPointDown: Rule = (modules) =>
  eachImport(modules, ({ path }, { target }) => {
    const from = layerOf(path);
    const to = layerOf(target);
    if (to === "outside" || MAY_IMPORT[from]?.includes(to)) return null;
    return `is ${from} and must not know ${to}: ${directions()}`;
  });

export const slicesDoNotMeet: Rule = (modules) =>
  eachImport(modules, ({ path }, { target }) => {
    const [from, to] = [sliceOf(path), sliceOf(target)];
    if (from === null || to === null || from === to) return null;
    return `is of slice ${from} and must not know slice ${to}: give it a function or a fetch`;
  });

export const coreDrawsNothing: Rule = (modules) => [
  ...eachImport(modules, ({ path }, { target }) => {
    if (!path.startsWith("core/") || !/^npm:(preact|@preact)|^ui\/|\.tsx$/.test(target)) {
      return null;
    }
    return "is core, which draws nothing: move it to ui/";
  }),
  ...modules.filter(({ path }) => /^core\/.*\.tsx$/.test(path))
    .map(({ path }) => `${path} is JSX in core: move it to ui/`),
];

export const islandsLoadNoCore: Rule = (modules) => {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const loaded = new Set<string>();
  const load = (path: string) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { target, typesOnly } of byPath.get(path)?.imports ?? []) {
      if (!typesOnly && !target.startsWith("core/")) load(target);
    }
  };
  for (const { path } of modules) if (path.startsWith("ui/islands/")) load(path);
  return eachImport(modules, ({ path }, { target, typesOnly }) => {
    if (typesOnly || !loaded.has(path) || !/^(core|commands)\/|^node:/.test(target)) return null;
    return "is loaded by browsers: import types only (`import type`)";
  });
};

export const sqlStaysInStores: Rule = (modules) =>
  modules.flatMap((module) => {
    if (/sqlite_store\.ts$|\/migrations\/|^core\/sqlite\//.test(module.path)) return [];
    return factsOf(module).texts.filter((text) => SQL.test(text)).map((text) =>
      `${module.path} has SQL (${firstLine(text)}): move it to the slice's sqlite_store.ts`
    );
  });

export const environmentIsReadOnce: Rule = (modules) =>
  modules.flatMap((module) => {
    if (module.path === "core/settings.ts" || isBuildScript(module.path)) return [];
    const { deno, globals } = factsOf(module);
    const reads = deno.some((name) => ["env", "*"].includes(name)) || globals.includes("process");
    return reads
      ? [`${module.path} reads the environment: declare a setting, read by core/settings.ts`]
      : [];
  });

export const processBelongsToCli: Rule = (modules) =>
  modules.flatMap((module) => {
    if (module.path === "cli.ts" || isBuildScript(module.path)) return [];
    return factsOf(module).deno.filter((name) => ["args", "exit", "exitCode", "*"].includes(name))
      .map((name) => `${module.path} uses Deno.${name}: give it from cli.ts, return a code to it`);
  });

export const statusesAreChosenOnce: Rule = (modules) =>
  modules.flatMap((module) => {
    if (module.path in STATUS_FILES) return [];
    return factsOf(module).statuses.map((text) =>
      `${module.path} has a status code (${
        firstLine(text)
      }): throw a Failure, or use a constant of core/http/respond.ts`
    );
  });

export const pureModulesOnlyCompute: Rule = (modules) => {
  const pure = modules.filter(({ path }) => isPure(path));
  return [
    ...eachImport(pure, (_module, { target, typesOnly }) => {
      if (typesOnly || isPure(target) || PURE_MAY_IMPORT.test(target)) return null;
      return "is pure and may only import pure modules: give it the value as an argument";
    }),
    ...pure.flatMap((module) => {
      const { deno, clocks, globals } = factsOf(module);
      return [...deno.map((name) => `Deno.${name}`), ...clocks, ...globals].map((used) =>
        `${module.path} is pure but uses ${used}: give it the value as an argument`
      );
    }),
  ];
};

export const clocksAreGiven: Rule = (modules) =>
  modules.flatMap((module) => {
    if (!module.path.startsWith("core/") || module.path === "core/clock.ts") return [];
    // A stretch of real time is no date: deadlines and durations read the monotonic clock.
    return factsOf(module).clocks.filter((clock) => clock !== "performance.now()").map((clock) =>
      `${module.path} reads the time by ${clock}: take a Clock, so that tests can turn it`
    );
  });

export const startIsLight: Rule = (modules) => {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const loaded = new Set<Module>();
  const load = (path: string) => {
    const module = byPath.get(path);
    if (!module || loaded.has(module) || REPLACED_IN_BUNDLE.includes(path)) return;
    loaded.add(module);
    for (const { target, typesOnly, lazy } of module.imports) if (!typesOnly && !lazy) load(target);
  };
  load("cli.ts");
  return eachImport([...loaded], (_module, { target, typesOnly, lazy }) => {
    if (typesOnly || lazy || !target.startsWith("node:")) return null;
    if (LIGHT_NODE_MODULES.includes(target)) return null;
    return "is loaded at every start and costs memory: use Deno's own, or import it when needed";
  });
};

/** Reads what a page shows before it has changed, or waits for a time instead of for the change. */
const NOT_WAITING = /\bpage\.url\(\)|\.waitFor(Timeout|URL)\(/g;
/** Looks for a name that is written out: `getByRole("link", { name: "42" })`. */
const BY_NAME =
  /\.getBy(?:Role\([^)]*?\bname: ["`]|Label\(["`])(?:[^"`\\]|\\.)*["`](, exact: true|, \{ exact: true \})?/g;

export const browserTestsWait: Rule = (modules) =>
  modules.filter(({ path }) => /^tests\/e2e\/\w+_(test|visitor)\.ts$/.test(path)).flatMap((
    { path, source },
  ) => [
    ...[...source.matchAll(NOT_WAITING)].map(([call]) =>
      `${path} calls ${call}: wait by the visitor's seesAddress, seesText and their like`
    ),
    ...[...source.matchAll(BY_NAME)].flatMap(([call, exact]) =>
      exact ? [] : [`${path} looks for ${call}: exact, or part of a time may match as well`]
    ),
  ]);

const TOP_LEVEL = new Set([
  ...[".ci", ".git", ".github", ".gitignore", ".gitattributes", ".dockerignore", ".vscode"],
  ...[
    "clients",
    "commands",
    "core",
    "deploy",
    "docs",
    "tests",
    "ui",
    "cli.ts",
    "deno.json",
    "deno.lock",
  ],
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"],
  // Made, and ignored by git.
  ...["dist", "data", "node_modules", "coverage"],
]);

export function strangersAtTop(names: readonly string[]): readonly string[] {
  return names.filter((name) => !TOP_LEVEL.has(name))
    .map((name) => `${name} lies in the top folder: put it where it belongs`);
}

function eachImport(
  modules: readonly Module[],
  problemOf: (module: Module, one: Import) => string | null,
): readonly string[] {
  return modules.flatMap((module) =>
    module.imports.flatMap((one) => {
      const problem = problemOf(module, one);
      return problem === null ? [] : [`${module.path} imports ${one.target}, but ${problem}`];
    })
  );
}

function layerOf(path: string): string {
  if (path === "cli.ts") return "cli";
  if (path === "deno.json") return "project";
  const [top = "", folder = ""] = path.split("/");
  if (top === "core") {
    return folder.includes(".") || SHARED.includes(folder) ? "shared" : "slice";
  }
  return top === "commands" || top === "ui" ? top : isOwn(path) ? "elsewhere" : "outside";
}

function sliceOf(path: string): string | null {
  return layerOf(path) === "slice" ? path.split("/")[1] ?? null : null;
}

/** Whether it is a file of the project, rather than a package or a module of the runtime. */
function isOwn(path: string): boolean {
  return !/^(npm|node|jsr|https?|data):/.test(path);
}

function isPure(path: string): boolean {
  return PURE.some((pattern) => pattern.test(path));
}

function isBuildScript(path: string): boolean {
  return /^(ui\/build(\/|\.ts)|deploy\/|tests\/)/.test(path);
}

function directions(): string {
  return "cli → commands → { ui, core slices } → core shared";
}

function firstLine(text: string): string {
  const line = text.trim().split("\n")[0] ?? "";
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** What is published: its size, its files, its types, and that it can be loaded where there is no page. */
import assert from "node:assert/strict";
import ts from "typescript";
import { gzippedBytes, MAX_GZIPPED_BYTES } from "./build.ts";
import { buildBundles, SCRIPT } from "./build/bundles.ts";
import { buildTypes } from "./build/declarations.ts";
import manifest from "./package.json" with { type: "json" };

// The bundler's own process ends some time after it was told to: tests here look away.
const test = (name: string, fn: () => void | Promise<void>) =>
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });

const bundles = await buildBundles();
const files = new Map([...bundles, ...buildTypes()]);

/** Writes what is published as it is installed, and gives the folder that has it. */
async function install(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "monlight-sdk-" });
  const home = `${folder}/node_modules/${manifest.name}`;
  await Deno.mkdir(`${home}/dist`, { recursive: true });
  for (const [name, text] of files) await Deno.writeTextFile(`${home}/dist/${name}`, text);
  await Deno.writeTextFile(`${home}/package.json`, JSON.stringify(manifest));
  return folder;
}

test("the script for pages is at most 8 KiB as it is sent, web vitals included", () => {
  const script = bundles.get(SCRIPT) ?? "";
  assert.ok(script.includes("largest-contentful-paint"));
  assert.ok(gzippedBytes(script) <= MAX_GZIPPED_BYTES, `${gzippedBytes(script)} B`);
});

test("every script has its source map, which names our files and no folder of this machine", () => {
  for (const name of ["index.js", "index.cjs", SCRIPT]) {
    assert.match(bundles.get(name) ?? "", new RegExp(`//# sourceMappingURL=${name}\\.map\\s*$`));
    const map = JSON.parse(bundles.get(`${name}.map`) ?? "");
    assert.ok(map.sources.includes("../src/client.ts"), map.sources);
    assert.ok(
      map.sources.every((source: string) => /^\.\.\/(src|web-vitals)\//.test(source)),
      map.sources,
    );
    assert.equal(map.ignoreList.length, map.sources.length);
    assert.equal(map.sourcesContent.length, map.sources.length);
  }
});

test("package.json names files that the build makes", () => {
  const named = JSON.stringify(manifest).match(/(?<=\.\/dist\/)[\w.]+/g) ?? [];
  assert.ok(named.length > 5);
  for (const name of named) assert.ok(files.has(name), name);
});

test("the package can be loaded where there is no page, by import and by require", async () => {
  const folder = await install();
  try {
    await Deno.writeTextFile(
      `${folder}/main.mjs`,
      `import { createRequire } from "node:module";
      import * as imported from "@monlight/browser";
      const required = createRequire(import.meta.url)("@monlight/browser");
      for (const sdk of [imported, required]) {
        const client = sdk.init({ dsn: "0".repeat(32) });
        client.captureError(new Error("x"));
        client.captureMessage("x");
        sdk.setUser("x");
        sdk.addContext("a", 1);
        sdk.captureError("x");
        sdk.captureMessage("x");
        client.destroy();
        sdk.destroy();
      }
      console.log(Object.keys(imported).sort().join(), Object.keys(required).sort().join());`,
    );
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-read",
        "--allow-env",
        "--no-lock",
        "--node-modules-dir=manual",
        "main.mjs",
      ],
      cwd: folder,
    }).output();
    const names = "addContext,captureError,captureMessage,destroy,init,setUser";
    const text = new TextDecoder().decode(stdout).trim();
    assert.equal(text, `${names} ${names}`, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const GOOD = `
const client: Monlight = init({ dsn: "k", beforeSend: (report: ErrorReport) => report.type ? report : null });
client.captureError(new Error("x"), { cart: 1 });
client.captureMessage("x", "warning");
client.setUser(null);
client.addContext("a", { b: 1 });
client.destroy();
init({ dsn: "k", release: undefined, sampleRate: 0.5, debug: true, enabled: false, captureConsole: true });
`;
const BAD = [
  `init({});`,
  `init({ dsn: 7 });`,
  `init({ dsn: "k", sampelRate: 1 });`,
  `init({ dsn: "k" }).captureMessage("x", "loud");`,
  `init({ dsn: "k", beforeSend: () => undefined });`,
];
const IMPORT = `import { type ErrorReport, init, type Monlight } from "@monlight/browser";\n`;

test("the types are right for import and for require, and refuse what is wrong", async () => {
  const folder = await install();
  try {
    const paths: string[] = [];
    for (const extension of ["mts", "cts"]) {
      const path = `${folder}/main.${extension}`;
      const bad = BAD.map((line) => `// @ts-expect-error\n${line}\n`).join("");
      await Deno.writeTextFile(path, IMPORT + GOOD + bad);
      paths.push(path);
    }
    const program = ts.createProgram(paths, {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
      types: [],
    });
    const problems = ts.getPreEmitDiagnostics(program)
      .map(({ messageText, file }) =>
        `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`
      );
    assert.deepEqual(problems, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

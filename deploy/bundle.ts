/**
 * Makes `dist/monlight.js`, the whole program in one file: its packages, migrations, web interface and
 * worker thread. `deno run -A dist/monlight.js` starts it anywhere; `deno compile` makes a binary of it.
 */
import { build, type BuildOptions, type Plugin, stop } from "esbuild";

const root = new URL("../", import.meta.url);
const TARGET = new URL("dist/monlight.js", root);

/** Modules that look for a file beside themselves: in the bundle its content stands in their place. */
const EMBEDDED: Readonly<Record<string, () => Promise<string>>> = {
  "/core/sqlite/reader_worker_url.ts": () => threadUrl("core/sqlite/reader_worker.ts"),
  "/core/logs/ingest_worker_url.ts": () => threadUrl("core/logs/ingest_worker.ts"),
  "/core/metrics/query_worker_url.ts": () => threadUrl("core/metrics/query_worker.ts"),
  "/core/logs/search_worker_url.ts": () => threadUrl("core/logs/search_worker.ts"),
  "/core/logs/search_answers_url.ts": () =>
    moduleUrl("core/logs/search_answers.ts", "searchAnswers"),
  "/ui/built_assets.ts": async () => {
    const assets = await Deno.readTextFile(new URL("dist/ui.json", root));
    return `const assets = JSON.parse(${JSON.stringify(assets)});
      export function builtAssets() { return assets; }`;
  },
};

const COMMON: BuildOptions = {
  absWorkingDir: Deno.build.os === "windows" ? root.pathname.slice(1) : root.pathname,
  bundle: true,
  format: "esm",
  platform: "node",
  conditions: ["deno", "import"],
  mainFields: ["module", "main"],
  target: "esnext",
  // Names stay as they are: a stack trace in a log must be readable.
  minifySyntax: true,
  minifyWhitespace: true,
  // One character beyond ASCII would make V8 hold the whole source in two bytes a character.
  charset: "ascii",
  legalComments: "eof",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
};

async function bundleProgram(): Promise<void> {
  await build({
    ...COMMON,
    entryPoints: ["cli.ts"],
    outfile: "dist/monlight.js",
    plugins: [embed, textImports, lazyPackages],
  });
}

async function bundleText(entry: string, options: BuildOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    ...COMMON,
    ...options,
    entryPoints: [entry],
    write: false,
  });
  const [file] = outputFiles ?? [];
  if (!file) throw new Error(`Bundling ${entry} gave nothing`);
  return file.text;
}

/** A thread's module as text, for its `…_worker_url.ts`. */
async function threadUrl(entry: string): Promise<string> {
  const [, name = ""] = /(\w+)_worker\.ts$/.exec(entry) ?? [];
  return await moduleUrl(entry, `${name}Worker`);
}

/** A module as text, and the function that its `…_url.ts` exports: `searchWorkerUrl`. */
async function moduleUrl(entry: string, name: string): Promise<string> {
  const code = JSON.stringify(await bundleText(entry, { plugins: [textImports] }));
  return `let url;
    export function ${name}Url() {
      return url ??= URL.createObjectURL(new Blob([${code}], { type: "text/javascript" }));
    }`;
}

const embed: Plugin = {
  name: "embed",
  setup({ onLoad }) {
    for (const [path, contents] of Object.entries(EMBEDDED)) {
      const filter = new RegExp(`${path.replaceAll(".", "\\.").replaceAll("/", "[/\\\\]")}$`);
      onLoad({ filter }, async () => ({ contents: await contents(), loader: "js" }));
    }
  },
};

/** `import sql from "./x.sql" with { type: "text" }` */
const textImports: Plugin = {
  name: "text imports",
  setup({ onLoad }) {
    onLoad({ filter: /\.sql$/ }, async ({ path }) => ({
      contents: await Deno.readTextFile(path),
      loader: "text",
    }));
  },
};

/**
 * Packages that few need. Inlined, their imports of Node's modules would be loaded at every start
 * (nodemailer: 12 MB resident); so they are embedded as text and imported when asked for.
 */
const lazyPackages: Plugin = {
  name: "lazy packages",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^nodemailer$/ }, ({ path, kind }) => {
      return kind === "dynamic-import" ? { path, namespace: "lazy" } : undefined;
    });
    onLoad({ filter: /.*/, namespace: "lazy" }, async ({ path }) => {
      const code = await bundleText(path, { banner: { js: REQUIRE } });
      return {
        contents: `const url = URL.createObjectURL(
            new Blob([${JSON.stringify(code)}], { type: "text/javascript" }));
          const loaded = await import(url);
          export default loaded.default;
          export const { createTransport } = loaded;`,
        loader: "js",
      };
    });
  },
};

/** CommonJS packages ask for Node's modules by `require`, which an ES module has not. */
const REQUIRE = 'import { createRequire } from "node:module"; ' +
  'const require = createRequire("file:///");';

if (import.meta.main) {
  await bundleProgram();
  await stop();
  const { size } = await Deno.stat(TARGET);
  Deno.stdout.writeSync(
    new TextEncoder().encode(`dist/monlight.js  ${Math.ceil(size / 1024)} KiB\n`),
  );
}

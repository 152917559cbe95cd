/** Builds the little shop as pages are built: minified, in several scripts, with source maps beside them. */
import { build as esbuild, type BuildOptions, transform } from "esbuild";
import { type Plugin, rollup } from "rollup";
import { minify } from "terser";

const SHOP = new URL("shop/", import.meta.url);
const PACKAGES = new URL("../../node_modules/", import.meta.url).pathname;

/** Where the sources are and the scripts go, as a project has them. */
export interface Project {
  readonly source: string;
  readonly output: string;
}

/** Puts the shop's sources into a folder of a project. */
export async function makeProject(folder: string): Promise<Project> {
  const project = { source: `${folder}/src`, output: `${folder}/dist/assets` };
  await Deno.mkdir(project.source);
  await Deno.mkdir(project.output, { recursive: true });
  for await (const { name } of Deno.readDir(SHOP)) {
    await Deno.copyFile(new URL(name, SHOP), `${project.source}/${name}`);
  }
  return project;
}

/** Each writes `main.js` and what belongs to it. */
export const BUNDLERS: Readonly<Record<string, (project: Project) => Promise<void>>> = {
  /** One tool does it all. */
  async "esbuild, in several scripts"({ source, output }) {
    await esbuild({
      ...ESBUILD,
      ...{ entryPoints: [`${source}/main.ts`], outdir: output, splitting: true, format: "esm" },
    });
  },
  async "esbuild, in one script with its map inside"({ source, output }) {
    await esbuild({
      ...ESBUILD,
      ...{
        entryPoints: [`${source}/main.ts`],
        outdir: output,
        format: "iife",
        sourcemap: "inline",
      },
    });
  },
  /** Three tools after one another, whose maps are put together: as Vite did it for years. */
  async "rollup and terser"({ source, output }) {
    const bundle = await rollup({
      input: `${source}/main.ts`,
      plugins: [preact, stripTypes, minified],
      onLog() {},
    });
    await bundle.write({
      ...{ dir: output, format: "es", sourcemap: "hidden", chunkFileNames: "[name]-[hash].js" },
    });
    await bundle.close();
  },
};

const ESBUILD: BuildOptions = {
  nodePaths: [PACKAGES],
  bundle: true,
  minify: true,
  sourcemap: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
};

const stripTypes: Plugin = {
  name: "strip types",
  async transform(code, id) {
    if (!/\.tsx?$/.test(id)) return null;
    const loader = id.endsWith("x") ? "tsx" : "ts";
    const result = await transform(code, {
      ...{ loader, jsx: "automatic", jsxImportSource: "preact" },
      ...{ sourcemap: true, sourcefile: id, target: "es2022" },
    });
    return { code: result.code, map: result.map };
  },
};

const minified: Plugin = {
  name: "minify",
  async renderChunk(code) {
    const result = await minify(code, { module: true, sourceMap: true, compress: { passes: 2 } });
    const map = typeof result.map === "object" ? JSON.stringify(result.map) : result.map;
    return { code: result.code ?? "", ...(map === undefined ? {} : { map }) };
  },
};

const preact: Plugin = {
  name: "preact",
  resolveId(name) {
    const path = PREACT[name];
    return path === undefined ? null : `${PACKAGES}preact/${path}`;
  },
};

const PREACT: Readonly<Record<string, string>> = {
  "preact": "dist/preact.mjs",
  "preact/jsx-runtime": "jsx-runtime/dist/jsxRuntime.mjs",
};

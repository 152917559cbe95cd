/**
 * Builds the scripts and styles of the web interface into `dist/ui.json`:
 * `deno run -A ui/build.ts [--force]`. Does nothing when its inputs are those of the last build.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import process from "node:process";
import type { BuiltAssets } from "./assets.ts";
import { hashInputs, readInputs } from "./build/inputs.ts";

const OUTPUT = new URL("../dist/ui.json", import.meta.url);

if (import.meta.main) await main(Deno.args.includes("--force"));

async function main(force: boolean): Promise<void> {
  const started = performance.now();
  const sources = await readInputs();
  const inputs = hashInputs(sources);
  if (!force && await builtInputs() === inputs) return;

  // The compilers take longer to load than it takes to see that there is nothing to do.
  const { buildAssets } = await import("./build/assets_build.ts");
  const built: BuiltAssets = { inputs, ...await buildAssets(sources) };
  await replaceOutput(JSON.stringify(built));
  report(built, performance.now() - started);
}

/** The inputs of the build that is there, if one is. */
async function builtInputs(): Promise<string | undefined> {
  try {
    return JSON.parse(await readFile(OUTPUT, "utf8")).inputs;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, since a server or another build may read it right now. */
async function replaceOutput(text: string): Promise<void> {
  await mkdir(new URL(".", OUTPUT), { recursive: true });
  const draft = new URL(`ui.${Deno.pid}.json`, OUTPUT);
  await writeFile(draft, text);
  await rename(draft, OUTPUT);
}

function report(built: BuiltAssets, tookMs: number): void {
  const sizes = Object.entries(built.files).map(([path, file]) => `${path} ${file.body.length} B`);
  process.stderr.write(`Built the web UI in ${Math.round(tookMs)} ms: ${sizes.join(", ")}\n`);
}

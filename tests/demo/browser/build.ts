import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";

/** The page's script as sites ship theirs: in one file, minified, with a map that is not served. */
export interface App {
  readonly script: string;
  readonly map: string;
  /** Another for each version of the script. */
  readonly release: string;
}

/** Builds the page's script, the SDK inside. */
export async function buildApp(): Promise<App> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL("./", import.meta.url)),
    entryPoints: ["main.ts"],
    outfile: "assets/shop.js",
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    sourcemap: "external",
    legalComments: "none",
  });
  await stop();
  const text = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
  const script = text(".js");
  return { script, map: text(".map"), release: `demo-${await hashOf(script)}` };
}

async function hashOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(hash).toHex().slice(0, 8);
}

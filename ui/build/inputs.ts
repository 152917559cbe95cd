import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The text of each file by its path within `ui/`, with `/` on every system. */
export type Sources = ReadonlyMap<string, string>;

export const UI_FOLDER: string = fileURLToPath(new URL("../", import.meta.url));

const SOURCE = /\.(tsx?|css|svg)$/;
const TEST = /_test\.tsx?$/;

/** Reads everything under `ui/` that the build depends on, sorted by path. */
export async function readInputs(): Promise<Sources> {
  const entries = await readdir(UI_FOLDER, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile())
    .map((entry) => relative(UI_FOLDER, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => SOURCE.test(path) && !TEST.test(path))
    .sort();
  const texts = await Promise.all(paths.map((path) => readFile(join(UI_FOLDER, path), "utf8")));
  return new Map(paths.map((path, at) => [path, texts[at] ?? ""]));
}

/** Packages whose version changes what is built: the compilers, and what is bundled. */
const PACKAGES = ["esbuild", "tailwindcss", "preact", "uplot"];

/** A hash of the sources and of the versions of those packages. */
export function hashInputs(sources: Sources): string {
  const hash = createHash("sha256");
  for (const name of PACKAGES) hash.update(import.meta.resolve(name));
  for (const [path, text] of sources) hash.update(`${path}\0${text}\0`);
  return hash.digest("hex");
}

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { compile } from "tailwindcss";
import type { Sources } from "./inputs.ts";

/**
 * Compiles `styles/main.css` with Tailwind: what the theme and the components say, and the utility
 * classes that the sources use. Tailwind's own command would bring native packages for the same.
 */
export async function buildStyles(sources: Sources): Promise<string> {
  const main = sources.get("styles/main.css") ?? "";
  const compiler = await compile(main, {
    base: "styles",
    loadStylesheet: (id) => loadStylesheet(id, sources),
  });
  const css = compiler.build([...classCandidates(sources)]);
  const { code } = await transform(css, { loader: "css", minify: true, legalComments: "none" });
  return code;
}

async function loadStylesheet(id: string, sources: Sources) {
  if (id.startsWith("./")) {
    const path = `styles/${id.slice(2)}`;
    const content = sources.get(path);
    if (content === undefined) throw new Error(`Import a stylesheet that exists, not "${id}"`);
    return { path, base: "styles", content };
  }
  const path = fileURLToPath(import.meta.resolve(id));
  return { path, base: "tailwindcss", content: await readFile(path, "utf8") };
}

/** Everything in the components that may be the name of a class. */
function classCandidates(sources: Sources): Set<string> {
  const candidates = new Set<string>();
  for (const [path, text] of sources) {
    if (!path.endsWith(".tsx")) continue;
    for (const [word] of text.matchAll(/[a-z][\w:./[\]-]*/g)) candidates.add(word);
  }
  return candidates;
}

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ENTRY = fileURLToPath(new URL("../src/index.ts", import.meta.url));
/** What `index.ts` gives types of; nothing else is published. */
const PUBLISHED = ["index.d.ts", "page.d.ts", "types.d.ts"];

/** The types, by file name, once for `import` and once for `require`. */
export function buildTypes(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const program = ts.createProgram([ENTRY], {
    declaration: true,
    emitDeclarationOnly: true,
    allowImportingTsExtensions: true,
    strict: true,
    stripInternal: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: [],
  });
  program.emit(undefined, (path, text) => {
    const name = basename(path);
    if (!PUBLISHED.includes(name)) return;
    files.set(name, withExtension(text, "js"));
    files.set(name.replace(/\.ts$/, ".cts"), withExtension(text, "cjs"));
  });
  if (files.size !== 2 * PUBLISHED.length) {
    throw new Error("TypeScript did not emit all types");
  }
  return files;
}

function withExtension(text: string, extension: string): string {
  return text.replace(/(from "\.\/\w+)\.ts"/g, `$1.${extension}"`);
}

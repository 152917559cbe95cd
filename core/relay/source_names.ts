const MAX_LENGTH = 400;

/**
 * Schemes by which bundlers mark that a source is of the project: what follows is a namespace (the name of
 * the package) and a path in it.
 */
const BUNDLER_SCHEME =
  /^(?:webpack|webpack-internal|rspack|turbopack|parcel|rollup|rolldown|vite|ng|app|meteor):\/\/(?:@[^/]+\/)?[^/]*\//;
/** What bundlers generate. The scheme stays, so that it is seen not to be a file of the project. */
const GENERATED = /^(?:webpack\/|external |\(webpack\)|ignored\|)/;

/**
 * A source as a person finds it in the repository, the same wherever it was built to:
 * `webpack://shop/./src/cart.ts?a1b2` and `../../src/cart.ts` are `src/cart.ts`. Absolute paths and URLs of
 * the web stay what they are, but for `.` and `..`.
 */
export function sourceName(source: string | null, sourceRoot: string): string {
  const joined = join(sourceRoot, source ?? "");
  // What follows a question mark is how a bundler's plugins took the file.
  const path = joined.replaceAll("\\", "/").replace(/\?[^/]*$/, "");
  const [scheme] = BUNDLER_SCHEME.exec(path) ?? [];
  if (scheme === undefined) return readable(resolveDots(path));
  const inside = resolveDots(path.slice(scheme.length));
  return readable(
    GENERATED.test(inside) ? `webpack:///${inside}` : inside.replace(/^\[project\]\//, ""),
  );
}

/** The source in its root, unless it is absolute itself. */
function join(root: string, source: string): string {
  if (root === "" || /^(?:[a-z][a-z0-9+.-]*:|[\\/])/i.test(source)) return source;
  return root.endsWith("/") ? root + source : `${root}/${source}`;
}

/** Takes `.` and `..` out of a path; those that lead out of where the map lies go too. */
function resolveDots(path: string): string {
  const [origin = ""] = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/]*)?\/?/i.exec(path) ?? [];
  const parts: string[] = [];
  for (const part of path.slice(origin.length).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return origin + parts.join("/");
}

/** Without what would break a line of a traceback, and not of any length. */
function readable(name: string): string {
  const clean = name.replace(/[\p{Cc}\u2028\u2029]+/gu, "");
  if (clean === "") return "<unknown>";
  return clean.length <= MAX_LENGTH ? clean : `…${clean.slice(1 - MAX_LENGTH)}`;
}

/** Packages, and what bundlers add: not of the application. */
const LIBRARY = new RegExp(
  [
    String.raw`(?:^|/)node_modules/`,
    String.raw`/\.yarn/`,
    String.raw`/webpack/(?:bootstrap|runtime)`,
    String.raw`^<|^(?:node|data|blob):`,
  ].join("|"),
);

/** Whether a source, by its readable name, is a library's, as the Error Tracker sees it too. */
export function isLibrary(name: string): boolean {
  return LIBRARY.test(name);
}

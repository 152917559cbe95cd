/** The program's modules with what each imports, as `deno info` sees them. */

const root = new URL("../../", import.meta.url);

export interface Import {
  /** A path from the project's root, or a specifier such as `node:sqlite` or `npm:hono`. */
  readonly target: string;
  /** Whether nothing of it is left at run time. */
  readonly typesOnly: boolean;
  /** Whether it is imported when asked for, rather than at start. */
  readonly lazy: boolean;
}

export interface Module {
  /** From the project's root: `core/clock.ts`. */
  readonly path: string;
  readonly imports: readonly Import[];
  readonly source: string;
}

interface InfoDependency {
  readonly code?: { readonly specifier?: string };
  readonly type?: { readonly specifier?: string };
  readonly isDynamic?: boolean;
}

interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly InfoDependency[];
  }[];
}

/** Every module of these folders and files; tests beside the code and their support are left out. */
export async function readModules(places: readonly string[]): Promise<readonly Module[]> {
  const paths: string[] = [];
  for (const place of places) paths.push(...await sourcesOf(place));
  const info = await infoOf(paths);
  const known = new Set(paths);
  return await Promise.all(
    info.modules.flatMap(({ specifier, dependencies = [], error }) => {
      const path = shortName(specifier);
      if (error !== undefined) throw new Error(`${path}: ${error}`);
      if (!known.has(path)) return [];
      return [(async () => ({
        path,
        imports: dependencies.map(importOf),
        source: await Deno.readTextFile(new URL(path, root)),
      }))()];
    }),
  );
}

/** The browser tests and what they share, as text alone. */
export async function readBrowserTests(): Promise<readonly Module[]> {
  const names = await Array.fromAsync(Deno.readDir(new URL("tests/e2e", root)), ({ name }) => name);
  return await Promise.all(names.map(async (name) => {
    const path = `tests/e2e/${name}`;
    return { path, imports: [], source: await Deno.readTextFile(new URL(path, root)) };
  }));
}

/** Names of what lies in the top folder of the project. */
export async function topLevelNames(): Promise<readonly string[]> {
  return (await Array.fromAsync(Deno.readDir(root), ({ name }) => name)).sort();
}

async function sourcesOf(place: string): Promise<string[]> {
  const url = new URL(place, root);
  if ((await Deno.stat(url)).isFile) return [place];
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(url)) {
    if (isDirectory) found.push(...await sourcesOf(`${place}/${name}`));
    else if (/\.tsx?$/.test(name) && !/_test(_support)?\.tsx?$/.test(name)) {
      found.push(`${place}/${name}`);
    }
  }
  return found;
}

/** `deno info` takes one module, so it gets one that imports all. */
async function infoOf(paths: readonly string[]): Promise<Info> {
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const imports = paths.map((path) => `import ${JSON.stringify(new URL(path, root).href)};\n`);
    await Deno.writeTextFile(entry, imports.join(""));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", new URL("deno.json", root).pathname, entry],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(entry);
  }
}

function importOf({ code, type, isDynamic = false }: InfoDependency): Import {
  return {
    target: shortName(code?.specifier ?? type?.specifier ?? ""),
    typesOnly: code === undefined,
    lazy: isDynamic,
  };
}

/** A path from the root; a package's name without its version. */
function shortName(specifier: string): string {
  if (specifier.startsWith(root.href)) return specifier.slice(root.href.length);
  return specifier.replace(/^(npm:)\/?((?:@[^/]+\/)?[^@/]+)@[^/]+/, "$1$2");
}

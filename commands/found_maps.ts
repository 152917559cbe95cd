import { checkSourceMap } from "../core/relay/map_format.ts";
import { describeError, Failure } from "../core/failure.ts";
import { CommandError } from "./databases.ts";

/** A source map beside its script. */
export interface FoundMap {
  /** What errors will say the script's path is, under the folder: `assets/app.js`. */
  readonly script: string;
  /** Where the map is, for messages: the file's path, or the script's for one that is within it. */
  readonly path: string;
  /** Its text, checked. Throws a `CommandError` that says what is wrong with it. */
  read(): Promise<string>;
}

export interface Found {
  /** Ordered by script. */
  readonly maps: readonly FoundMap[];
  /** Scripts that have none. */
  readonly withoutMap: number;
}

const SCRIPT = /\.[cm]?js$/i;
/** What holds no script of the page's. */
const SKIPPED = new Set(["node_modules", ".git"]);
const MARK = "sourceMappingURL=";

/**
 * Finds the maps of all scripts in a folder: where the script says (`//# sourceMappingURL=`), within itself
 * too, else beside it as `app.js.map`; and those whose scripts are gone, as some keep both apart. Links to
 * files are followed, links to folders not, for they may go round in circles.
 */
export async function findMaps(folder: string, onFile: (count: number) => void): Promise<Found> {
  const files = new Set(await filesIn(folder, onFile));
  const maps: FoundMap[] = [];
  const taken = new Set<string>();
  let withoutMap = 0;
  for (const script of files) {
    if (!SCRIPT.test(script)) continue;
    const found = await mapOf(folder, script, files);
    if (found === null) withoutMap++;
    else {
      maps.push(found);
      taken.add(found.path);
    }
  }
  for (const file of files) {
    const path = join(folder, file);
    const script = file.replace(/\.map$/, "");
    if (script === file || !SCRIPT.test(script) || taken.has(path)) continue;
    if (!files.has(script)) maps.push(mapIn(path, script));
  }
  maps.sort((one, other) => one.script < other.script ? -1 : 1);
  return { maps, withoutMap };
}

/** Paths of scripts and maps under the folder, with `/`, sorted. */
async function filesIn(folder: string, onFile: (count: number) => void): Promise<string[]> {
  const files: string[] = [];
  const folders = [""];
  let count = 0;
  for (let inside = folders.pop(); inside !== undefined; inside = folders.pop()) {
    const path = join(folder, inside);
    try {
      for await (const { name, isDirectory, isFile, isSymlink } of Deno.readDir(path)) {
        onFile(++count);
        const file = inside === "" ? name : `${inside}/${name}`;
        if (isDirectory && !SKIPPED.has(name)) folders.push(file);
        const isWanted = SCRIPT.test(name) || name.endsWith(".map");
        if (isWanted && (isFile || (isSymlink && await isFileAt(join(folder, file))))) {
          files.push(file);
        }
      }
    } catch (error) {
      throw new CommandError(`Cannot read the folder ${path}: ${describeError(error)}`);
    }
  }
  return files.sort();
}

async function isFileAt(path: string): Promise<boolean> {
  return (await Deno.stat(path).catch(() => null))?.isFile ?? false;
}

async function mapOf(
  folder: string,
  script: string,
  files: ReadonlySet<string>,
): Promise<FoundMap | null> {
  const path = join(folder, script);
  const reference = await referenceIn(path);
  if (reference instanceof CommandError) return broken(path, script, reference);
  if (reference?.startsWith("data:")) {
    return { script, path, read: () => checked(() => Promise.resolve(inlineText(reference))) };
  }
  const beside = `${script}.map`;
  if (reference === null) {
    return files.has(beside) ? mapIn(join(folder, beside), script) : null;
  }
  const named = pathOf(reference, script);
  for (const file of [named, beside]) {
    if (file !== null && await isFileAt(join(folder, file))) {
      return mapIn(join(folder, file), script);
    }
  }
  const missing = new CommandError(`it names ${JSON.stringify(reference)}, which is not there`);
  return broken(path, script, missing);
}

/** What the script says of its map; null when it says nothing. The last line that does counts. */
async function referenceIn(path: string): Promise<string | null | CommandError> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    return new CommandError(`cannot be read: ${describeError(error)}`);
  }
  for (let at = text.lastIndexOf(MARK); at >= 0; at = text.lastIndexOf(MARK, at - 1)) {
    if (/\/[/*][#@][ \t]+$/.test(text.slice(Math.max(at - 10, 0), at))) {
      const rest = text.slice(at + MARK.length);
      return rest.slice(0, /[\s'"*]/.exec(rest)?.index ?? rest.length);
    }
    if (at === 0) break;
  }
  return null;
}

/** Where under the folder a reference leads; null where that is another server. */
function pathOf(reference: string, script: string): string | null {
  const base = new URL(`file:///${script.split("/").map(encodeURIComponent).join("/")}`);
  if (!URL.canParse(reference, base)) return null;
  const { protocol, pathname } = new URL(reference, base);
  try {
    return protocol === "file:" ? decodeURIComponent(pathname).slice(1) : null;
  } catch {
    // Not an encoding: the percent sign stands for itself.
    return pathname.slice(1);
  }
}

function mapIn(path: string, script: string): FoundMap {
  return { script, path, read: () => checked(() => Deno.readTextFile(path)) };
}

function broken(path: string, script: string, error: CommandError): FoundMap {
  return { script, path, read: () => Promise.reject(error) };
}

/** `data:application/json;base64,…`, or percent-encoded. */
function inlineText(reference: string): string {
  const comma = reference.indexOf(",");
  const data = reference.slice(comma + 1);
  if (comma < 0) throw new CommandError("its inline source map has no data");
  try {
    if (!/;base64$/i.test(reference.slice(0, comma))) return decodeURIComponent(data);
    return new TextDecoder().decode(Uint8Array.fromBase64(data));
  } catch {
    throw new CommandError("its inline source map is not encoded rightly");
  }
}

async function checked(read: () => Promise<string>): Promise<string> {
  try {
    const text = await read();
    checkSourceMap(text);
    return text;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (error instanceof Failure) throw new CommandError(error.detail);
    throw new CommandError(`cannot be read: ${describeError(error)}`);
  }
}

function join(folder: string, file: string): string {
  return file === "" ? folder : `${folder.replace(/\/+$/, "")}/${file}`;
}

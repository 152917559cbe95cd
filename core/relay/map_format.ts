import { invalidMap, Mappings } from "./mappings.ts";

/** A source map as its JSON says it, checked in all but its mappings. */
export interface RawMap {
  /** Where in the generated code it begins, 0-based; of an index map's sections. */
  readonly line: number;
  readonly column: number;
  readonly mappings: string;
  readonly names: readonly string[];
  readonly sources: readonly (string | null)[];
  /** As long as `sources`; null where the text of one is not given. */
  readonly contents: readonly (string | null)[];
  readonly sourceRoot: string;
}

const LIMITS = {
  /** Index maps within index maps, which ECMA-426 does not allow and bundlers have written. */
  depth: 4,
  sections: 10_000,
  sources: 100_000,
} as const;

/** Reads a source map, or the sections of an index map in order. Throws a `Failure` that says what is wrong. */
export function readSourceMap(text: string): RawMap[] {
  const maps: RawMap[] = [];
  readMap(parseJson(text), { line: 0, column: 0, depth: 0 }, maps);
  const sources = maps.reduce((sum, map) => sum + map.sources.length, 0);
  if (sources > LIMITS.sources) {
    throw invalidMap(`it has ${sources} sources, at most ${LIMITS.sources} are taken`);
  }
  return maps;
}

/** Throws a `Failure` with a sentence for people when it is not a valid version 3 map or index map. */
export function checkSourceMap(text: string): void {
  for (const { mappings, names, sources } of readSourceMap(text)) {
    const steps = Mappings.read(mappings, { sources: sources.length, names: names.length });
    while (!steps.next().done);
  }
}

function parseJson(text: string): unknown {
  // Servers put `)]}'` on a line in front, against scripts of other sites that would include it.
  const start = text.startsWith(")]}") ? text.indexOf("\n") + 1 : 0;
  try {
    return JSON.parse(start > 0 ? text.slice(start) : text.replace(/^\ufeff/, ""));
  } catch (error) {
    const why = error instanceof SyntaxError ? ` (${error.message})` : "";
    throw invalidMap(`it is not JSON${why}`);
  }
}

interface Place {
  readonly line: number;
  readonly column: number;
  readonly depth: number;
}

function readMap(map: unknown, place: Place, into: RawMap[]): void {
  if (!isRecord(map)) throw invalidMap("it is not a JSON object");
  if (map.version !== 3) {
    throw invalidMap(`\`version\` is ${shown(map.version)}, only 3 is understood`);
  }
  if ("sections" in map) readSections(map.sections, place, into);
  else into.push(readPlainMap(map, place));
  if (into.length > LIMITS.sections) {
    throw invalidMap(`it has over ${LIMITS.sections} sections`);
  }
}

function readSections(sections: unknown, place: Place, into: RawMap[]): void {
  if (!Array.isArray(sections)) throw invalidMap("`sections` is not an array");
  if (place.depth >= LIMITS.depth) {
    throw invalidMap(`its index maps are nested over ${LIMITS.depth} deep`);
  }
  let last = { line: -1, column: -1 };
  sections.forEach((section: unknown, index) => {
    const { offset, map } = isRecord(section) ? section : {};
    const line = isRecord(offset) ? offset.line : undefined;
    const column = isRecord(offset) ? offset.column : undefined;
    if (!isIndex(line) || !isIndex(column)) {
      throw invalidMap(`\`sections[${index}].offset\` is not a line and a column from 0`);
    }
    if (line < last.line || (line === last.line && column < last.column)) {
      throw invalidMap(`\`sections[${index}]\` begins before the section in front of it`);
    }
    last = { line, column };
    readMap(map, {
      line: place.line + line,
      column: line === 0 ? place.column + column : column,
      depth: place.depth + 1,
    }, into);
  });
}

function readPlainMap(map: Readonly<Record<string, unknown>>, { line, column }: Place): RawMap {
  const { mappings, sources, sourcesContent: contents } = map;
  if (typeof mappings !== "string") throw invalidMap("`mappings` is not a string");
  if (!isListOf(sources, isTextOrNull)) throw invalidMap("`sources` is not an array of strings");
  if (contents !== undefined && contents !== null && !isListOf(contents, isTextOrNull)) {
    throw invalidMap("`sourcesContent` is not an array of strings");
  }
  const names = map.names ?? [];
  if (!isListOf(names, isText)) throw invalidMap("`names` is not an array of strings");
  const root = map.sourceRoot ?? "";
  if (typeof root !== "string") throw invalidMap("`sourceRoot` is not a string");
  return {
    line,
    column,
    mappings,
    names,
    sources,
    contents: sources.map((_, index) => contents?.[index] ?? null),
    sourceRoot: root,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOf<T>(value: unknown, is: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(is);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTextOrNull(value: unknown): value is string | null {
  return typeof value === "string" || value === null;
}

function isIndex(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}

function shown(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value).slice(0, 40);
}

import { describeError } from "../failure.ts";
import { type LoadedMap, MapCache, type MapCacheOptions } from "./map_cache.ts";
import { MapPaths } from "./map_paths.ts";
import type { SourcePosition } from "./source_map.ts";
import { isLibrary } from "./source_names.ts";
import { readStack, type StackFrame, type StackLine } from "./stack_frames.ts";
import type { MapName } from "./stored_maps.ts";

export type { MapName, StoredMaps } from "./stored_maps.ts";

/** What a browser says of an error. */
export interface StackRequest {
  readonly project: string;
  /** No map is looked for without one. */
  readonly release: string | null;
  readonly type: string;
  readonly message: string;
  readonly stack: string;
}

export interface MappedStack {
  /**
   * Type and message, then frames as Chrome writes them: `    at name (file:line:column)`. The stack as it
   * came where no frame of it could be mapped.
   */
  readonly traceback: string;
  readonly mappedFrames: number;
  /** Of the first mapped frame of the application; null without one, or where the map holds no text. */
  readonly source: SourceExcerpt | null;
}

/** The source around an error. */
export interface SourceExcerpt {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** Three lines in front of it, fewer at the beginning of the file. */
  readonly before: readonly string[];
  /** The line that failed. Lines are cut after 300 characters. */
  readonly text: string;
  readonly after: readonly string[];
}

export type StackMapperOptions = MapCacheOptions;

/** Frames of one stack that are mapped; those below say little, and stay as they came. */
const MAX_FRAMES = 128;
/** Maps that one stack may ask for, so that none can make all of a release's be parsed. */
const MAX_MAPS = 16;
const LINES_AROUND = 3;
const MAX_NAME_LENGTH = 200;
/** Releases whose paths are kept ready. */
const MAX_RELEASES = 100;
/** Positions and excerpts that are remembered, of all maps: a few MB. */
const MAX_POSITIONS = 10_000;
const MAX_EXCERPTS = 2000;

interface Release {
  readonly names: readonly MapName[];
  readonly paths: MapPaths;
}

/** Makes stacks of minified code readable by the maps that were uploaded for it. */
export class StackMapper {
  readonly #options: StackMapperOptions;
  readonly #cache: MapCache;
  readonly #releases = new Map<string, Release>();
  readonly #positions = new Map<string, SourcePosition | null>();
  readonly #excerpts = new Map<string, SourceExcerpt | null>();

  constructor(options: StackMapperOptions) {
    this.#options = options;
    this.#cache = new MapCache(options);
  }

  /** What parsed maps take of memory, in bytes. */
  get bytes(): number {
    return this.#cache.bytes;
  }

  /**
   * Never throws for what a browser sends. A stack that has no map, or a broken one (logged once), goes on
   * as it came.
   */
  async map(request: StackRequest): Promise<MappedStack> {
    const unmapped = { traceback: request.stack, mappedFrames: 0, source: null };
    if (request.release === null || request.stack === "") return unmapped;
    try {
      const paths = await this.#pathsOf(request.project, request.release);
      if (paths === null) return unmapped;
      const lines = readStack(request);
      const maps = await this.#mapsOf(lines, paths);
      return maps.size === 0 ? unmapped : await this.#write(lines, maps) ?? unmapped;
    } catch (error) {
      // The store failed. The error that a browser met is worth more than its readable lines.
      this.#options.logger.error("Mapping a stack failed: it goes on as it came", {
        project: request.project,
        error: describeError(error),
      });
      return unmapped;
    }
  }

  async #pathsOf(project: string, release: string): Promise<MapPaths | null> {
    const names = await this.#options.maps.names(project, release);
    if (names.length === 0) return null;
    const key = JSON.stringify([project, release]);
    const known = this.#releases.get(key);
    if (known && isSame(known.names, names)) return known.paths;
    const paths = new MapPaths(names);
    remember(this.#releases, key, { names, paths }, MAX_RELEASES);
    return paths;
  }

  /** The maps of a stack's scripts, by their URLs. */
  async #mapsOf(
    lines: readonly StackLine[],
    paths: MapPaths,
  ): Promise<ReadonlyMap<string, LoadedMap>> {
    const ids = new Map<string, number | null>();
    const maps = new Map<string, LoadedMap>();
    for (const { url } of framesToMap(lines)) {
      if (ids.has(url)) continue;
      if (ids.size >= MAX_MAPS) break;
      const id = paths.find(url);
      ids.set(url, id);
      const cached = id === null ? null : this.#cache.get(id);
      const map = cached instanceof Promise ? await cached : cached;
      if (map !== null) maps.set(url, map);
    }
    return maps;
  }

  /** Null where no frame could be mapped. */
  async #write(
    lines: readonly StackLine[],
    maps: ReadonlyMap<string, LoadedMap>,
  ): Promise<MappedStack | null> {
    const mapped = this.#positionsOf(lines, maps);
    if (mapped.size === 0) return null;
    const texts = lines.map((line, index) => {
      const at = mapped.get(line);
      if (at === undefined || line.frame === null) return line.text;
      return frameText(line, line.frame, at, calledName(lines[index + 1], mapped));
    });
    const failing = [...mapped].find(([, { position }]) => !isLibrary(position.file));
    return {
      traceback: texts.join("\n"),
      mappedFrames: mapped.size,
      source: failing ? await this.#excerpt(failing[1]) : null,
    };
  }

  #positionsOf(
    lines: readonly StackLine[],
    maps: ReadonlyMap<string, LoadedMap>,
  ): Map<StackLine, MappedFrame> {
    const mapped = new Map<StackLine, MappedFrame>();
    let frames = 0;
    for (const line of lines) {
      if (line.frame === null) continue;
      if (++frames > MAX_FRAMES) break;
      const map = maps.get(line.frame.url);
      const position = map ? this.#position(map, line.frame) : null;
      if (map && position) mapped.set(line, { map, position });
    }
    return mapped;
  }

  #position({ id, map }: LoadedMap, { line, column }: StackFrame): SourcePosition | null {
    const key = `${id}:${line}:${column ?? ""}`;
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    return remember(this.#positions, key, map.find(line, column), MAX_POSITIONS);
  }

  async #excerpt({ map, position }: MappedFrame): Promise<SourceExcerpt | null> {
    const { source, file, line, column } = position;
    const key = `${map.id}:${source}:${line}:${column}`;
    const known = this.#excerpts.get(key);
    if (known !== undefined) return known;
    const first = Math.max(line - LINES_AROUND, 1);
    const lines = await map.texts.lines(source, first, line + LINES_AROUND);
    const text = lines[line - first];
    const excerpt = text === undefined ? null : {
      file,
      line,
      column,
      before: lines.slice(0, line - first),
      text,
      after: lines.slice(line - first + 1),
    };
    return remember(this.#excerpts, key, excerpt, MAX_EXCERPTS);
  }
}

interface MappedFrame {
  readonly map: LoadedMap;
  readonly position: SourcePosition;
}

function framesToMap(lines: readonly StackLine[]): StackFrame[] {
  return lines.flatMap(({ frame }) => frame === null ? [] : [frame]).slice(0, MAX_FRAMES);
}

function frameText(
  { text }: StackLine,
  frame: StackFrame,
  { position }: MappedFrame,
  called: string | null,
): string {
  const place = `${position.file}:${position.line}:${position.column}`;
  if (frame.isEvalOrigin) return text.slice(0, frame.start) + place + text.slice(frame.end);
  const { functionName } = position;
  const name = functionName === undefined ? called ?? frame.functionName : functionName;
  const at = frame.isAsync ? "    at async" : "    at";
  if (name === null) return `${at} ${place}`;
  return `${at} ${name.slice(0, MAX_NAME_LENGTH)} (${place})`;
}

/** What the caller's code calls the function, where it stood at the very place of the call. */
function calledName(
  caller: StackLine | undefined,
  mapped: ReadonlyMap<StackLine, MappedFrame>,
): string | null {
  if (!caller?.frame || caller.frame.isEvalOrigin || caller.frame.isAsync) return null;
  return mapped.get(caller)?.position.name ?? null;
}

function isSame(known: readonly MapName[], names: readonly MapName[]): boolean {
  return known === names || known.length === names.length &&
      known.every(({ id, fileUrl }, index) =>
        id === names[index]?.id && fileUrl === names[index].fileUrl
      );
}

/** Keeps a value; a full memory is emptied first. */
function remember<Key, Value>(
  memory: Map<Key, Value>,
  key: Key,
  value: Value,
  most: number,
): Value {
  if (memory.size >= most) memory.clear();
  memory.set(key, value);
  return value;
}

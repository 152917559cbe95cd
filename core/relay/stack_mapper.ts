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
      const { positions, source } = await this.#mapFrames(lines, paths);
      if (positions.size === 0) return unmapped;
      return { traceback: rewritten(lines, positions), mappedFrames: positions.size, source };
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

  /** One map after the other: all that a stack names, together, would be more than a container has. */
  async #mapFrames(lines: readonly StackLine[], paths: MapPaths): Promise<MappedFrames> {
    const positions = new Map<StackLine, SourcePosition>();
    let failing: Failing = { at: Infinity, source: null };
    for (const [url, frames] of scriptsOf(lines)) {
      const id = paths.find(url);
      if (id !== null) failing = await this.#mapScript(id, frames, { positions, failing });
    }
    return { positions, source: failing.source };
  }

  /** Adds the positions of a script's frames; gives the first failing one so far. */
  async #mapScript(
    id: number,
    frames: readonly FrameToMap[],
    { positions, failing }: { positions: Map<StackLine, SourcePosition>; failing: Failing },
  ): Promise<Failing> {
    const cached = this.#cache.get(id);
    const map = cached instanceof Promise ? await cached : cached;
    if (map === null) return failing;
    let first = failing;
    for (const { at, line, frame } of frames) {
      const position = this.#position(map, frame);
      if (position === null) continue;
      positions.set(line, position);
      if (at > first.at || isLibrary(position.file)) continue;
      first = { at, source: await this.#excerpt(map, position) };
    }
    return first;
  }

  #position({ id, map }: LoadedMap, { line, column }: StackFrame): SourcePosition | null {
    const key = `${id}:${line}:${column ?? ""}`;
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    return remember(this.#positions, key, map.find(line, column), MAX_POSITIONS);
  }

  async #excerpt(map: LoadedMap, position: SourcePosition): Promise<SourceExcerpt | null> {
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

interface MappedFrames {
  readonly positions: ReadonlyMap<StackLine, SourcePosition>;
  readonly source: SourceExcerpt | null;
}

/** The first mapped frame of the application, by its line's number. */
interface Failing {
  readonly at: number;
  readonly source: SourceExcerpt | null;
}

interface FrameToMap {
  /** Its line's number. */
  readonly at: number;
  readonly line: StackLine;
  readonly frame: StackFrame;
}

/** The frames to be mapped, by the URLs of their scripts, in order. */
function scriptsOf(lines: readonly StackLine[]): ReadonlyMap<string, readonly FrameToMap[]> {
  const scripts = new Map<string, FrameToMap[]>();
  let frames = 0;
  for (const [at, line] of lines.entries()) {
    const { frame } = line;
    if (frame === null) continue;
    if (++frames > MAX_FRAMES) break;
    const known = scripts.get(frame.url);
    if (known) known.push({ at, line, frame });
    else if (scripts.size < MAX_MAPS) scripts.set(frame.url, [{ at, line, frame }]);
  }
  return scripts;
}

function rewritten(
  lines: readonly StackLine[],
  positions: ReadonlyMap<StackLine, SourcePosition>,
): string {
  const texts = lines.map((line, index) => {
    const position = positions.get(line);
    if (position === undefined || line.frame === null) return line.text;
    return frameText(line, line.frame, position, calledName(lines[index + 1], positions));
  });
  return texts.join("\n");
}

function frameText(
  { text }: StackLine,
  frame: StackFrame,
  position: SourcePosition,
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
  positions: ReadonlyMap<StackLine, SourcePosition>,
): string | null {
  if (!caller?.frame || caller.frame.isEvalOrigin || caller.frame.isAsync) return null;
  return positions.get(caller)?.name ?? null;
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

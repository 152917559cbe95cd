import { describeError } from "../failure.ts";
import { collectGarbage, LARGE_BYTES } from "../garbage.ts";
import type { Logger } from "../logger.ts";
import { byteLength } from "../text.ts";
import { InOrder, nextTurn } from "../turns.ts";
import { gunzip, gzip } from "./compression.ts";
import { type RawMap, readSourceMap } from "./map_format.ts";
import { invalidMap } from "./mappings.ts";
import type { NewSourceMap, SourceMap, StoredMap } from "./model.ts";
import { ParsedMap } from "./parsed_map.ts";
import type { MapName, StoredMaps } from "./stored_maps.ts";
import type { RelayStore, SourceMapStore } from "./store.ts";

/** Releases whose maps' names are remembered; pages can name any they like. */
const MAX_RELEASES = 200;

/** The source maps that are stored, with the names of those that are asked for again and again in memory. */
export class SourceMaps implements StoredMaps {
  readonly #store: SourceMapStore;
  readonly #logger: Logger;
  readonly #names = new Map<string, readonly MapName[]>();
  readonly #reading = new InOrder();
  /** One at a time: each takes several times its size of memory. */
  readonly #parsing = new InOrder();

  constructor(store: SourceMapStore, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  names(project: string, release: string): readonly MapName[] {
    const key = JSON.stringify([project, release]);
    const known = this.#names.get(key);
    if (known) return known;
    const names = this.#store.mapNames(project, release);
    if (this.#names.size >= MAX_RELEASES) {
      // The one that was asked for first; one that is still asked for is soon back.
      for (const first of this.#names.keys()) {
        this.#names.delete(first);
        break;
      }
    }
    this.#names.set(key, names);
    return names;
  }

  async load(id: number): Promise<ParsedMap | null> {
    const parsed = await this.#reading.run(() => this.#readParsed(id));
    return parsed ?? await this.#parsing.run(() => this.#parseStored(id));
  }

  /**
   * Throws `invalid` where it is broken. In stages, since an asynchronous function keeps what it was given until
   * it ends, and each of these makes megabytes that the next one needs no more.
   */
  put({ content, ...name }: NewSourceMap, at: string): Promise<SourceMap> {
    return compress(content).then(parse).then(serialize).then((stored) => {
      if (stored.size >= LARGE_BYTES) collectGarbage();
      this.#names.clear();
      return this.#store.putMap({ ...name, ...stored }, at);
    });
  }

  /** Gives whether there was one. */
  delete(id: number): boolean {
    this.#names.clear();
    return this.#store.deleteMap(id);
  }

  /** Deletes at most `limit` that were uploaded before a time (ISO); returns how many went. */
  deleteBefore(before: string, limit: number): number {
    const deleted = this.#store.deleteMapsBefore(before, limit);
    if (deleted > 0) this.#names.clear();
    return deleted;
  }

  /** The oldest make room where the database has reached its size. */
  async trimToSize(store: Pick<RelayStore, "trimToSize">) {
    const went = await store.trimToSize();
    if (went !== null) this.#names.clear();
    return went;
  }

  /** A large one takes up to 50 ms, and a stack may ask for many in a row. */
  async #readParsed(id: number): Promise<ParsedMap | null> {
    // One may be over at once, after garbage was collected for the map before (measured: sockets waited for a second).
    await nextTurn();
    await nextTurn();
    const parsed = this.#store.parsedMap(id);
    if (parsed === null) return null;
    try {
      return await ParsedMap.fromBytes(parsed);
    } catch (error) {
      this.#logger.warn("Parsed source map cannot be read: it is parsed again", {
        source_map: id,
        error: describeError(error),
      });
      return null;
    }
  }

  /** One whose parsed form is not there: of an earlier release of Monlight, which kept none, or damaged. */
  async #parseStored(id: number): Promise<ParsedMap | null> {
    const content = this.#store.mapContent(id);
    if (content === null) return null;
    const text = typeof content === "string" ? content : await unpacked(content);
    const map = await ParsedMap.parse(readSourceMap(text));
    this.#keepParsed(id, await map.toBytes());
    return map;
  }

  #keepParsed(id: number, parsed: Uint8Array): void {
    try {
      this.#store.putParsedMap(id, parsed);
    } catch (error) {
      // It serves all the same.
      this.#logger.warn("Parsed source map cannot be stored: it will be parsed again", {
        source_map: id,
        error: describeError(error),
      });
    }
  }
}

async function unpacked(content: Uint8Array<ArrayBuffer>): Promise<string> {
  try {
    return await gunzip(content);
  } catch {
    throw invalidMap("its stored content is damaged");
  }
}

/** A source map that is read, but not yet parsed. */
interface Compressed extends Pick<StoredMap, "size" | "gzipped"> {
  readonly raw: readonly RawMap[];
}

interface Parsed extends Pick<StoredMap, "size" | "gzipped"> {
  readonly map: ParsedMap;
}

async function compress(content: string): Promise<Compressed> {
  const size = byteLength(content);
  // What came of reading the request.
  if (size >= LARGE_BYTES) collectGarbage();
  const raw = readSourceMap(content);
  return { size, raw, gzipped: await gzip(content) };
}

async function parse({ size, raw, gzipped }: Compressed): Promise<Parsed> {
  if (size >= LARGE_BYTES) collectGarbage();
  return { size, gzipped, map: await ParsedMap.parse(raw) };
}

function serialize({ size, map, gzipped }: Parsed) {
  if (size >= LARGE_BYTES) collectGarbage();
  return map.toBytes().then((parsed) => ({ size, gzipped, parsed }));
}

import { SECOND } from "../clock.ts";
import { describeError, Failure } from "../failure.ts";
import { collectGarbage } from "../garbage.ts";
import type { Logger } from "../logger.ts";
import { OnceAMinute } from "../once_a_minute.ts";
import type { ParsedMap } from "./parsed_map.ts";
import type { StoredMaps } from "./stored_maps.ts";

/** A map that is ready to be asked. */
export type LoadedMap = Pick<ParsedMap, "map" | "texts" | "bytes"> & { readonly id: number };

export interface MapCacheOptions {
  readonly maps: StoredMaps;
  /** What maps may take of memory all together; the last one asked for stays whatever it takes. */
  readonly maxBytes: number;
  readonly logger: Logger;
  /** Time that only passes, in ms; the process's unless given. */
  readonly elapsed?: () => number;
}

/** Maps that wait to be loaded at most; beyond it, stacks go on unmapped. */
const MAX_WAITING = 32;
/**
 * Maps that are loaded at once, and how often one more: each takes some ms, and its memory has to be found. Who
 * has a page's key, as everyone who sees the page, could name a hundred scripts in turn, none of them in
 * memory any more.
 */
const MOST_AT_ONCE = 200;
const ONE_MORE_MS = SECOND / 10;
/** Garbage that dropped maps may leave, of what maps may take. */
const GARBAGE_SHARE = 1 / 4;
/** Maps known to be broken that are remembered. */
const MAX_BROKEN = 10_000;

/** Maps in memory, those asked for last. */
export class MapCache {
  readonly #options: MapCacheOptions;
  readonly #elapsed: () => number;
  /** The one that was asked for longest ago is first. */
  readonly #loaded = new Map<number, LoadedMap>();
  readonly #loading = new Map<number, Promise<LoadedMap | null>>();
  readonly #broken = new Set<number>();
  #bytes = 0;
  /** Bytes of maps that left since garbage was collected: V8 hardly counts what is outside of its heap. */
  #dropped = 0;
  /** How many may be loaded now, as of when. */
  #allowed = MOST_AT_ONCE;
  #allowedAt: number;
  readonly #warning: OnceAMinute;

  constructor(options: MapCacheOptions) {
    this.#options = options;
    this.#elapsed = options.elapsed ?? (() => performance.now());
    this.#allowedAt = this.#elapsed();
    this.#warning = new OnceAMinute(this.#elapsed);
  }

  /** What the maps in memory take of it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The map, at once where it is in memory. Null where it is broken, was deleted, or too much is to be loaded. */
  get(id: number): LoadedMap | null | Promise<LoadedMap | null> {
    const known = this.#loaded.get(id);
    if (known) {
      this.#loaded.delete(id);
      this.#loaded.set(id, known);
      return known;
    }
    if (this.#broken.has(id)) return null;
    const loading = this.#loading.get(id);
    if (loading) return loading;
    if (this.#loading.size >= MAX_WAITING || !this.#mayLoad()) return null;
    const promise = this.#load(id).finally(() => this.#loading.delete(id));
    this.#loading.set(id, promise);
    return promise;
  }

  #mayLoad(): boolean {
    const now = this.#elapsed();
    const more = Math.floor((now - this.#allowedAt) / ONE_MORE_MS);
    this.#allowed = Math.min(this.#allowed + more, MOST_AT_ONCE);
    this.#allowedAt += more * ONE_MORE_MS;
    if (this.#allowed > 0) {
      this.#allowed--;
      return true;
    }
    if (this.#warning.take()) {
      this.#options.logger.warn(
        "Too many source maps are asked for in turn: some stacks go on unmapped",
        {
          maps_in_memory: this.#loaded.size,
          bytes: this.#bytes,
        },
      );
    }
    return false;
  }

  async #load(id: number): Promise<LoadedMap | null> {
    try {
      const parsed = await this.#options.maps.load(id);
      if (parsed === null) return null;
      const { map, texts, bytes } = parsed;
      const loaded = { id, map, texts, bytes };
      this.#keep(loaded);
      return loaded;
    } catch (error) {
      // It was valid when it was uploaded. Any other failure is of the moment.
      if (!(error instanceof Failure) || error.code !== "invalid") throw error;
      if (this.#broken.size >= MAX_BROKEN) this.#broken.clear();
      this.#broken.add(id);
      this.#options.logger.warn("Source map is broken: errors of its script go on unmapped", {
        source_map: id,
        error: describeError(error),
      });
      return null;
    }
  }

  #keep(map: LoadedMap): void {
    this.#loaded.set(map.id, map);
    this.#bytes += map.bytes;
    for (const [id, { bytes }] of this.#loaded) {
      if (this.#bytes <= this.#options.maxBytes || id === map.id) break;
      this.#loaded.delete(id);
      this.#bytes -= bytes;
      this.#dropped += bytes;
    }
    if (this.#dropped < this.#options.maxBytes * GARBAGE_SHARE) return;
    this.#dropped = 0;
    collectGarbage();
  }
}

import type { NewSourceMap, SourceMap } from "./model.ts";
import type { MapName, StoredMaps } from "./stored_maps.ts";
import type { RelayStore, SourceMapStore } from "./store.ts";

/** Releases whose maps' names are remembered; pages can name any they like. */
const MAX_RELEASES = 200;

/** The source maps that are stored, with the names of those that are asked for again and again in memory. */
export class SourceMaps implements StoredMaps {
  readonly #store: SourceMapStore;
  readonly #names = new Map<string, readonly MapName[]>();

  constructor(store: SourceMapStore) {
    this.#store = store;
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

  content(id: number): string | null {
    return this.#store.mapContent(id);
  }

  put(map: NewSourceMap, at: string): SourceMap {
    this.#names.clear();
    return this.#store.putMap(map, at);
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
}

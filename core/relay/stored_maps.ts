import type { ParsedMap } from "./parsed_map.ts";

/** What the mapper needs kept. */
export interface StoredMaps {
  /** Maps uploaded for a release, without their content. */
  names(project: string, release: string): readonly MapName[] | Promise<readonly MapName[]>;
  /** Null when it was deleted meanwhile. Throws `invalid` where it is broken. */
  load(id: number): Promise<ParsedMap | null>;
}

/** A map that was uploaded; one that replaces another has a new id. */
export interface MapName {
  readonly id: number;
  readonly fileUrl: string;
}

import type { SizedStore } from "../trimming.ts";
import type {
  DsnKey,
  Kind,
  SourceMap,
  SourceMapPage,
  SourceMapQuery,
  StoredMap,
  Submission,
} from "./model.ts";

/** What goes where the database has reached its size. */
export const TRIMMED = ["source_maps"] as const;

/** What the Browser Relay keeps. Every operation is whole: done entirely, durably, or not at all. */
export interface RelayStore
  extends KeyStore, SourceMapStore, QueueStore, SizedStore<typeof TRIMMED[number]> {
  readonly schemaVersion: number;
  /** Gives some of the pages that deletions freed back to the disk; tells whether there are more. */
  releaseSpace(): boolean;
  /** Bytes of the database on disk, its write-ahead log included. */
  sizeBytes(): Promise<number>;
  close(): void;
}

export interface KeyStore {
  /** All, the oldest first. */
  keys(): readonly DsnKey[];
  /** Keeps new keys; gives them with their ids. */
  addKeys(
    keys: readonly { readonly publicKey: string; readonly project: string }[],
    at: string,
  ): readonly DsnKey[];
  deactivateKey(id: number): void;
}

export interface SourceMapStore {
  /** Keeps a map in place of the one of the same project, release and address; its id is a new one. */
  putMap(map: StoredMap, at: string): SourceMap;
  maps(query: SourceMapQuery): SourceMapPage;
  mapNames(
    project: string,
    release: string,
  ): readonly { readonly id: number; readonly fileUrl: string }[];
  /** Compressed by gzip; as text where an earlier release of Monlight stored it. */
  mapContent(id: number): Uint8Array<ArrayBuffer> | string | null;
  /** What parsing a map gave; null where that was not kept. */
  parsedMap(id: number): Uint8Array | null;
  /** Keeps what parsing a map gave, unless the map was deleted meanwhile. */
  putParsedMap(id: number, parsed: Uint8Array): void;
  /** Gives whether there was one. */
  deleteMap(id: number): boolean;
  /** Deletes at most `limit` that were uploaded before a time (ISO); returns how many went. */
  deleteMapsBefore(before: string, limit: number): number;
  mapCount(): number;
}

/** What waits for an upstream, in order. */
export interface QueueStore {
  /** How much waits, by kind and project. */
  queued(): readonly {
    readonly kind: Kind;
    readonly project: string;
    readonly items: number;
    readonly bytes: number;
  }[];
  /** Puts submissions at the end, in order; gives for each whether it was not there already. */
  enqueue(submissions: readonly Submission[], at: string): readonly boolean[];
  /** The first of a kind that waits, of those behind an id; null where there is none. */
  firstQueued(kind: Kind, behind: number): (Submission & { readonly id: number }) | null;
  dequeue(id: number): void;
}

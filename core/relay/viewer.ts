import type { DsnKey, NewSourceMap, QueueState, SourceMap } from "./model.ts";
import type { SourceMapPage, SourceMapQuery } from "./model.ts";

/** What the web interface and the HTTP API ask of the Browser Relay. */
export interface BrowserRelay {
  /** All keys, the oldest first, those that were deactivated included. */
  keys(): Promise<readonly DsnKey[]>;
  /** Makes a key for a project (1 to 100 characters). Throws `conflict` when there are too many. */
  createKey(project: string): Promise<DsnKey>;
  /** From now on the key lets nobody in. Throws `not_found` for an unknown id. */
  deactivateKey(id: number): Promise<void>;
  /** The newest first. */
  sourceMaps(query: SourceMapQuery): Promise<SourceMapPage>;
  /** Keeps a map in place of the one of the same project, release and address. Throws `invalid` for a broken one. */
  putSourceMap(map: NewSourceMap): Promise<SourceMap>;
  /** Throws `not_found` for an unknown id. */
  deleteSourceMap(id: number): Promise<void>;
  /** What the settings page shows. */
  about(): Promise<BrowserRelayAbout>;
}

export interface BrowserRelayAbout {
  readonly databasePath: string;
  readonly databaseBytes: number;
  /** What it may have; 0 for no limit. */
  readonly maxDatabaseBytes: number;
  readonly schemaVersion: number;
  readonly rateLimit: number;
  /** Days a source map is kept. */
  readonly retentionDays: number;
  /** Origins whose pages may read answers. */
  readonly origins: readonly string[];
  readonly sourceMaps: number;
  /** Where each kind goes, and what waits for it. */
  readonly upstreams: {
    readonly errors: UpstreamAbout;
    readonly metrics: UpstreamAbout;
  };
}

export interface UpstreamAbout {
  /** null where the service runs in this process. */
  readonly url: string | null;
  readonly queued: QueueState;
  /** Why it cannot be reached, as it was last tried; null when it could. */
  readonly problem: string | null;
}

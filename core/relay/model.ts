/**
 * What the Browser Relay speaks of. Read models carry the names of the HTTP API (`public_key`, not
 * `publicKey`). Times are ISO 8601 in UTC.
 */

export type JsonObject = { readonly [key: string]: unknown };

/** Lengths in characters, sizes in bytes, and counts. */
export const LIMITS = {
  project: 100,
  release: 200,
  fileUrl: 2048,
  /** The body of an upload. */
  uploadBytes: 5 * 1024 * 1024,
  /** Keys ever made, those that were deactivated included. */
  keys: 10_000,
  /** Source maps on a page of the list. */
  mapPage: 1000,
  /** Origins whose pages may read answers. */
  origins: 32,

  exceptionType: 200,
  environment: 100,
  /** What is longer is cut. */
  message: 10_000,
  stack: 65_536,
  url: 8192,
  userAgent: 1000,
  sessionId: 200,
  userId: 500,
  /** Levels of objects and arrays within the context. */
  depth: 32,
  /** A report as it goes to the tracker, which takes 256 KiB. */
  reportBytes: 240_000,
  /** What is left of a stack when a report would be larger. */
  leastStack: 16_000,

  samples: 1000,
  /** A batch as it goes to the collector, which takes 512 KiB. */
  batchBytes: 520_000,
  metricName: 200,
  /** Labels that a page may give; the relay adds its own, and the collector takes 20. */
  labels: 17,
  labelName: 100,
  labelValue: 1000,
  page: 200,

  /** What waits for an upstream, of each kind. */
  queueItems: 50_000,
  queueBytes: 128 * 1024 * 1024,
} as const;

/** A public key: who has it can submit for its project, and nothing else. */
export interface DsnKey {
  readonly id: number;
  readonly public_key: string;
  readonly project: string;
  readonly active: boolean;
  readonly created_at: string;
}

/** A source map without its content. */
export interface SourceMap {
  readonly id: number;
  readonly project: string;
  readonly release: string;
  /** The script's address or path, as it was uploaded. */
  readonly file_url: string;
  /** Bytes of its content. */
  readonly size: number;
  readonly uploaded_at: string;
}

/** A source map as it is uploaded. */
export interface NewSourceMap {
  readonly project: string;
  readonly release: string;
  readonly fileUrl: string;
  readonly content: string;
}

/** A source map as it is stored. */
export interface StoredMap extends Omit<NewSourceMap, "content"> {
  /** Bytes of its content. */
  readonly size: number;
  /** Its content, compressed by gzip. */
  readonly gzipped: Uint8Array;
  /** What parsing it gave. */
  readonly parsed: Uint8Array;
}

/** Which source maps to list, the newest first. */
export interface SourceMapQuery {
  readonly project?: string | undefined;
  readonly release?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface SourceMapPage {
  readonly source_maps: readonly SourceMap[];
  /** All that match. */
  readonly total: number;
}

/** What pages submit; each kind has its own upstream and queue. */
export const KINDS = ["errors", "metrics"] as const;
export type Kind = (typeof KINDS)[number];

/** What goes to an upstream. */
export interface Submission {
  readonly kind: Kind;
  readonly project: string;
  /** The same for what is sent again, so that the upstream takes it once. */
  readonly idempotencyKey: string;
  /** JSON. */
  readonly body: string;
}

/** How much waits for an upstream. */
export interface QueueState {
  readonly items: number;
  readonly bytes: number;
}

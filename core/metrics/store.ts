import type { SeriesBucket } from "./bucket.ts";
import type { EncodedChunk, Samples } from "./chunk.ts";
import type { Resolution, TimeRange } from "./model.ts";
import type { Trimmed } from "../trimming.ts";
import type { MetricIdentity, NewSeries, StoredSeries } from "./series_registry.ts";

/** What one commit stores. */
export interface NewSamples {
  readonly chunks: readonly EncodedChunk[];
  /** What its samples may refer to and is not stored yet. */
  readonly added: NewSeries;
  /** Of the batches that came with a key, with the number of their samples. */
  readonly keys?: readonly BatchKey[];
}

/** The key of a batch that its client may send again. */
export interface BatchKey {
  readonly key: string;
  readonly count: number;
}

/** Where a chunk lies among the others and in time (ms). */
export interface ChunkPlace {
  readonly id: number;
  readonly firstTime: number;
  readonly lastTime: number;
  readonly count: number;
}

/** A metric's buckets in a minute or an hour. */
export interface MetricBuckets {
  readonly metric: number;
  /** Its start in ms since the epoch. */
  readonly bucket: number;
  /** In the order of their series, at least one. */
  readonly buckets: readonly SeriesBucket[];
}

/** A metric and an hour of it (ms since the epoch). */
export interface MetricHour {
  readonly metric: number;
  readonly hour: number;
}

export interface RollupState {
  /** The last chunk that is rolled up; 0 for none. */
  readonly chunk: number;
  /** Ms since the epoch; null before the first time. */
  readonly finishedAt: number | null;
}

/** What is kept of each tier, as times in ms since the epoch: what is older goes. */
export interface RetentionLimits {
  readonly raw: number;
  readonly minute: number;
  readonly hour: number;
  /** Counts of what came in. */
  readonly received: number;
}

/** What rolling up needs of the samples and buckets that are kept. */
export interface RollupStore {
  readonly rollup: RollupState;
  /** Chunks after one, in their order. */
  chunksAfter(id: number): readonly ChunkPlace[];
  /** Chunks with samples in a range of time, or with such around it, up to an id. */
  chunksWithin(range: TimeRange, upTo: number): readonly ChunkPlace[];
  samples(chunk: ChunkPlace): Samples | null;
  /** A metric's buckets, in the order of their series; empty when there are none. */
  buckets(metric: number, resolution: Resolution, bucket: number): readonly SeriesBucket[];
  /** Replaces all buckets of minutes, and opens their hours. */
  writeMinutes(minutes: readonly MetricBuckets[]): void;
  /** Chunks up to this one are in the minutes. */
  finishChunks(chunk: number, now: number): void;
  /** Hours that begin before a moment and are not rolled up since they got samples. */
  openHours(before: number): readonly MetricHour[];
  /** Minutes of an hour that a metric has, in ms. */
  minutesOf(hour: MetricHour): readonly number[];
  /** Replaces all buckets of an hour, and closes it. */
  writeHour(hour: MetricBuckets): void;
  /** Closes an hour that has no minutes. */
  closeHour(hour: MetricHour): void;
  /**
   * Deletes some of what is older, never samples that are not rolled up, nor minutes of an open hour. Gives
   * whether there may be more.
   */
  deleteOlder(limits: RetentionLimits): boolean;
  /** Deletes some series that had no samples since an hour (ms), but for those excepted; gives their ids. */
  deleteSeries(unusedSince: number, except: () => ReadonlySet<number>): readonly number[];
}

/** What goes where the database has reached its size. */
export const TRIMMED = ["samples", "minutes", "hours"] as const;

/** What the Metrics Collector keeps, as far as it is written. */
export interface MetricStore extends RollupStore {
  readonly schemaVersion: number;
  /** Series that are stored. */
  metrics(): Iterable<MetricIdentity>;
  series(): Iterable<StoredSeries>;
  /** How many samples the batch had that was stored with this key; undefined when none was. */
  countOf(key: string): number | undefined;
  /** Resolves once the samples are durable. */
  append(samples: NewSamples, now: number): void;
  /** Samples by the hour (ms) in which they came; hours that retention has not deleted. */
  receivedByHour(): ReadonlyMap<number, number>;
  /** The time (ms) by which what is too old was deleted last; null before the first time. */
  readonly retainedAt: number | null;
  keepRetainedAt(time: number): void;
  /**
   * Takes away some of the oldest data while the database is too large; null when there is nothing to do.
   * Never samples since `keepSince` (ms), nor such as are not rolled up, nor minutes of an open hour.
   */
  trimToSize(keepSince: number): Trimmed<typeof TRIMMED[number]> | null;
  sizeBytes(): Promise<number>;
  close(): void;
}

import type { Clock } from "../clock.ts";
import { HOUR, MINUTE, SECOND } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { GroupCommit } from "../sqlite/group_commit.ts";
import { encodeChunks } from "./chunk.ts";
import { parseSamples, type SampleBatch } from "./parse.ts";
import { type CardinalityLimits, SeriesRegistry } from "./series_registry.ts";
import type { MetricStore } from "./store.ts";

/** Batches of one transaction at most; more wait for the next. */
const MAX_BATCHES = 64;
/** Overflow is logged so often. */
const COMPLAIN_MS = MINUTE;
/** What "in the last 24 hours" is counted by. */
export const COUNTED_HOURS = 24;

export interface IngestOptions {
  readonly store: MetricStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Seconds. */
  readonly retentionRaw: number;
  readonly limits: CardinalityLimits;
  /** Told how many samples went to a series that takes what is beyond the limits. */
  readonly onOverflow: (samples: number) => void;
}

/** A batch with the key that its client gave it, if it did. */
interface KeyedBatch {
  readonly batch: SampleBatch;
  readonly key: string | null;
}

interface StoredBatch {
  /** Samples of it. */
  readonly count: number;
  /** Whether it was not stored before. */
  readonly isNew: boolean;
}

/** The way of samples into the store: their series, shared commit, then the answer. */
export class Ingest {
  readonly registry: SeriesRegistry;
  readonly #options: IngestOptions;
  readonly #commits: GroupCommit<KeyedBatch, StoredBatch>;
  readonly #received: ReceivedCount;
  #complainedAt = -Infinity;

  constructor(options: IngestOptions) {
    const { store, limits } = options;
    this.#options = options;
    this.registry = new SeriesRegistry(limits);
    this.registry.load(store.metrics(), store.series());
    this.#received = new ReceivedCount(store.receivedByHour());
    this.#commits = new GroupCommit({
      maxItems: MAX_BATCHES,
      commit: (batches) => Promise.resolve(this.#store(batches)),
    });
  }

  /** Batches that are not committed yet. */
  get depth(): number {
    return this.#commits.depth;
  }

  /** Samples accepted in the last 24 hours. */
  get received(): number {
    return this.#received.inLastDay(this.#options.clock.now());
  }

  /**
   * Resolves with their number once all samples are durable. Throws `invalid` where one is wrong; none is
   * stored then. A batch with the key of an earlier one is not stored again.
   */
  async record(body: unknown, key: string | null = null): Promise<number> {
    const { clock, retentionRaw } = this.#options;
    const batch = parseSamples(body, {
      now: clock.now(),
      retention: retentionRaw * SECOND,
      seriesOf: (key) => this.registry.byKey(key),
    });
    for (const { index, key, identity } of batch.unknown) {
      batch.series[index] = this.registry.resolve(key, identity);
    }
    const { count, isNew } = await this.#commits.submit({ batch, key });
    if (isNew) this.#countOverflow(batch);
    return count;
  }

  /** Whether no accepted samples wait to be stored. */
  get isIdle(): boolean {
    return this.#commits.isIdle;
  }

  /** Resolves when everything accepted so far is committed. */
  flush(): Promise<void> {
    return this.#commits.flush();
  }

  #store(keyed: readonly KeyedBatch[]): readonly StoredBatch[] {
    const { clock, store } = this.#options;
    const now = clock.now();
    const results = this.#lookUp(keyed);
    const fresh = keyed.filter((_, at) => results[at]?.isNew);
    if (fresh.length === 0) return results;
    const batches = fresh.map(({ batch }) => batch);
    const chunks = encodeChunks(batches);
    const added = this.registry.unstoredOf(batches.map(({ series }) => series));
    const keys = fresh.flatMap(({ key, batch: { times: { length: count } } }) =>
      key === null ? [] : [{ key, count }]
    );
    store.append({ chunks, added, keys }, now);
    this.registry.stored(added);
    for (const { count } of chunks) this.#received.add(count, now);
    return results;
  }

  /** Which batches are to be stored: not those that were, nor the same twice. */
  #lookUp(keyed: readonly KeyedBatch[]): readonly StoredBatch[] {
    const counts = new Map<string, number>();
    return keyed.map(({ key, batch: { times: { length } } }) => {
      if (key === null) return { count: length, isNew: true };
      const known = counts.get(key) ?? this.#options.store.countOf(key);
      counts.set(key, known ?? length);
      return { count: known ?? length, isNew: known === undefined };
    });
  }

  #countOverflow({ series }: SampleBatch): void {
    const { overflow } = this.registry;
    if (overflow.size === 0) return;
    const beyond = series.filter((id) => overflow.has(id));
    if (beyond.length === 0) return;
    this.#options.onOverflow(beyond.length);
    const now = this.#options.clock.now();
    if (Math.abs(now - this.#complainedAt) < COMPLAIN_MS) return;
    this.#complainedAt = now;
    this.#options.logger.warn(
      "Too many label sets: further ones of a metric share one series, with the label " +
        "monlight_overflow; look for labels with many values, such as ids",
      { metric: this.registry.metricOf(beyond[0] ?? 0)?.name, limits: this.#options.limits },
    );
  }
}

/** Samples by the hour they came in; the store keeps the same. */
class ReceivedCount {
  readonly #hours = new Map<number, number>();

  /** By hours in ms. */
  constructor(before: ReadonlyMap<number, number>) {
    for (const [time, count] of before) this.#hours.set(hourOf(time), count);
  }

  add(count: number, now: number): void {
    const hour = hourOf(now);
    this.#hours.set(hour, (this.#hours.get(hour) ?? 0) + count);
    for (const one of this.#hours.keys()) if (hour - one > COUNTED_HOURS) this.#hours.delete(one);
  }

  inLastDay(now: number): number {
    let sum = 0;
    for (const [hour, count] of this.#hours) if (hourOf(now) - hour < COUNTED_HOURS) sum += count;
    return sum;
  }
}

function hourOf(time: number): number {
  return Math.floor(time / HOUR);
}

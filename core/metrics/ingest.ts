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

/** The way of samples into the store: their series, shared commit, then the answer. */
export class Ingest {
  readonly registry: SeriesRegistry;
  readonly #options: IngestOptions;
  readonly #commits: GroupCommit<SampleBatch, number>;
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
   * stored then.
   */
  async record(body: unknown): Promise<number> {
    const { clock, retentionRaw } = this.#options;
    const batch = parseSamples(body, {
      now: clock.now(),
      retention: retentionRaw * SECOND,
      seriesOf: (key) => this.registry.byKey(key),
    });
    for (const { index, key, identity } of batch.unknown) {
      batch.series[index] = this.registry.resolve(key, identity);
    }
    const count = await this.#commits.submit(batch);
    this.#countOverflow(batch);
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

  #store(batches: readonly SampleBatch[]): readonly number[] {
    const now = this.#options.clock.now();
    const chunks = encodeChunks(batches);
    const added = this.registry.unstoredOf(batches.map(({ series }) => series));
    this.#options.store.append({ chunks, added }, now);
    this.registry.stored(added);
    for (const { count } of chunks) this.#received.add(count, now);
    return batches.map(({ times }) => times.length);
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

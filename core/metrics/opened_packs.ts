import { HOUR, MINUTE } from "../clock.ts";
import type { SeriesBucket } from "./bucket.ts";
import { minuteBuckets } from "./minute_samples.ts";
import type { Resolution, TimeRange } from "./model.ts";
import { type EncodedPack, encodePack, Pack } from "./pack.ts";
import type { MetricReadStore } from "./read_sqlite_store.ts";
import { replaced, touchedMinutes } from "./rollup.ts";
import type { MetricIdentity } from "./series_registry.ts";
import type { ChunkPlace } from "./store.ts";

/** A pack that is opened when it is asked for. */
export interface OpenedPack {
  readonly metric: MetricIdentity;
  /** Start of its bucket, in ms; of an hour that is being filled there are packs by the minute. */
  readonly time: number;
  /** All series together, for `decodeTotal`. */
  total(): Uint8Array;
  /** Each series. */
  series(): Pack;
}

/**
 * The packs of metrics as they would be if everything were rolled up: what was not yet is computed from the
 * raw samples. It holds for one moment of the database.
 */
export class OpenedPacks {
  readonly #store: MetricReadStore;
  readonly #upTo: number;
  readonly #chunks: readonly ChunkPlace[];
  /** Minutes with samples that are not rolled up, and of which series. */
  readonly #touched: ReadonlyMap<number, ReadonlySet<number>>;
  /** The same minutes of metrics that were asked for. */
  readonly #fresh = new Map<number, ReadonlyMap<number, EncodedPack>>();

  constructor(store: MetricReadStore) {
    this.#store = store;
    const { chunks } = store;
    this.#chunks = chunks.chunksAfter(chunks.rollup.chunk);
    this.#upTo = this.#chunks.at(-1)?.id ?? chunks.rollup.chunk;
    this.#touched = finish(touchedMinutes(chunks, this.#chunks));
  }

  /** Those of a metric in a range of time, in their order. */
  of(metric: MetricIdentity, resolution: Resolution, range: TimeRange): readonly OpenedPack[] {
    const fresh = this.#fresh.get(metric.id) ?? this.#freshMinutes(metric);
    this.#fresh.set(metric.id, fresh);
    if (resolution === "minute") return this.#minutes(metric, range, fresh);
    const open = new Set(this.#store.openHours(metric.id));
    for (const minute of fresh.keys()) open.add(hourOf(minute));
    const packs: OpenedPack[] = [];
    for (const { id, bucket, samples } of this.#store.packs(metric.id, "hour", range)) {
      // What the minutes were made from may be gone, as when the clock was wrong: then the hour knows more.
      const isWhole = !open.has(bucket) || samples > this.#samplesOfHour(metric, bucket, fresh);
      if (!isWhole) continue;
      packs.push(this.#stored(metric, id, bucket));
      open.delete(bucket);
    }
    for (const hour of open) {
      if (hour < range.from || hour >= range.to) continue;
      const minutes = { from: hour, to: hour + HOUR };
      packs.push(...this.#minutes(metric, minutes, new Map(within(fresh, minutes))));
    }
    return packs.sort(byTime);
  }

  #minutes(
    metric: MetricIdentity,
    range: TimeRange,
    fresh: ReadonlyMap<number, EncodedPack>,
  ): OpenedPack[] {
    const packs = this.#store.packs(metric.id, "minute", range)
      .filter(({ bucket }) => !fresh.has(bucket))
      .map(({ id, bucket }) => this.#stored(metric, id, bucket));
    for (const [time, { total, series, sketches }] of within(fresh, range)) {
      packs.push({ metric, time, total: () => total, series: () => new Pack(series, sketches) });
    }
    return packs.sort(byTime);
  }

  /** Samples that the minutes of an hour have. */
  #samplesOfHour(
    metric: MetricIdentity,
    hour: number,
    fresh: ReadonlyMap<number, EncodedPack>,
  ): number {
    const range = { from: hour, to: hour + HOUR };
    let sum = 0;
    for (const { bucket, samples } of this.#store.packs(metric.id, "minute", range)) {
      if (!fresh.has(bucket)) sum += samples;
    }
    for (const [, { count }] of within(fresh, range)) sum += count;
    return sum;
  }

  #stored(metric: MetricIdentity, id: number, time: number): OpenedPack {
    return {
      metric,
      time,
      total: () => this.#store.total(id),
      series: () => {
        const { series, sketches } = this.#store.pack(id);
        return new Pack(series, sketches);
      },
    };
  }

  /** Minutes of a metric that got samples since they were rolled up, computed anew. */
  #freshMinutes(metric: MetricIdentity): ReadonlyMap<number, EncodedPack> {
    const fresh = new Map<number, EncodedPack>();
    const own = this.#touched.size > 0 ? new Set(this.#store.seriesWith(metric.id, {})) : null;
    for (const [minute, series] of this.#touched) {
      const wanted = own?.intersection(series);
      if (!wanted || wanted.size === 0) continue;
      const buckets = this.#computed(metric, minute, wanted);
      fresh.set(minute, encodePack(replaced(this.#storedBuckets(metric, minute), buckets)));
    }
    return fresh;
  }

  #computed(
    metric: MetricIdentity,
    minute: number,
    wanted: ReadonlySet<number>,
  ): readonly SeriesBucket[] {
    const { chunks } = this.#store;
    const places = chunks.chunksWithin({ from: minute, to: minute + MINUTE }, this.#upTo);
    return finish(minuteBuckets(
      minute,
      wanted,
      () => metric.type === "histogram",
      () => places.values().map((place) => chunks.samples(place)),
    ));
  }

  #storedBuckets(metric: MetricIdentity, minute: number): readonly SeriesBucket[] {
    const [place] = this.#store.packs(metric.id, "minute", { from: minute, to: minute + 1 });
    if (!place) return [];
    const { series, sketches } = this.#store.pack(place.id);
    const pack = new Pack(series, sketches);
    return Array.from(pack.ids, (_, at) => pack.bucket(at));
  }
}

/** The hour that a moment lies in. */
function hourOf(time: number): number {
  return Math.floor(time / HOUR) * HOUR;
}

function byTime(one: OpenedPack, other: OpenedPack): number {
  return one.time - other.time;
}

function within<Value>(map: ReadonlyMap<number, Value>, { from, to }: TimeRange) {
  return [...map].filter(([time]) => time >= from && time < to);
}

/** The result of work that goes on in steps, done in one go. */
function finish<Result>(work: Generator<void, Result>): Result {
  while (true) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

import { HOUR, MINUTE } from "../clock.ts";
import type { Stepwise } from "../stepwise.ts";
import type { SeriesBucket } from "./bucket.ts";
import { minuteBuckets } from "./minute_samples.ts";
import type { Resolution, TimeRange } from "./model.ts";
import { type EncodedPack, encodePack, Pack } from "./pack.ts";
import type { ReadBudget } from "./read_budget.ts";
import type { MetricReadStore, PackPlace } from "./read_sqlite_store.ts";
import { replaced, touchedMinutes } from "./rollup.ts";
import type { MetricIdentity } from "./series_registry.ts";

/** A pack that is opened when it is asked for. */
export interface OpenedPack {
  readonly metric: MetricIdentity;
  /** Start of its bucket, in ms; of an hour that is being filled there are packs by the minute. */
  readonly time: number;
  readonly samples: number;
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
  readonly #budget: ReadBudget;
  /** Up to which chunk samples count. */
  readonly #upTo: number;
  /** Minutes with samples that are not rolled up, and of which series. */
  readonly #touched: ReadonlyMap<number, ReadonlySet<number>>;
  /** The same minutes of metrics that were asked for. */
  readonly #fresh = new Map<number, ReadonlyMap<number, EncodedPack>>();

  private constructor(
    parts: {
      readonly store: MetricReadStore;
      readonly budget: ReadBudget;
      readonly upTo: number;
      readonly touched: ReadonlyMap<number, ReadonlySet<number>>;
    },
  ) {
    this.#store = parts.store;
    this.#budget = parts.budget;
    this.#upTo = parts.upTo;
    this.#touched = parts.touched;
  }

  static *open(store: MetricReadStore, budget: ReadBudget): Stepwise<OpenedPacks> {
    const { chunks } = store;
    const rolledUp = chunks.rollup.chunk;
    const fresh = chunks.chunksAfter(rolledUp);
    const touched = yield* touchedMinutes(chunks, fresh);
    return new OpenedPacks({ store, budget, upTo: fresh.at(-1)?.id ?? rolledUp, touched });
  }

  /** Those of a metric in a range of time, in their order. */
  *of(
    metric: MetricIdentity,
    resolution: Resolution,
    range: TimeRange,
  ): Stepwise<readonly OpenedPack[]> {
    const fresh = this.#fresh.get(metric.id) ?? (yield* this.#freshMinutes(metric));
    this.#fresh.set(metric.id, fresh);
    if (resolution === "minute") return this.#minutes(metric, range, fresh);
    const open = new Set(this.#store.openHours(metric.id));
    for (const minute of fresh.keys()) open.add(hourOf(minute));
    const packs: OpenedPack[] = [];
    for (const { id, bucket, samples } of this.#store.packs(metric.id, "hour", range)) {
      // What the minutes were made from may be gone, as when the clock was wrong: then the hour knows more.
      const isWhole = !open.has(bucket) || samples > this.#samplesOfHour(metric, bucket, fresh);
      if (!isWhole) continue;
      packs.push(this.#stored(metric, { id, bucket, samples }));
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
      .map((place) => this.#stored(metric, place));
    for (const [time, { count, total, series, sketches }] of within(fresh, range)) {
      packs.push({
        metric,
        time,
        samples: count,
        total: () => total,
        series: () => this.#opened(new Pack(series, sketches)),
      });
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

  #stored(metric: MetricIdentity, { id, bucket, samples }: PackPlace): OpenedPack {
    return {
      metric,
      time: bucket,
      samples,
      total: () => {
        this.#budget.spend(1);
        return this.#store.total(id);
      },
      series: () => {
        const { series, sketches } = this.#store.pack(id);
        return this.#opened(new Pack(series, sketches));
      },
    };
  }

  #opened(pack: Pack): Pack {
    this.#budget.spend(pack.size);
    return pack;
  }

  /** Minutes of a metric that got samples since they were rolled up, computed anew. */
  *#freshMinutes(metric: MetricIdentity): Stepwise<ReadonlyMap<number, EncodedPack>> {
    const fresh = new Map<number, EncodedPack>();
    const own = this.#touched.size > 0 ? new Set(this.#store.seriesWith(metric.id, {})) : null;
    for (const [minute, series] of this.#touched) {
      const wanted = own?.intersection(series);
      if (!wanted || wanted.size === 0) continue;
      const buckets = yield* this.#computed(metric, minute, wanted);
      fresh.set(minute, encodePack(replaced(this.#storedBuckets(metric, minute), buckets)));
    }
    return fresh;
  }

  *#computed(
    metric: MetricIdentity,
    minute: number,
    wanted: ReadonlySet<number>,
  ): Stepwise<readonly SeriesBucket[]> {
    const { chunks } = this.#store;
    const places = chunks.chunksWithin({ from: minute, to: minute + MINUTE }, this.#upTo);
    return yield* minuteBuckets(
      minute,
      wanted,
      () => metric.type === "histogram",
      () => places.values().map((place) => chunks.samples(place)),
    );
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

import { HOUR, MINUTE } from "../clock.ts";
import type { Stepwise } from "../stepwise.ts";
import { MergedBucket, type SeriesBucket } from "./bucket.ts";
import { minuteBuckets } from "./minute_samples.ts";
import type { MetricIdentity } from "./series_registry.ts";
import type { ChunkPlace, MetricHour, RollupStore } from "./store.ts";

export interface RollupOptions {
  readonly store: RollupStore;
  readonly metricOf: (series: number) => Pick<MetricIdentity, "id" | "type"> | undefined;
}

/**
 * Rolls up what came since the last time: the minutes that got samples are computed anew from the raw ones,
 * and so are hours that have passed since. Done twice it changes nothing, so it may be cut off anywhere.
 */
export function* rollUp({ store, metricOf }: RollupOptions, now: number): Stepwise<void> {
  const chunks = store.chunksAfter(store.rollup.chunk);
  const last = chunks.at(-1)?.id ?? store.rollup.chunk;
  const touched = yield* touchedMinutes(store, chunks);
  for (const [minute, series] of [...touched].sort(([one], [other]) => one - other)) {
    yield* rollUpMinute({ store, metricOf }, minute, series, last);
  }
  store.finishChunks(last, now);
  for (const hour of store.openHours(Math.floor(now / HOUR) * HOUR)) {
    yield* rollUpHour(store, hour);
  }
}

/** Which series got samples, by minute. */
export function* touchedMinutes(
  store: Pick<RollupStore, "samples">,
  chunks: readonly ChunkPlace[],
): Stepwise<ReadonlyMap<number, ReadonlySet<number>>> {
  const touched = new Map<number, Set<number>>();
  // In which minute a series was last seen, by its id: a set is asked for each new one alone.
  let seen = new Float64Array(1024);
  for (const chunk of chunks) {
    const samples = store.samples(chunk);
    if (!samples) continue;
    const { series, times } = samples;
    let [minute, seriesOfMinute] = [NaN, new Set<number>()];
    for (let at = 0; at < series.length; at++) {
      const time = times[at] ?? 0;
      // Most are of the minute of the one before.
      if (!(time >= minute && time < minute + MINUTE)) {
        minute = Math.floor(time / MINUTE) * MINUTE;
        seriesOfMinute = touched.get(minute) ?? new Set();
        touched.set(minute, seriesOfMinute);
      }
      const id = series[at] ?? 0;
      if (id >= seen.length) seen = grown(seen, id);
      if (seen[id] === minute) continue;
      seen[id] = minute;
      seriesOfMinute.add(id);
    }
    yield;
  }
  return touched;
}

/** The same numbers, with room for one more at a place. */
function grown(numbers: Float64Array<ArrayBuffer>, place: number): Float64Array<ArrayBuffer> {
  const more = new Float64Array(Math.max(2 * numbers.length, place + 1));
  more.set(numbers);
  return more;
}

function* rollUpMinute(
  { store, metricOf }: RollupOptions,
  minute: number,
  series: ReadonlySet<number>,
  upTo: number,
): Stepwise<void> {
  const chunks = store.chunksWithin({ from: minute, to: minute + MINUTE }, upTo);
  const buckets = yield* minuteBuckets(
    minute,
    series,
    (one) => metricOf(one)?.type === "histogram",
    () => chunks.values().map((chunk) => store.samples(chunk)),
  );
  const byMetric = Map.groupBy(buckets, (bucket) => metricOf(bucket.series)?.id ?? null);
  for (const [metric, fresh] of byMetric) {
    if (metric === null) continue;
    const merged = replaced(store.buckets(metric, "minute", minute), fresh);
    store.writeMinutes([{ metric, bucket: minute, buckets: merged }]);
    yield;
  }
}

function* rollUpHour(store: RollupStore, { metric, hour }: MetricHour): Stepwise<void> {
  const merged = new Map<number, MergedBucket>();
  for (const minute of store.minutesOf({ metric, hour })) {
    for (const bucket of store.buckets(metric, "minute", minute)) {
      const one = merged.get(bucket.series) ?? new MergedBucket();
      merged.set(bucket.series, one);
      one.add(bucket, bucket.sketch);
    }
    yield;
  }
  const fresh = [...merged].sort(([one], [other]) => one - other).map(([series, bucket]) => ({
    series,
    count: bucket.count,
    sum: bucket.sum,
    min: bucket.min,
    max: bucket.max,
    percentiles: bucket.percentiles,
    sketch: bucket.encodedSketch(),
  }));
  if (fresh.length === 0) return store.closeHour({ metric, hour });
  store.writeHour({
    metric,
    bucket: hour,
    buckets: replaced(store.buckets(metric, "hour", hour), fresh),
  });
}

/**
 * Buckets with those that are fresh in place of the old ones, in the order of their series. One with fewer
 * samples does not replace one with more: what it was made from is then gone, as when the clock was wrong.
 */
export function replaced(
  old: readonly SeriesBucket[],
  fresh: readonly SeriesBucket[],
): readonly SeriesBucket[] {
  const bySeries = new Map(old.map((bucket) => [bucket.series, bucket]));
  for (const bucket of fresh) {
    if (bucket.count >= (bySeries.get(bucket.series)?.count ?? 0)) {
      bySeries.set(bucket.series, bucket);
    }
  }
  return [...bySeries.values()].sort((one, other) => one.series - other.series);
}

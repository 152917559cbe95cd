import { DAY, isoTime, SECOND } from "../clock.ts";
import type { Stepwise } from "../stepwise.ts";
import type { MergedBucket } from "./bucket.ts";
import { GroupNumbers, groupsOf, topGroups } from "./groups.ts";
import { bucketMs, type Grouping, mergeSteps, type Steps } from "./merge_steps.ts";
import {
  LIMITS,
  METRIC_TYPES,
  type MetricAnswer,
  type MetricFilter,
  type MetricGroup,
  type MetricPoint,
  type MetricQuery,
  type MetricType,
} from "./model.ts";
import { OpenedPacks } from "./opened_packs.ts";
import { ReadBudget } from "./read_budget.ts";
import type { MetricReadStore } from "./read_sqlite_store.ts";
import type { MetricIdentity } from "./series_registry.ts";
import { autoResolution, rangeOf } from "./span.ts";

/** What holds for a query beside its parameters. */
export interface QueryOptions {
  /** The moment it is asked at, in ms since the epoch. */
  readonly now: number;
  /** How long minutes are kept, in ms. */
  readonly minutesKept?: number;
  readonly budget?: ReadBudget;
}

/** The answer to `GET /api/metrics`, of what is stored at one moment. */
export function* queryMetric(
  store: MetricReadStore,
  query: MetricQuery,
  { now, minutesKept = DAY, budget = new ReadBudget(LIMITS.readBuckets) }: QueryOptions,
): Stepwise<MetricAnswer> {
  const { name, span, groupBy } = query;
  const resolution = query.resolution === "auto"
    ? autoResolution(span, now, minutesKept)
    : query.resolution;
  const step = bucketMs(resolution);
  const steps: Steps = {
    packs: yield* OpenedPacks.open(store, budget),
    resolution,
    range: rangeOf(span, step, now),
    step,
  };
  const found = store.metrics(query);
  const type = query.type ?? (yield* mostUsedType(found, steps));
  const metrics = found.filter((metric) => metric.type === type);
  const others = METRIC_TYPES.filter((one) =>
    one !== type && found.some((metric) => metric.type === one)
  );
  const head = {
    name,
    ...(type === undefined ? {} : { type }),
    ...(others.length > 0 ? { other_types: others } : {}),
    resolution,
    period: span.period,
    ...(span.period === null
      ? { since: isoTime(span.from), until: isoTime(Math.max(span.from, Math.min(span.to, now))) }
      : {}),
  };
  const point = (merged: MergedBucket, time: number) =>
    toPoint(merged, { time, step, now, isCounter: type === "counter" });
  if (groupBy.length > 0) {
    return { ...head, ...yield* grouped(store, query, metrics, steps, point) };
  }
  const data: MetricPoint[] = [];
  const selections = metrics.map((metric) => ({
    metric,
    groups: Object.keys(query.labels).length === 0 ? null : oneGroup(store, metric, query),
  }));
  yield* mergeSteps(steps, selections, (time, [merged]) => {
    if (merged && merged.count > 0) data.push(point(merged, time));
  });
  return { ...head, data };
}

/**
 * The type that is told of a name which has several, as after a mistake: values of different types cannot be
 * put together. It is the one with the most samples in the range.
 */
function* mostUsedType(
  metrics: readonly MetricIdentity[],
  { packs, resolution, range }: Steps,
): Stepwise<MetricType | undefined> {
  const [first] = metrics;
  if (!first || metrics.every(({ type }) => type === first.type)) return first?.type;
  const samples = new Map<MetricType, number>();
  for (const metric of metrics) {
    let count = samples.get(metric.type) ?? 0;
    for (const pack of yield* packs.of(metric, resolution, range)) count += pack.samples;
    samples.set(metric.type, count);
  }
  const [most] = [...samples].sort(([, one], [, other]) => other - one);
  return most?.[0];
}

function* grouped(
  store: MetricReadStore,
  query: MetricQuery,
  metrics: readonly MetricIdentity[],
  steps: Steps,
  point: (merged: MergedBucket, time: number) => MetricPoint,
): Stepwise<Pick<MetricAnswer, "groups" | "groups_left_out">> {
  const { topBy = "count" } = query;
  const { labels, selections, leftOut } = yield* topGroups(
    groupsOf(store, metrics, query),
    steps,
    topBy,
  );
  const groups = labels.map((labels) => ({
    told: { labels, data: new Array<MetricPoint>() } satisfies MetricGroup,
    numbers: new GroupNumbers(),
  }));
  yield* mergeSteps(steps, selections, (time, merged) =>
    merged.forEach((bucket, place) => {
      const group = groups[place];
      if (!bucket || bucket.count === 0 || !group) return;
      group.told.data.push(point(bucket, time));
      group.numbers.add(bucket);
    }));
  return {
    groups: groups.filter(({ numbers }) => numbers.count > 0)
      .sort((one, other) => other.numbers.by(topBy) - one.numbers.by(topBy))
      .map(({ told }) => told),
    ...(leftOut > 0 ? { groups_left_out: leftOut } : {}),
  };
}

/** All series with the labels that are asked for. */
function oneGroup(
  store: MetricReadStore,
  metric: MetricIdentity,
  { labels }: MetricFilter,
): Grouping {
  return new Map(store.seriesWith(metric.id, labels).map((id) => [id, 0]));
}

function toPoint(
  merged: MergedBucket,
  { time, step, now, isCounter }: {
    readonly time: number;
    readonly step: number;
    readonly now: number;
    readonly isCounter: boolean;
  },
): MetricPoint {
  const { count, sum, min, max, percentiles } = merged;
  const seconds = Math.min(step, Math.max(SECOND, now - time)) / SECOND;
  return {
    bucket: isoTime(time),
    count,
    sum,
    min,
    max,
    avg: sum / count,
    p50: percentiles?.p50 ?? null,
    p95: percentiles?.p95 ?? null,
    p99: percentiles?.p99 ?? null,
    ...(isCounter ? { rate: sum / seconds } : {}),
  };
}

import { DAY, isoTime, SECOND } from "../clock.ts";
import { MergedBucket } from "./bucket.ts";
import {
  type Labels,
  LIMITS,
  type MetricAnswer,
  type MetricFilter,
  type MetricPoint,
  type MetricQuery,
  type Resolution,
  type TimeRange,
} from "./model.ts";
import { type OpenedPack, OpenedPacks } from "./opened_packs.ts";
import { decodeTotal } from "./pack.ts";
import { type MetricReadStore, RESOLUTION_SECONDS } from "./read_sqlite_store.ts";
import { autoResolution, rangeOf } from "./span.ts";
import type { MetricIdentity } from "./series_registry.ts";

/** Which series are taken together: a group's place by the id of a series; null for all as one. */
export type Grouping = ReadonlyMap<number, number> | null;

/** A metric, with the grouping of its series. */
export interface Selection {
  readonly metric: MetricIdentity;
  readonly groups: Grouping;
}

/**
 * The answer to `GET /api/metrics`, of what is stored at one moment. `now` is that moment, `minutesKept` how
 * long minutes are (ms).
 */
export function queryMetric(
  store: MetricReadStore,
  query: MetricQuery,
  now: number,
  minutesKept: number = DAY,
): MetricAnswer {
  const { name, span, groupBy } = query;
  const resolution = query.resolution === "auto"
    ? autoResolution(span, now, minutesKept)
    : query.resolution;
  const step = RESOLUTION_SECONDS[resolution] * SECOND;
  const range = rangeOf(span, step, now);
  const head = {
    name,
    resolution,
    period: span.period,
    ...(span.period === null
      ? { since: isoTime(span.from), until: isoTime(Math.max(span.from, Math.min(span.to, now))) }
      : {}),
  };
  const packs = new OpenedPacks(store);
  const metrics = store.metrics(query);
  const isCounter = metrics.length > 0 && metrics.every(({ type }) => type === "counter");
  const point = (merged: MergedBucket, time: number) => toPoint(merged, time, step, isCounter, now);
  if (groupBy.length === 0) {
    const data: MetricPoint[] = [];
    const selections = metrics.map((metric) => ({
      metric,
      groups: Object.keys(query.labels).length === 0 ? null : oneGroup(store, metric, query),
    }));
    mergeSteps({ packs, resolution, range, step }, selections, (time, [merged]) => {
      if (merged && merged.count > 0) data.push(point(merged, time));
    });
    return { ...head, data };
  }
  const { labels, selections, leftOut } = mostUsed(
    groupsOf(store, metrics, query),
    mostGroups(Math.max(0, ...metrics.map((metric) => packs.of(metric, resolution, range).length))),
    (grouped) => countGroups(packs, resolution, range, grouped),
  );
  const groups = labels.map((labels) => ({ labels, data: new Array<MetricPoint>(), samples: 0 }));
  mergeSteps(
    { packs, resolution, range, step },
    selections,
    (time, merged) =>
      merged.forEach((bucket, place) => {
        const group = groups[place];
        if (!bucket || bucket.count === 0 || !group) return;
        group.data.push(point(bucket, time));
        group.samples += bucket.count;
      }),
  );
  return {
    ...head,
    groups: groups.filter(({ samples }) => samples > 0)
      .sort((one, other) => other.samples - one.samples)
      .map(({ labels, data }) => ({ labels, data })),
    ...(leftOut > 0 ? { groups_left_out: leftOut } : {}),
  };
}

export interface Steps {
  readonly packs: OpenedPacks;
  readonly resolution: Resolution;
  readonly range: TimeRange;
  /** Ms from the start of a bucket that is asked for to the next. */
  readonly step: number;
}

/**
 * Calls `visit` with each step that has samples, in its order, and the merged bucket of each group, which
 * holds until the next step; its count is 0 where the group has no samples.
 */
export function mergeSteps(
  { packs, resolution, range, step }: Steps,
  selections: readonly Selection[],
  visit: (time: number, groups: readonly (MergedBucket | undefined)[]) => void,
): void {
  const parts: { readonly pack: OpenedPack; readonly groups: Grouping }[] = selections
    .filter(({ groups }) => groups === null || groups.size > 0)
    .flatMap(({ metric, groups }) =>
      packs.of(metric, resolution, range).map((pack) => ({ pack, groups }))
    )
    .sort((one, other) => one.pack.time - other.pack.time);
  let time = NaN;
  const merged: (MergedBucket | undefined)[] = [];
  for (const { pack, groups } of parts) {
    const start = Math.floor(pack.time / step) * step;
    if (start !== time) {
      if (merged.length > 0) visit(time, merged);
      time = start;
      // Used again: a sketch is made of several arrays.
      for (const bucket of merged) bucket?.clear();
    }
    addPack(pack, groups, merged);
  }
  if (merged.length > 0) visit(time, merged);
}

function addPack(pack: OpenedPack, groups: Grouping, merged: (MergedBucket | undefined)[]): void {
  if (groups === null) {
    const { bucket, sketch } = decodeTotal(pack.total());
    (merged[0] ??= new MergedBucket()).add(bucket, sketch);
    return;
  }
  const series = pack.series();
  for (let at = 0; at < series.size; at++) {
    const group = groups.get(series.ids[at] ?? 0);
    if (group !== undefined) series.addTo(merged[group] ??= new MergedBucket(), at);
  }
}

/** All series with the labels that are asked for. */
function oneGroup(
  store: MetricReadStore,
  metric: MetricIdentity,
  { labels }: MetricFilter,
): Grouping {
  return new Map(store.seriesWith(metric.id, labels).map((id) => [id, 0]));
}

/** Groups series by the values of labels. */
export function groupsOf(
  store: MetricReadStore,
  metrics: readonly MetricIdentity[],
  { labels, groupBy }: Pick<MetricQuery, "labels" | "groupBy">,
): Groups {
  const places = new Map<string, number>();
  const found: Labels[] = [];
  const selections = metrics.map((metric) => {
    const values = groupBy.map((label) => store.labelValues(metric.id, label));
    const groups = new Map<number, number>();
    for (const series of store.seriesWith(metric.id, labels)) {
      const own = values.map((bySeries) => bySeries.get(series) ?? "");
      const key = JSON.stringify(own);
      const place = places.get(key) ?? found.length;
      if (place === found.length) {
        places.set(key, place);
        found.push(Object.fromEntries(groupBy.map((label, at) => [label, own[at] ?? ""])));
      }
      groups.set(series, place);
    }
    return { metric, groups };
  });
  return { labels: found, selections };
}

interface GroupedSelection {
  readonly metric: MetricIdentity;
  readonly groups: ReadonlyMap<number, number>;
}

interface Groups {
  /** By their places. */
  readonly labels: readonly Labels[];
  readonly selections: readonly GroupedSelection[];
}

/** How many groups are told, which have up to so many points each: an answer has to stay some MB small. */
function mostGroups(points: number): number {
  const room = Math.floor(LIMITS.groupPoints / Math.max(1, points));
  return Math.max(LIMITS.fewGroups, Math.min(LIMITS.groups, room));
}

/** The groups with the most samples, where there are more than are told. */
function mostUsed(
  { labels, selections }: Groups,
  most: number,
  count: (selections: readonly GroupedSelection[]) => ReadonlyMap<number, number>,
): Groups & { readonly leftOut: number } {
  if (labels.length <= most) return { labels, selections, leftOut: 0 };
  const counts = count(selections);
  const told = [...counts].sort(([, one], [, other]) => other - one).slice(0, most)
    .map(([group]) => group);
  const places = new Map(told.map((group, place) => [group, place]));
  return {
    labels: told.map((group) => labels[group] ?? {}),
    selections: selections.map(({ metric, groups }) => ({ metric, groups: only(groups, places) })),
    leftOut: counts.size - told.length,
  };
}

/** Samples by group. */
function countGroups(
  packs: OpenedPacks,
  resolution: Resolution,
  range: TimeRange,
  selections: readonly GroupedSelection[],
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { metric, groups } of selections) {
    for (const pack of packs.of(metric, resolution, range)) {
      const series = pack.series();
      for (let at = 0; at < series.size; at++) {
        const group = groups.get(series.ids[at] ?? 0);
        if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + series.count(at));
      }
    }
  }
  return counts;
}

function only(groups: ReadonlyMap<number, number>, places: ReadonlyMap<number, number>) {
  const kept = new Map<number, number>();
  for (const [series, group] of groups) {
    const place = places.get(group);
    if (place !== undefined) kept.set(series, place);
  }
  return kept;
}

function toPoint(
  merged: MergedBucket,
  time: number,
  step: number,
  isCounter: boolean,
  now: number,
): MetricPoint {
  const { count, min, max, percentiles } = merged;
  // The sum of very great values may be beyond all numbers, which JSON cannot tell.
  const sum = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, merged.sum));
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

/** Series grouped by the values of labels, and which of the groups are told. */
import type { Stepwise } from "../stepwise.ts";
import { finiteSum } from "./bucket.ts";
import type { Steps } from "./merge_steps.ts";
import { type GroupOrder, type Labels, LIMITS, type MetricQuery } from "./model.ts";
import type { MetricReadStore } from "./read_sqlite_store.ts";
import type { MetricIdentity } from "./series_registry.ts";

export interface GroupedSelection {
  readonly metric: MetricIdentity;
  /** A group's place by the id of a series. */
  readonly groups: ReadonlyMap<number, number>;
}

export interface Groups {
  /** By their places. */
  readonly labels: readonly Labels[];
  readonly selections: readonly GroupedSelection[];
}

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

/** What the samples of a group come to, by which groups are ordered. */
export class GroupNumbers {
  count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  add(bucket: { count: number; sum: number; min: number; max: number }): void {
    this.count += bucket.count;
    this.#sum = finiteSum(this.#sum + bucket.sum);
    if (bucket.min < this.#min) this.#min = bucket.min;
    if (bucket.max > this.#max) this.#max = bucket.max;
  }

  by(order: GroupOrder): number {
    switch (order) {
      case "count":
        return this.count;
      case "sum":
        return this.#sum;
      case "avg":
        return this.#sum / this.count;
      case "min":
        return this.#min;
      case "max":
        return this.#max;
    }
  }
}

/** The groups with the most of what they are ordered by, where there are more than are told. */
export function* topGroups(
  { labels, selections }: Groups,
  steps: Omit<Steps, "step">,
  order: GroupOrder,
): Stepwise<Groups & { readonly leftOut: number }> {
  const most = yield* mostGroups(selections, steps);
  if (labels.length <= most) return { labels, selections, leftOut: 0 };
  const numbers = yield* numbersOf(selections, steps);
  const told = [...numbers].sort(([, one], [, other]) => other.by(order) - one.by(order))
    .slice(0, most).map(([group]) => group);
  const places = new Map(told.map((group, place) => [group, place]));
  return {
    labels: told.map((group) => labels[group] ?? {}),
    selections: selections.map(({ metric, groups }) => ({ metric, groups: only(groups, places) })),
    leftOut: numbers.size - told.length,
  };
}

/** How many groups are told: an answer has to stay some MB small, however many points each has. */
function* mostGroups(
  selections: readonly GroupedSelection[],
  { packs, resolution, range }: Omit<Steps, "step">,
): Stepwise<number> {
  let points = 1;
  for (const { metric } of selections) {
    points = Math.max(points, (yield* packs.of(metric, resolution, range)).length);
  }
  const room = Math.floor(LIMITS.groupPoints / points);
  return Math.max(LIMITS.fewGroups, Math.min(LIMITS.groups, room));
}

function* numbersOf(
  selections: readonly GroupedSelection[],
  { packs, resolution, range }: Omit<Steps, "step">,
): Stepwise<ReadonlyMap<number, GroupNumbers>> {
  const numbers = new Map<number, GroupNumbers>();
  for (const { metric, groups } of selections) {
    for (const pack of yield* packs.of(metric, resolution, range)) {
      const series = pack.series();
      for (let at = 0; at < series.size; at++) {
        const group = groups.get(series.ids[at] ?? 0);
        if (group === undefined) continue;
        const known = numbers.get(group) ?? new GroupNumbers();
        numbers.set(group, known);
        known.add(series.numbers(at));
      }
      yield;
    }
  }
  return numbers;
}

function only(groups: ReadonlyMap<number, number>, places: ReadonlyMap<number, number>) {
  const kept = new Map<number, number>();
  for (const [series, group] of groups) {
    const place = places.get(group);
    if (place !== undefined) kept.set(series, place);
  }
  return kept;
}

/** What can be drawn of a metric, by its type. Pure. */
import type { GroupOrder, MetricPoint, MetricType } from "../../../core/metrics/model.ts";

export const STATISTICS = [
  "percentiles",
  "p50",
  "p95",
  "p99",
  "rate",
  "avg",
  "min",
  "max",
  "count",
  "sum",
] as const;
export type StatisticName = (typeof STATISTICS)[number];

/** What one line shows. */
export type Measure = Exclude<StatisticName, "percentiles">;

/** As the choice calls them. */
export const STATISTIC_LABELS: Readonly<Record<StatisticName, string>> = {
  percentiles: "Percentiles",
  p50: "p50",
  p95: "p95",
  p99: "p99",
  rate: "Rate",
  avg: "Average",
  min: "Min",
  max: "Max",
  count: "Count",
  sum: "Sum",
};

const BY_TYPE: Readonly<Record<MetricType, readonly StatisticName[]>> = {
  counter: ["rate", "sum"],
  gauge: ["avg", "min", "max"],
  histogram: ["percentiles", "avg", "count", "sum"],
};

const PERCENTILES = ["p50", "p95", "p99"] as const;

/**
 * What there is to choose from, the usual first. Groups have a line each, so there one percentile is drawn
 * instead of three.
 */
export function statisticsOf(
  types: readonly MetricType[],
  isGrouped: boolean,
): readonly StatisticName[] {
  const isCounter = types.every((type) => type === "counter");
  const names = types.flatMap((type) => BY_TYPE[type])
    // What is not counted alone has no rate.
    .filter((name) => name !== "rate" || isCounter)
    .flatMap((name) =>
      name === "percentiles" && isGrouped ? ["p95", "p50", "p99"] as const : [name]
    );
  return [...new Set(names)];
}

/** The one of these that an address asks for, or the usual one where it is none of them. */
export function chosenStatistic(
  wanted: StatisticName | undefined,
  offered: readonly StatisticName[],
): StatisticName {
  return offered.find((name) => name === wanted) ?? offered[0] ?? "avg";
}

/** The lines that a statistic is drawn with. */
export function measuresOf(statistic: StatisticName): readonly Measure[] {
  return statistic === "percentiles" ? PERCENTILES : [statistic];
}

/** As figures are called by: the highest p95, the last rate. */
export const MEASURE_WORDS: Readonly<Record<Measure, string>> = {
  p50: "p50",
  p95: "p95",
  p99: "p99",
  rate: "rate",
  avg: "average",
  min: "minimum",
  max: "maximum",
  count: "count",
  sum: "sum",
};

/** The one of them that figures are told of; of percentiles the one that most people look at. */
export function mainMeasure(statistic: StatisticName): Measure {
  return statistic === "percentiles" ? "p95" : statistic;
}

/** What a bucket has of it; null where its metric has none. */
export function measured(point: MetricPoint, measure: Measure): number | null {
  return point[measure] ?? null;
}

/** Whether a bucket without samples stands for zero, and not for something that is unknown. */
export function isZeroWithout(measure: Measure): boolean {
  return measure === "rate" || measure === "sum" || measure === "count";
}

/** What decides between groups: as the API has it, and as people read it. */
export interface Ranking {
  /** Null where the API cannot order by it: of many groups it then tells those with the most samples. */
  readonly order: GroupOrder | null;
  readonly words: string;
}

/** How groups are ordered where this is drawn. */
export const RANKINGS: Readonly<Record<Measure, Ranking>> = {
  rate: { order: "sum", words: "sum" },
  sum: { order: "sum", words: "sum" },
  count: { order: "count", words: "count" },
  avg: { order: "avg", words: "average" },
  min: { order: "min", words: "minimum" },
  max: { order: "max", words: "maximum" },
  p50: { order: null, words: "highest p50" },
  p95: { order: null, words: "highest p95" },
  p99: { order: null, words: "highest p99" },
};

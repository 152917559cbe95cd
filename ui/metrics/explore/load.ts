import type {
  GroupOrder,
  LabelValues,
  MetricAnswer,
  MetricName,
  MetricType,
} from "../../../core/metrics/model.ts";
import type { MetricViewer } from "../../../core/metrics/viewer.ts";
import { type ExploreQuery, metricQuery } from "./explore_query.ts";
import {
  chosenStatistic,
  mainMeasure,
  RANKINGS,
  type StatisticName,
  statisticsOf,
} from "./statistics.ts";

/** A name of the list; one that is used for several types is there once. */
export interface ListedMetric {
  readonly name: string;
  readonly types: readonly MetricType[];
}

/** What the page shows. */
export interface ExploreData {
  /** Of the project that is asked for. */
  readonly metrics: readonly ListedMetric[];
  readonly projects: readonly string[];
  /** Null where none is chosen, or one that is not there. */
  readonly explored: ExploredMetric | null;
}

export interface ExploredMetric extends ListedMetric {
  /** Of these the answer is of one. */
  readonly type: MetricType;
  /** What is drawn, of what there is to choose from. */
  readonly statistic: StatisticName;
  readonly offered: readonly StatisticName[];
  /** By which groups are told. */
  readonly topBy: GroupOrder;
  readonly labels: readonly LabelValues[];
  readonly answer: MetricAnswer;
}

export async function loadExplorer(
  viewer: MetricViewer,
  query: ExploreQuery,
  signal: AbortSignal,
): Promise<ExploreData> {
  const { name, project } = query;
  const [names, projects] = await Promise.all([viewer.names(project), viewer.projects()]);
  const metrics = listedMetrics(names);
  const chosen = metrics.find((metric) => metric.name === name);
  if (!chosen) return { metrics, projects, explored: null };
  const topBy = orderOf(query, query.type ? [query.type] : chosen.types);
  const [labels, answer] = await Promise.all([
    viewer.labels(chosen.name, project),
    viewer.query(metricQuery(query, chosen.name, topBy), signal),
  ]);
  const type = answer.type ?? chosen.types[0] ?? "gauge";
  const offered = statisticsOf([type], query.groupBy.length > 0);
  const statistic = chosenStatistic(query.statistic, offered);
  return {
    metrics,
    projects,
    explored: { ...chosen, type, statistic, offered, topBy, labels, answer },
  };
}

/** How groups are ordered: by what will be drawn, as far as that is known beforehand. */
function orderOf({ statistic, groupBy }: ExploreQuery, types: readonly MetricType[]): GroupOrder {
  const drawn = chosenStatistic(statistic, statisticsOf(types, groupBy.length > 0));
  return RANKINGS[mainMeasure(drawn)].order ?? "count";
}

/** The metrics whose names have all the words of a search, in upper or lower case. */
export function foundMetrics(
  metrics: readonly ListedMetric[],
  search: string | undefined,
): readonly ListedMetric[] {
  const words = (search ?? "").toLowerCase().split(/\s+/);
  return metrics.filter(({ name }) => {
    const lower = name.toLowerCase();
    return words.every((word) => lower.includes(word));
  });
}

function listedMetrics(names: readonly MetricName[]): readonly ListedMetric[] {
  const types = new Map<string, MetricType[]>();
  for (const { name, type } of names) {
    const known = types.get(name);
    if (known) known.push(type);
    else types.set(name, [type]);
  }
  return Array.from(types, ([name, types]) => ({ name, types }));
}

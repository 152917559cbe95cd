import { choiceParam, readQuery, textParam } from "../../../core/http/query_params.ts";
import {
  type GroupOrder,
  type Labels,
  LIMITS,
  type MetricQuery,
  type MetricType,
  type Period,
  type Span,
} from "../../../core/metrics/model.ts";
import { escapeLabel, metricParams, readMetricQuery } from "../../../core/metrics/query.ts";
import { withQuery } from "../../links.ts";
import { EXPLORE_PATH } from "../links.ts";
import { type StatisticName, STATISTICS } from "./statistics.ts";

const DEFAULT_PERIOD: Period = "24h";

/** What the address of the explorer says. */
export interface ExploreQuery {
  /** What the names in the list have in them. */
  readonly search: string | undefined;
  readonly name: string | undefined;
  /** Of a name that has several. */
  readonly type: MetricType | undefined;
  /** The last so long, where no stretch is chosen; and what is shown again when one is left. */
  readonly period: Period;
  /** A stretch of time, `to` exclusive; Infinity where it ends now. */
  readonly stretch: { readonly from: number; readonly to: number } | null;
  readonly resolution: MetricQuery["resolution"];
  readonly labels: Labels;
  readonly project: string | undefined;
  readonly groupBy: readonly string[];
  readonly statistic: StatisticName | undefined;
}

const PARAMS = {
  ...metricParams,
  name: textParam(LIMITS.name, "the metric"),
  q: textParam(LIMITS.name, "what the names in the list have in them"),
  stat: choiceParam<StatisticName | undefined>(
    Object.fromEntries(STATISTICS.map((name) => [name, name])),
    undefined,
    "what is drawn",
  ),
  label: textParam(LIMITS.labelName, "a label to filter by, beside `labels`"),
  value: textParam(LIMITS.labelValue, "what it must be"),
};

/** Reads the address of the page; throws a Failure that names a bad parameter. */
export function readExploreQuery(url: string): ExploreQuery {
  const values = readQuery(url, PARAMS);
  const { q, name, type, label, value, project, resolution, labels, stat } = values;
  const metric = name === undefined ? undefined : readMetricQuery(url);
  const query: ExploreQuery = {
    search: q?.trim() || undefined,
    name,
    type,
    period: values.period,
    stretch: metric?.span.period === null ? metric.span : null,
    resolution,
    labels,
    project,
    groupBy: values.group_by,
    statistic: stat,
  };
  return label === undefined || value === undefined ? query : withLabel(query, label, value);
}

/**
 * Whether the address names a label and its value by parameters of their own, as a form without script has
 * to: the page then has another address, without them.
 */
export function hasTypedLabel(url: string): boolean {
  return readQuery(url, { label: PARAMS.label }).label !== undefined;
}

/** The address of the page; what is as ever stays out of it. */
export function explorePath(query: ExploreQuery): string {
  return withQuery(EXPLORE_PATH, exploreFields(query));
}

/** The parameters of the address, for links and for a form's hidden fields. */
export function exploreFields(query: ExploreQuery): Readonly<Record<string, string | undefined>> {
  const { search, name, type, project, statistic, labels, groupBy, resolution, period, stretch } =
    query;
  return {
    q: search,
    project,
    name,
    type,
    period: period === DEFAULT_PERIOD ? undefined : period,
    since: stretch ? isoShort(stretch.from) : undefined,
    until: stretch && stretch.to < Infinity ? isoShort(stretch.to) : undefined,
    resolution: resolution === "auto" ? undefined : resolution,
    labels: labelsText(labels),
    group_by: groupBy.map(escapeLabel).join(","),
    stat: statistic,
  };
}

/** What the collector is asked for; only where a metric is chosen. */
export function metricQuery(query: ExploreQuery, name: string, topBy: GroupOrder): MetricQuery {
  const { type, resolution, labels, project, groupBy } = query;
  return { name, type, span: spanOf(query), resolution, labels, project, groupBy, topBy };
}

/** When. */
export function spanOf({ period, stretch }: ExploreQuery): Span {
  return stretch ? { period: null, from: stretch.from, to: stretch.to } : { period };
}

/** The same in the words of `GET /api/metrics`. */
export function apiPath(query: ExploreQuery, topBy: GroupOrder): string {
  const { q: _search, stat: _statistic, ...fields } = exploreFields(query);
  const isOrdered = query.groupBy.length > 0 && topBy !== "count";
  return withQuery("/api/metrics", { ...fields, top_by: isOrdered ? topBy : undefined });
}

/** With the labels of one series; others than the given stay. */
export function withLabels(query: ExploreQuery, labels: Labels): ExploreQuery {
  const all = { ...query.labels, ...labels };
  const sorted = Object.entries(all).sort(([one], [other]) => one < other ? -1 : 1);
  return { ...query, labels: Object.fromEntries(sorted) };
}

export function withLabel(query: ExploreQuery, name: string, value: string): ExploreQuery {
  return withLabels(query, { [name]: value });
}

export function withoutLabel(query: ExploreQuery, name: string): ExploreQuery {
  const rest = Object.entries(query.labels).filter(([one]) => one !== name);
  return { ...query, labels: Object.fromEntries(rest) };
}

/** Adds a label to those that are grouped by, as the last one, or takes it away. */
export function withGroupToggled(query: ExploreQuery, name: string): ExploreQuery {
  const { groupBy } = query;
  const rest = groupBy.filter((one) => one !== name);
  return { ...query, groupBy: rest.length < groupBy.length ? rest : [...groupBy, name] };
}

/** The same for another metric: what belongs to the one before does not come along. */
export function withMetric(query: ExploreQuery, name: string): ExploreQuery {
  return { ...query, name, type: undefined, labels: {}, groupBy: [], statistic: undefined };
}

/** The value that a label must have, if one is asked for. */
export function chosenValue({ labels }: ExploreQuery, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}

function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${escapeLabel(name)}:${escapeLabel(value)}`).join(",");
}

/** A moment without the zeros at its end: `2026-11-20T17:31Z`. */
function isoShort(ms: number): string {
  return new Date(ms).toISOString().replace(/(?::00)?\.000Z$/, "Z");
}

/** What the explorer draws of an answer: its range, its lines, and the figures of its groups. Pure. */
import {
  type Labels,
  LIMITS,
  type MetricAnswer,
  type MetricPoint,
  PERIODS,
  type Span,
} from "../../../core/metrics/model.ts";
import { oneLine, visibleText } from "../../format.ts";
import {
  type Buckets,
  bucketsOf,
  type ChartLine,
  type Tone,
  TONES,
  valuesIn,
} from "../chart_data.ts";
import { unitOf } from "./metric_unit.ts";
import { isZeroWithout, type Measure, measured } from "./statistics.ts";
import { tonesOf } from "../tones.ts";

/** Lines of groups; as many as can be told apart. */
export const MOST_LINES = TONES.length;
const LABEL_CHARACTERS = 60;
const STEP_SECONDS = { minute: 60, hour: 3600 } as const;

/** In ms since the epoch, `to` exclusive. */
export interface DrawnRange {
  readonly from: number;
  readonly to: number;
}

/** One group, or everything where nothing is grouped. */
export interface DrawnGroup {
  /** By which it is grouped; empty for everything. */
  readonly labels: Labels;
  readonly label: string;
  /** The colour of its line; null where it has none. */
  readonly tone: Tone | null;
  readonly points: readonly MetricPoint[];
  readonly figures: Figures;
}

/** What a group was in the whole range. Null where it has no samples. */
export interface Figures {
  /** The newest bucket of what is drawn. */
  readonly last: number | null;
  /** Of all values; of a counter its rate in the whole range. */
  readonly average: number | null;
  /** The greatest bucket of what is drawn. */
  readonly greatest: number | null;
  readonly count: number;
  readonly sum: number;
}

/** The range of a span at a moment. */
export function rangeOf(span: Span, now: number): DrawnRange {
  if (span.period !== null) return { from: now - PERIODS[span.period], to: now };
  const to = Math.min(span.to, Math.max(now, span.from + 1));
  return { from: span.from, to };
}

/** The buckets of an answer within a range, the newest where there would be more than a page can hold. */
export function bucketsIn(answer: MetricAnswer, { from, to }: DrawnRange): Buckets {
  const intervalS = STEP_SECONDS[answer.resolution];
  const told = [answer.data ?? [], ...(answer.groups ?? []).map(({ data }) => data)];
  const buckets = bucketsOf({ from, to, intervalS }, ...told);
  const { start, stepMs, count } = buckets;
  const surplus = Math.max(0, count - LIMITS.points);
  return { start: start + surplus * stepMs, stepMs, count: count - surplus };
}

/**
 * The groups of an answer, those first that come to the most by what is drawn (see `RANKINGS`); the first have
 * a line. Their figures are of one measure, and of a range of so many seconds.
 */
export function groupsOf(
  answer: MetricAnswer,
  measure: Measure,
  seconds: number,
): readonly DrawnGroup[] {
  const { data, groups = [] } = answer;
  if (data) return [oneGroup({}, data, TONES[0], answer.name, measure, seconds)];
  const all = groups.map(({ labels, data }) =>
    oneGroup(labels, data, null, answer.name, measure, seconds)
  );
  const sorted = withUniqueLabels(all).sort((one, other) =>
    rankOf(other, measure) - rankOf(one, measure) || byLabel(one, other)
  );
  const tones = tonesOf(sorted.slice(0, MOST_LINES).map(({ label }) => label));
  return sorted.map((group) => ({ ...group, tone: tones.get(group.label) ?? null }));
}

/** The lines of what is drawn: one for each measure, or for each group that has a colour, by name. */
export function linesOf(
  groups: readonly DrawnGroup[],
  measures: readonly Measure[],
  name: string,
  buckets: Buckets,
): readonly ChartLine[] {
  return groups.toSorted(byLabel).flatMap(({ label, tone, points }) =>
    tone === null ? [] : measures.map((measure) => ({
      label: measures.length > 1 ? measure : label,
      tone: measures.length > 1 ? toneOf(measure) : tone,
      values: lineValues(points, measure, name, buckets),
    }))
  );
}

/** How a group is called: its values, in the order it is grouped by. */
export function groupLabel(labels: Labels): string {
  return oneLine(Object.values(labels).map(labelText).join(" · "), LABEL_CHARACTERS);
}

/** A label's value as people see it, or in brackets what stands for it. */
export function labelText(value: string): string {
  return value === "" ? "(none)" : visibleText(value, "(blank)");
}

function oneGroup(
  labels: Labels,
  points: readonly MetricPoint[],
  tone: Tone | null,
  name: string,
  measure: Measure,
  seconds: number,
): DrawnGroup {
  const label = Object.keys(labels).length === 0
    ? oneLine(name, LABEL_CHARACTERS)
    : groupLabel(labels);
  return { labels, label, tone, points, figures: figuresOf(points, measure, seconds) };
}

/** What a group comes to in the whole range, by which it is ordered. */
function rankOf({ points, figures }: DrawnGroup, measure: Measure): number {
  switch (measure) {
    case "rate":
    case "sum":
      return figures.sum;
    case "count":
      return figures.count;
    case "avg":
      return figures.average ?? -Infinity;
    case "min":
      return points.reduce((least, { min }) => Math.min(least, min), Infinity);
    default:
      return figures.greatest ?? -Infinity;
  }
}

function byLabel(one: DrawnGroup, other: DrawnGroup): number {
  return one.label < other.label ? -1 : 1;
}

function figuresOf(points: readonly MetricPoint[], measure: Measure, seconds: number): Figures {
  const drawn = points.flatMap((point) => measured(point, measure) ?? []);
  const count = total(points, "count");
  const sum = total(points, "sum");
  const isCounter = points.some(({ rate }) => rate !== undefined);
  return {
    last: drawn.at(-1) ?? null,
    average: count === 0 ? null : isCounter ? sum / seconds : sum / count,
    greatest: drawn.reduce<number | null>(
      (most, value) => most === null ? value : Math.max(most, value),
      null,
    ),
    count,
    sum,
  };
}

function total(points: readonly MetricPoint[], field: "count" | "sum"): number {
  return points.reduce((sum, point) => sum + point[field], 0);
}

function lineValues(
  points: readonly MetricPoint[],
  measure: Measure,
  name: string,
  buckets: Buckets,
): readonly (number | null)[] {
  const { factor } = unitOf(name, measure);
  const values = valuesIn(buckets, points, (point) => {
    const value = measured(point, measure);
    return value === null ? null : value * factor;
  });
  if (!isZeroWithout(measure)) return values;
  const first = values.findIndex((value) => value !== null);
  const last = values.findLastIndex((value) => value !== null);
  // Before the first and after the last nothing was counted, which is not the same as zero.
  return values.map((value, at) => value === null && at > first && at < last ? 0 : value);
}

function toneOf(measure: Measure): Tone {
  return measure === "p50" || measure === "p95" || measure === "p99" ? measure : "one";
}

/** Lines are known by their labels, so those that were cut to the same one get a number. */
function withUniqueLabels(groups: readonly DrawnGroup[]): DrawnGroup[] {
  const taken = new Set<string>();
  return groups.map((group) => {
    let { label } = group;
    for (let times = 2; taken.has(label); times++) label = `${group.label} (${times})`;
    taken.add(label);
    return { ...group, label };
  });
}

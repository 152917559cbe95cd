/** What a chart shows. Pure: the server draws it, and tells it to the script as JSON in an attribute. */
import type { UnitKind } from "./units.ts";

/** Colours of lines; `styles/metrics_colours.css` has one class for each. */
export const TONES = ["one", "two", "three", "four", "five"] as const;
export type Tone =
  | typeof TONES[number]
  | "p50"
  | "p95"
  | "p99"
  | "warning"
  | "error";

export interface ChartLine {
  readonly label: string;
  readonly tone: Tone;
  /** One for each bucket; null where there is no data, which the line does not bridge. */
  readonly values: readonly (number | null)[];
}

/** The buckets of a chart, all equally long. Times in ms since the epoch. */
export interface Buckets {
  /** Where the first one begins. */
  readonly start: number;
  readonly stepMs: number;
  readonly count: number;
}

export interface ChartData {
  /** Names the chart within its page, the same at every refresh. */
  readonly id: string;
  readonly unit: UnitKind;
  /** What is shown, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  readonly buckets: Buckets;
  readonly lines: readonly ChartLine[];
}

interface BucketOptions {
  readonly from: number;
  readonly to: number;
  readonly intervalS: number;
}

/**
 * All buckets of a range: those that some `points` have, which the API tells, and those it leaves out. They
 * begin where the points do, and without any at whole intervals since the epoch.
 */
export function bucketsOf(
  { from, to, intervalS }: BucketOptions,
  ...points: readonly (readonly { readonly bucket: string }[])[]
): Buckets {
  const stepMs = Math.max(1, intervalS * 1000);
  const told = points.find((some) => some.length > 0)?.[0];
  const anchor = told ? Date.parse(told.bucket) : 0;
  const start = anchor + Math.floor((from - anchor) / stepMs) * stepMs;
  return { start, stepMs, count: Math.max(1, Math.ceil((to - start) / stepMs)) };
}

/** A value for each bucket: those of the points, and null where there is no point. */
export function valuesIn<Point extends { readonly bucket: string }>(
  { start, stepMs, count }: Buckets,
  points: readonly Point[],
  value: (point: Point) => number | null | undefined,
): readonly (number | null)[] {
  const values = new Array<number | null>(count).fill(null);
  for (const point of points) {
    const at = Math.round((Date.parse(point.bucket) - start) / stepMs);
    if (at >= 0 && at < count) values[at] = shortened(value(point) ?? null);
  }
  return values;
}

/** When each bucket begins. */
export function timesOf({ start, stepMs, count }: Buckets): readonly number[] {
  return Array.from({ length: count }, (_, at) => start + at * stepMs);
}

/** Where a line has values with none on either side: a dot each, as no line leads there. */
export function lonePoints(values: readonly (number | null)[]): readonly number[] {
  const lone: number[] = [];
  values.forEach((value, at) => {
    const isAlone = (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null;
    if (value !== null && isAlone) lone.push(at);
  });
  return lone;
}

/** To four digits: more cannot be seen, and the page is a third smaller. Counts stay as they are. */
function shortened(value: number | null): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

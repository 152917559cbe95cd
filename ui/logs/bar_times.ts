/** How the times of a histogram read. Pure: the server and the islands share it. */
import { clockTime, counted, dayNumber, shortDate, type Zone } from "../format.ts";
import type { Level } from "../../core/logs/model.ts";
import { type Bars, STACK, sum } from "./bars.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const LABELS = 5;

/** Levels that a bucket tells of, one and many. */
const NOTABLE: Readonly<Partial<Record<Level, readonly [string, string]>>> = {
  CRITICAL: ["critical", "critical"],
  ERROR: ["error", "errors"],
  WARNING: ["warning", "warnings"],
};

/** A few moments along the axis, from the first to the last; none where there is no time to show. */
export function axisLabels(bars: Bars, zone: Zone): readonly string[] {
  const { start, stepMs, counts } = bars;
  if (counts.length === 0) return [];
  const end = start + stepMs * counts.length;
  return Array.from({ length: LABELS }, (_, at) => {
    const time = start + (end - start) * at / (LABELS - 1);
    return momentLabel(time, { start, end, stepMs }, zone);
  });
}

/** What one bucket holds: `17:31–17:35 · 120 lines · 3 errors`. */
export function bucketLabel(bars: Bars, at: number, zone: Zone): string {
  const { start, stepMs, counts } = bars;
  const levels = counts[at] ?? [];
  const parts = STACK.flatMap((level, index) => {
    const count = levels[index] ?? 0;
    const words = NOTABLE[level];
    return count === 0 || words === undefined ? [] : [counted(count, ...words)];
  });
  const from = start + at * stepMs;
  return [spanLabel(from, from + stepMs, zone), counted(sum(levels), "line"), ...parts].join(" · ");
}

/** From one moment to another, with the day where it is not the same or not the last one. */
export function spanLabel(from: number, to: number, zone: Zone): string {
  const exact = to - from < 10 * MINUTE;
  const clock = (ms: number) => clockTime(ms, zone).slice(0, exact ? 8 : 5);
  const day = (ms: number) => shortDate(ms, ms, zone);
  return dayNumber(from, zone) === dayNumber(to - 1, zone)
    ? `${day(from)}, ${clock(from)}–${clock(to)}`
    : `${day(from)}, ${clock(from)} – ${day(to)}, ${clock(to)}`;
}

function momentLabel(
  time: number,
  { start, end, stepMs }: { readonly start: number; readonly end: number; readonly stepMs: number },
  zone: Zone,
): string {
  const span = end - start;
  const clock = clockTime(time, zone).slice(0, stepMs < MINUTE && span < 10 * MINUTE ? 8 : 5);
  if (span > 8 * DAY) return shortDate(time, time, zone);
  return dayNumber(start, zone) === dayNumber(end - 1, zone)
    ? clock
    : `${shortDate(time, time, zone)}, ${clock}`;
}

/** Where a chart's axes have their marks, and how these read. Pure: the server and the islands share it. */
import { clockTime, localInput, momentOf, shortDate, type Zone } from "../format.ts";
import { scaled, scaleFor, type UnitKind, type UnitScale } from "./units.ts";

export interface Ticks {
  readonly at: readonly number[];
  readonly labels: readonly string[];
}

export interface ValueAxis extends Ticks {
  readonly from: number;
  readonly to: number;
  readonly scale: UnitScale;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Marks from the lowest to the highest, about. */
const VALUE_STEPS = 4;
const NICE = [1, 2, 2.5, 5, 10];

/** How high an axis goes that has only zeros. */
const EMPTY_HEIGHT: Readonly<Record<UnitKind, number>> = {
  "per second": 1,
  ms: 100,
  seconds: 0.1,
  share: 0.01,
  count: 4,
  bytes: 4096,
  plain: 1,
};

const TIME_STEPS = [
  SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  4 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  5 * DAY,
  10 * DAY,
  30 * DAY,
];

/** Beyond it nothing is drawn: room for an axis that goes a little farther still has to be a number. */
const FARTHEST = 1e300;

/** The least and the greatest of some lines' values; null where there are none. */
export function extentOf(
  lines: readonly (readonly (number | null)[])[],
): readonly [least: number, greatest: number] | null {
  let least = Infinity;
  let greatest = -Infinity;
  for (const values of lines) {
    for (const value of values) {
      if (value === null) continue;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
  }
  return least <= greatest ? [Math.max(-FARTHEST, least), Math.min(FARTHEST, greatest)] : null;
}

/** An axis from zero, or from below it, to a little over the greatest value. */
export function valueAxis(
  kind: UnitKind,
  extent: readonly [least: number, greatest: number] | null,
): ValueAxis {
  const least = Math.min(0, extent?.[0] ?? 0);
  const greatest = Math.max(0, extent?.[1] ?? 0);
  const isFlat = least === greatest;
  const top = isFlat ? EMPTY_HEIGHT[kind] : greatest;
  const scale = scaleFor(kind, Math.max(top, -least));
  const step = valueStep((top - least) / scale.divisor, kind);
  const first = Math.floor(least / scale.divisor / step);
  // A line right at the edge would look cut off.
  const highest = isFlat ? top : top + (top - least) * 0.02;
  const last = kind === "share" && top <= 1 && highest > 1
    ? Math.ceil(1 / scale.divisor / step)
    : Math.ceil(highest / scale.divisor / step - 1e-9);
  const at = Array.from(
    { length: last - first + 1 },
    (_, index) => round((first + index) * step) * scale.divisor,
  );
  return {
    from: at[0] ?? 0,
    to: at.at(-1) ?? top,
    at,
    labels: at.map((value) => value === 0 ? "0" : scaled(value, scale)),
    scale,
  };
}

/** About `most` moments of the reader's clock, at round times. All in ms since the epoch. */
export function timeTicks(from: number, to: number, zone: Zone, most = 8): Ticks {
  const step = TIME_STEPS.find((one) => (to - from) / one <= most + 0.5) ??
    Math.ceil((to - from) / most / (30 * DAY)) * 30 * DAY;
  // Counted on the wall's clock, so that days begin at midnight there.
  const start = Date.parse(`${localInput(from, zone)}Z`);
  const at: number[] = [];
  for (let shown = Math.ceil(start / step) * step; at.length <= most * 2; shown += step) {
    const time = momentOf(new Date(shown).toISOString().slice(0, 19), zone);
    if (time > to) break;
    if (time >= from) at.push(time);
  }
  return { at, labels: at.map((time) => timeLabel(time, step, zone)) };
}

/** From one moment to another: `21 Nov, 17:31 – 18:05`. */
export function stretchText(from: number, to: number, zone: Zone): string {
  const clock = (ms: number) => clockTime(ms, zone).slice(0, 5);
  const day = (ms: number) => shortDate(ms, ms, zone);
  const end = day(from) === day(to) ? clock(to) : `${day(to)}, ${clock(to)}`;
  return `${day(from)}, ${clock(from)} – ${end}`;
}

/** Which time a bucket is of: `21 Nov, 17:30–17:35`. */
export function bucketText(start: number, stepMs: number, zone: Zone): string {
  const digits = stepMs < MINUTE ? 8 : 5;
  const clock = (ms: number) => clockTime(ms, zone).slice(0, digits);
  const day = shortDate(start, start, zone);
  return stepMs >= DAY
    ? day
    : `${day}, ${clock(start)}${stepMs > MINUTE ? `–${clock(start + stepMs)}` : ""}`;
}

function timeLabel(time: number, step: number, zone: Zone): string {
  const clock = clockTime(time, zone);
  if (step >= DAY || clock.startsWith("00:00:00")) return shortDate(time, time, zone);
  return clock.slice(0, step < MINUTE && !clock.startsWith(":00", 5) ? 8 : 5);
}

function valueStep(height: number, kind: UnitKind): number {
  const rough = height / VALUE_STEPS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = NICE.find((one) => one * power >= rough * 0.999) ?? 10;
  const step = nice * power;
  return kind === "count" ? Math.max(1, Math.ceil(step)) : step;
}

/** Without what adding up floating numbers leaves behind. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}

import { DAY, HOUR, MINUTE } from "../clock.ts";
import { LIMITS, PERIODS, type Resolution, type Span, type TimeRange } from "./model.ts";

/** The range of a span; it begins with a whole bucket of `step` ms and includes the one being filled. */
export function rangeOf(span: Span, step: number, now: number): TimeRange {
  // A sample may be as far ahead, and its bucket begin there.
  const end = now + LIMITS.ahead + 1;
  const [from, to] = span.period === null
    ? [span.from, Math.min(span.to, end)]
    : [now - PERIODS[span.period], end];
  return { from: Math.floor(from / step) * step, to };
}

/** How long a span is, in ms. */
export function lengthOf(span: Span, now: number): number {
  return span.period === null ? Math.min(span.to, now) - span.from : PERIODS[span.period];
}

/** Minutes up to a day, then hours; hours too where minutes are not kept (ms) as far back. */
export function autoResolution(span: Span, now: number, minutesKept: number): Resolution {
  const length = lengthOf(span, now);
  const age = span.period === null ? now - span.from : length;
  return length <= DAY && age <= minutesKept ? "minute" : "hour";
}

/** How long minutes and hours are kept, in ms. */
export type Kept = Readonly<Record<Resolution, number>>;

/** By how much hours may be longer or shorter than the time that they stand for. */
const ALIKE = 0.05;

/**
 * What a range is compared with: as long a time before it. By minutes where those are kept that far back, else by
 * whole hours; null where these are gone too, or where none are about as long.
 */
export function rangeBefore(
  span: Span,
  { resolution, range, now, kept }: {
    readonly resolution: Resolution;
    readonly range: TimeRange;
    readonly now: number;
    readonly kept: Kept;
  },
): { readonly resolution: Resolution; readonly range: TimeRange } | null {
  const isKept = (from: number, unit: number, ms: number) => from >= floor(now - ms, unit);
  const length = lengthOf(span, now);
  const minutes = { from: floor(range.from - length, MINUTE), to: range.from };
  if (resolution === "minute" && isKept(minutes.from, MINUTE, kept.minute)) {
    return { resolution, range: minutes };
  }
  // Hours of which only a part was asked for are told whole.
  const shown = resolution === "hour"
    ? Math.min(now, floor(range.to - 1, HOUR) + HOUR) - range.from
    : length;
  // Fewer rather than more, which may no longer be kept.
  const count = [Math.floor(shown / HOUR), Math.ceil(shown / HOUR)]
    .find((hours) => Math.abs(hours * HOUR - shown) <= ALIKE * shown);
  if (length < HOUR || count === undefined) return null;
  const to = floor(range.from, HOUR);
  const from = to - count * HOUR;
  return isKept(from, HOUR, kept.hour) ? { resolution: "hour", range: { from, to } } : null;
}

function floor(time: number, unit: number): number {
  return Math.floor(time / unit) * unit;
}

/** How far points of a line are apart, so that some hundred make it readable. */
const STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY];
const MOST_POINTS = 300;

export function stepOf(length: number): number {
  return STEPS.find((step) => length / step <= MOST_POINTS) ?? 7 * DAY;
}

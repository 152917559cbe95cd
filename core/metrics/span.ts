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

/** How far points of a line are apart, so that some hundred make it readable. */
const STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY];
const MOST_POINTS = 300;

export function stepOf(length: number): number {
  return STEPS.find((step) => length / step <= MOST_POINTS) ?? 7 * DAY;
}

/** Requests of single endpoints over time. Pure. */
import type { Dashboard } from "../../core/metrics/model.ts";

export interface EndpointRates {
  readonly endpoint: string;
  readonly points: readonly EndpointRate[];
}

export interface EndpointRate {
  readonly bucket: string;
  /** Requests by second. */
  readonly rate: number;
}

/**
 * Counts by the minute or hour as rates in the longer buckets of the dashboard. In a bucket that has requests,
 * though none to this endpoint, it is at zero: something did measure.
 */
export function mergedRates(
  points: readonly { readonly bucket: string; readonly sum: number }[],
  { interval_s, since, until, request_rate }: Pick<
    Dashboard,
    "interval_s" | "since" | "until" | "request_rate"
  >,
): readonly EndpointRate[] {
  const stepMs = interval_s * 1000;
  const starts = request_rate.map(({ bucket }) => Date.parse(bucket));
  const [first = 0] = starts;
  const sums = new Map(starts.map((start) => [start, 0]));
  for (const { bucket, sum } of points) {
    const start = first + Math.floor((Date.parse(bucket) - first) / stepMs) * stepMs;
    sums.set(start, (sums.get(start) ?? 0) + sum);
  }
  return [...sums].map(([start, sum]) => {
    // At the ends, only a part of the bucket is within the range.
    const from = Math.max(start, Date.parse(since));
    const to = Math.min(start + stepMs, Date.parse(until));
    const seconds = Math.max(1, (to - from) / 1000);
    return { bucket: new Date(start).toISOString(), rate: sum / seconds };
  });
}

/** Requests of single endpoints over time. Pure. */
import type { Dashboard } from "../../core/metrics/model.ts";

export interface EndpointRates {
  readonly endpoint: string;
  readonly points: readonly RatePoint[];
}

interface RatePoint {
  readonly bucket: string;
  /** Requests by second. */
  readonly rate: number;
}

/** Counts by the minute or hour as rates in the longer buckets of the dashboard. */
export function mergedRates(
  points: readonly { readonly bucket: string; readonly sum: number }[],
  { interval_s, since, until }: Pick<Dashboard, "interval_s" | "since" | "until">,
): readonly RatePoint[] {
  const stepMs = interval_s * 1000;
  const sums = new Map<number, number>();
  for (const { bucket, sum } of points) {
    const start = Math.floor(Date.parse(bucket) / stepMs) * stepMs;
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

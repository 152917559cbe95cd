import type { MergedBucket } from "./bucket.ts";
import {
  LIMITS,
  type PageVitals,
  type Vital,
  type VitalName,
  type VitalRating,
  type Vitals,
} from "./model.ts";

/** The metrics that browsers report vitals as. */
export const VITAL_METRICS: Readonly<Record<VitalName, string>> = {
  LCP: "web_vitals_lcp",
  INP: "web_vitals_inp",
  CLS: "web_vitals_cls",
  FCP: "web_vitals_fcp",
  TTFB: "web_vitals_ttfb",
};

/** Up to where a vital is good and from where on it is poor, in ms; CLS has no unit (https://web.dev/articles/vitals). */
export const VITAL_THRESHOLDS: Readonly<
  Record<VitalName, { readonly good: number; readonly poor: number }>
> = {
  LCP: { good: 2500, poor: 4000 },
  INP: { good: 200, poor: 500 },
  CLS: { good: 0.1, poor: 0.25 },
  FCP: { good: 1800, poor: 3000 },
  TTFB: { good: 800, poor: 1800 },
};

/** How good the 75th percentile of a vital is. */
export function rateVital(name: VitalName, p75: number): VitalRating {
  const { good, poor } = VITAL_THRESHOLDS[name];
  if (p75 <= good) return "good";
  return p75 <= poor ? "needs-improvement" : "poor";
}

/** Of what was measured, at least once. */
export function vitalOf(name: VitalName, merged: MergedBucket): Vital {
  const p75 = merged.quantile(0.75);
  return { p75, rating: rateVital(name, p75), count: merged.count };
}

/** Pages with their vitals, the most visited first. */
export function busiestPages(
  pages: ReadonlyMap<string, [VitalName, Vital][]>,
): readonly PageVitals[] {
  const visits = (vitals: Vitals) =>
    Math.max(0, ...Object.values(vitals).map((vital) => vital?.count ?? 0));
  return [...pages]
    .map(([page, entries]): PageVitals => ({ page, vitals: Object.fromEntries(entries) }))
    .sort((one, other) => visits(other.vitals) - visits(one.vitals))
    .slice(0, LIMITS.pages);
}

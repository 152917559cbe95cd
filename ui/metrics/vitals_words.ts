/** What the web vitals are called and what is good of them, as web.dev publishes it. Pure. */
import type { VitalName, VitalRating } from "../../core/metrics/model.ts";
import { roundedText, valueText } from "./units.ts";

export interface VitalWords {
  /** What the letters stand for. */
  readonly title: string;
  /** What is measured, for those who do not know. */
  readonly meaning: string;
  /** The greatest value that is good, and the one above which it is poor; in ms, but CLS. */
  readonly good: number;
  readonly poor: number;
}

export const VITAL_WORDS: Readonly<Record<VitalName, VitalWords>> = {
  LCP: {
    title: "Largest Contentful Paint",
    meaning: "until the largest part of the page is seen",
    good: 2500,
    poor: 4000,
  },
  INP: {
    title: "Interaction to Next Paint",
    meaning: "until a click, a tap or a key shows",
    good: 200,
    poor: 500,
  },
  CLS: {
    title: "Cumulative Layout Shift",
    meaning: "how much moves about while one reads",
    good: 0.1,
    poor: 0.25,
  },
  FCP: {
    title: "First Contentful Paint",
    meaning: "until something is seen",
    good: 1800,
    poor: 3000,
  },
  TTFB: {
    title: "Time to First Byte",
    meaning: "until the server begins to answer",
    good: 800,
    poor: 1800,
  },
};

/** By rating: a word, and the shape that stands for it beside its colour. */
export const RATINGS: Readonly<
  Record<VitalRating, { readonly word: string; readonly dot: string }>
> = {
  good: { word: "Good", dot: "dot-resolved" },
  "needs-improvement": { word: "Needs improvement", dot: "dot-reopened" },
  poor: { word: "Poor", dot: "dot-new" },
};

export function vitalText(name: VitalName, value: number): string {
  // Shown to the hundredth, as its thresholds are.
  return name === "CLS" ? roundedText(Math.round(value * 1000) / 1000) : valueText(value, "ms");
}

/** `good ≤ 2.5 s`, or what the rating has missed. */
export function thresholdText(name: VitalName, rating: VitalRating | null): string {
  const { good, poor } = VITAL_WORDS[name];
  return rating === "poor" ? `poor > ${vitalText(name, poor)}` : `good ≤ ${vitalText(name, good)}`;
}

/** Where a value lies on a scale whose thirds are good, needs improvement and poor; 0..1. */
export function ratingShare(name: VitalName, value: number): number {
  const { good, poor } = VITAL_WORDS[name];
  if (value <= good) return value / good / 3;
  if (value <= poor) return (1 + (value - good) / (poor - good)) / 3;
  return Math.min(1, (2 + (value - poor) / poor) / 3);
}

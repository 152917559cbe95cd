/** The geometry of the histogram. Pure: the server and the islands share it. */
import type { Level, LogHistogram } from "../../core/logs/model.ts";

/** From the ground up. */
export const STACK: readonly Level[] = ["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"];

export const HEIGHT = 48;
/** Width of a bucket and of the gap between two, in units of the drawing. */
export const STEP = 10;
const GAP = 1.5;

/** Counts over time, ready to be drawn. */
export interface Bars {
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly stepMs: number;
  /** For each bucket the counts of the shown levels, in the order of `STACK`. */
  readonly counts: readonly (readonly number[])[];
  readonly total: number;
  /** The highest bucket. */
  readonly most: number;
}

/** The bars of the levels that are shown; all of them where `levels` is empty. */
export function barsOf(histogram: LogHistogram, levels: readonly Level[]): Bars {
  const isShown = (level: Level) => levels.length === 0 || levels.includes(level);
  const counts = histogram.buckets.map((bucket) =>
    STACK.map((level) => isShown(level) ? bucket.levels[level] ?? 0 : 0)
  );
  const totals = counts.map(sum);
  return {
    start: Date.parse(histogram.buckets[0]?.time ?? "") || 0,
    stepMs: histogram.interval_s * 1000,
    counts,
    total: sum(totals),
    most: Math.max(0, ...totals),
  };
}

/** One path for each level of `STACK`. Few lines beside many can still be seen. */
export function barPaths({ counts, most }: Bars): readonly string[] {
  const paths = STACK.map(() => "");
  counts.forEach((levels, at) => {
    let ground = HEIGHT;
    levels.forEach((count, level) => {
      if (count === 0) return;
      const height = Math.max(1.5, count / most * (HEIGHT - 6));
      const top = Math.max(0, ground - height);
      paths[level] += `M${at * STEP + GAP / 2} ${round(top)}h${STEP - GAP}v${
        round(ground - top)
      }h-${STEP - GAP}z`;
      ground = top;
    });
  });
  return paths;
}

/** All of a level, over the whole range. */
export function countsByLevel(histogram: LogHistogram): Readonly<Record<Level, number>> {
  const total = (level: Level) => sum(histogram.buckets.map(({ levels }) => levels[level] ?? 0));
  return {
    DEBUG: total("DEBUG"),
    INFO: total("INFO"),
    WARNING: total("WARNING"),
    ERROR: total("ERROR"),
    CRITICAL: total("CRITICAL"),
  };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

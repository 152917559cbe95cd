import { counted } from "../format.ts";

const HEIGHT = 20;
const STEP = 4;

interface SparklineProps {
  /** Counts of the last 24 hours, or other values over time that `label` tells of. */
  readonly hours: readonly number[];
  readonly label?: string;
}

/** Values over time as bars, each sparkline on its own scale. */
export function Sparkline({ hours, label = describe(hours) }: SparklineProps) {
  const width = hours.length * STEP - 1;
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <path d={bars(hours)} />
    </svg>
  );
}

function describe(hours: readonly number[]): string {
  const total = hours.reduce((sum, count) => sum + count, 0);
  return total === 0
    ? "None in the last 24 hours"
    : `${counted(total, "event")} in the last 24 hours, at most ${Math.max(...hours)} in an hour`;
}

/** One path for all bars: a stroke of 3 px from the ground up for each hour that has any. */
export function bars(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  return counts.map((count, at) => {
    if (count === 0) return "";
    const height = Math.max(2, Math.round(count / most * (HEIGHT - 2)));
    return `M${at * STEP + 1.5} ${HEIGHT}v-${height}`;
  }).join("");
}

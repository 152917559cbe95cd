import type { MetricQuery, Resolution } from "../../../core/metrics/model.ts";
import { LIMITS } from "../../../core/metrics/model.ts";
import type { DrawnRange } from "./drawn.ts";
import { explorePath, type ExploreQuery } from "./explore_query.ts";
import { STATISTIC_LABELS, type StatisticName } from "./statistics.ts";

const MINUTE = 60_000;

const RESOLUTIONS: readonly {
  readonly name: MetricQuery["resolution"];
  readonly label: string;
}[] = [
  { name: "auto", label: "Auto" },
  { name: "minute", label: "Minutes" },
  { name: "hour", label: "Hours" },
];

/** What of the metric is drawn. */
export function StatisticChoice(
  { query, offered, chosen }: {
    readonly query: ExploreQuery;
    readonly offered: readonly StatisticName[];
    readonly chosen: StatisticName;
  },
) {
  return (
    <nav class="segments small" aria-label="Statistic">
      {offered.map((name, at) => (
        <a
          key={name}
          href={explorePath({ ...query, statistic: at === 0 ? undefined : name })}
          aria-current={name === chosen ? "true" : undefined}
        >
          {STATISTIC_LABELS[name]}
        </a>
      ))}
    </nav>
  );
}

/** How long a bucket is. */
export function ResolutionChoice(
  { query, range, told }: {
    readonly query: ExploreQuery;
    readonly range: DrawnRange;
    /** What "auto" came to. */
    readonly told: Resolution;
  },
) {
  const hasTooManyMinutes = (range.to - range.from) / MINUTE > LIMITS.points;
  return (
    <nav class="segments small" aria-label="Resolution">
      {RESOLUTIONS.map(({ name, label }) => {
        const isChosen = name === query.resolution;
        if (name === "minute" && hasTooManyMinutes && !isChosen) return null;
        return (
          <a
            key={name}
            href={explorePath({ ...query, resolution: name })}
            title={name === "auto" ? `A point each ${told}` : undefined}
            aria-current={isChosen ? "true" : undefined}
          >
            {label}
          </a>
        );
      })}
    </nav>
  );
}

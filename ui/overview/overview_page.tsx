import type { ComponentChildren } from "preact";
import { Count } from "../components/count.tsx";
import { Icon } from "../components/icon.tsx";
import { exactCount } from "../format.ts";
import { sum } from "../logs/bars.ts";
import { ErrorsStrip } from "./errors_strip.tsx";
import { type ErrorStrip, failsNotably, type LogStrip, type MetricStrip } from "./load.ts";
import { LogsStrip } from "./logs_strip.tsx";
import { MetricsStrip } from "./metrics_strip.tsx";

interface OverviewProps {
  /** What each service has to say; null where it does not run. */
  readonly errors: ErrorStrip | null;
  readonly logs: LogStrip | null;
  readonly metrics: MetricStrip | null;
  readonly now: number;
}

export function OverviewPage({ errors, logs, metrics, now }: OverviewProps) {
  return (
    <div class="overview-page" data-page="overview" data-refresh="15">
      <h1>Overview</h1>
      {errors && (
        <Strip title="Unresolved errors" path="/errors" count={errors.total} link="All errors">
          <ErrorsStrip strip={errors} now={now} />
        </Strip>
      )}
      {logs && (
        <Strip
          title="Lines in the last hour"
          path="/logs?range=1h"
          count={sum(Object.values(logs.byLevel))}
          link="All logs"
        >
          <LogsStrip strip={logs} />
        </Strip>
      )}
      {metrics && (
        <Strip
          title="Requests in the last hour"
          path="/dashboard?period=1h"
          count={metrics.dashboard.summary.total_requests}
          link="Dashboard"
        >
          <MetricsStrip strip={metrics} />
        </Strip>
      )}
      {isAllWell({ errors, logs, metrics }) && (
        <p class="all-well">
          <span class="dot dot-resolved" /> All is well
        </p>
      )}
    </div>
  );
}

/**
 * Nothing is unresolved, what was written in the last hour reports nothing worse than a warning, and hardly
 * any answer failed in it.
 */
function isAllWell({ errors, logs, metrics }: Omit<OverviewProps, "now">): boolean {
  const isQuiet = logs === null ||
    (logs.problem === null && logs.byLevel.ERROR + logs.byLevel.CRITICAL === 0);
  const isAnswering = metrics === null || !failsNotably(metrics.dashboard);
  return isQuiet && isAnswering && (errors === null || errors.total === 0);
}

function Strip(
  { title, path, count, link, children }: {
    readonly title: string;
    readonly path: string;
    readonly count?: number;
    /** Says where the link leads. */
    readonly link: string;
    readonly children: ComponentChildren;
  },
) {
  const id = `strip-${title.toLowerCase().replaceAll(/\W+/g, "-")}`;
  return (
    <section class="strip" aria-labelledby={id}>
      <div class="strip-head">
        <h2 id={id}>{title}</h2>
        {count !== undefined && count > 0 && (
          <span class="muted" title={exactCount(count)}>
            <Count of={count} />
          </span>
        )}
        <a href={path}>
          {link} <Icon name="next" />
        </a>
      </div>
      {children}
    </section>
  );
}

import type { Zone } from "../format.ts";
import { Icon } from "../components/icon.tsx";
import { stretchText } from "./axes.ts";
import { bucketsOf } from "./chart_data.ts";
import { DashboardCharts } from "./dashboard_charts.tsx";
import {
  DASHBOARD_PERIODS,
  dashboardFields,
  type DashboardPageQuery,
  dashboardPath,
  type DashboardPeriod,
} from "./dashboard_query.ts";
import { TopEndpoints } from "./endpoints.tsx";
import type { DashboardData } from "./load.ts";
import { MetricTabs } from "./tabs.tsx";
import { Tiles } from "./tiles.tsx";
import { WebVitals } from "./vitals.tsx";
import { MeasureRequests } from "./welcome.tsx";

const TITLES: Readonly<Record<DashboardPeriod, string>> = {
  "1h": "The last hour",
  "24h": "The last 24 hours",
  "7d": "The last 7 days",
};

/** How often the page looks for news, in seconds: more often than its buckets change. */
const REFRESH: Readonly<Record<DashboardPeriod, number>> = { "1h": 15, "24h": 30, "7d": 60 };

export interface DashboardPageProps {
  readonly query: DashboardPageQuery;
  readonly data: DashboardData;
  readonly zone: Zone;
  readonly now: number;
  /** The address of this server, for programs. */
  readonly origin: string;
}

export function DashboardPage(props: DashboardPageProps) {
  const { query, data, zone, now, origin } = props;
  const { dashboard, hasRequests } = data;
  const isOver = query.stretch !== null && query.stretch.to <= now;
  const buckets = bucketsOf(
    {
      from: Date.parse(dashboard.since),
      to: Date.parse(dashboard.until),
      intervalS: dashboard.interval_s,
    },
    dashboard.request_rate,
    dashboard.latency,
  );
  return (
    <div
      class="dashboard-page"
      data-page="dashboard"
      data-metrics
      data-refresh={isOver ? undefined : REFRESH[query.period]}
    >
      <Head {...props} />
      {hasRequests
        ? (
          <>
            <Tiles dashboard={dashboard} buckets={buckets} />
            <DashboardCharts data={data} buckets={buckets} zone={zone} />
            {dashboard.top_endpoints.length > 0 && (
              <TopEndpoints query={query} endpoints={dashboard.top_endpoints} />
            )}
          </>
        )
        : <MeasureRequests origin={origin} project={query.project} />}
      <WebVitals vitals={dashboard.web_vitals} pages={dashboard.web_vitals_pages} />
    </div>
  );
}

function Head({ query, data, zone }: DashboardPageProps) {
  const { stretch, period } = query;
  const from = Date.parse(data.dashboard.since);
  const to = Date.parse(data.dashboard.until);
  return (
    <div class="page-head">
      <h1>Metrics</h1>
      <MetricTabs current="dashboard" project={query.project} />
      <div class="filters">
        {stretch && (
          <span class="stretch">
            <span class="number" data-stretch={`${from} ${to}`}>{stretchText(from, to, zone)}</span>
            <a
              class="button"
              href={dashboardPath({ ...query, stretch: null })}
              title="Double click on a chart does it as well"
              data-zoom-out
              data-back
            >
              <Icon name="zoomOut" /> Back to {period}
            </a>
          </span>
        )}
        <nav class="segments" aria-label="Time range">
          {DASHBOARD_PERIODS.map((name) => (
            <a
              key={name}
              href={dashboardPath({ ...query, period: name, stretch: null })}
              title={TITLES[name]}
              aria-current={stretch === null && name === period ? "true" : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
        <ProjectChoice query={query} projects={data.projects} />
      </div>
    </div>
  );
}

function ProjectChoice(
  { query, projects }: {
    readonly query: DashboardPageQuery;
    readonly projects: readonly string[];
  },
) {
  const { project } = query;
  const { project: _, ...others } = dashboardFields(query);
  const names = project === undefined || projects.includes(project)
    ? projects
    : [project, ...projects];
  return (
    <form action="/dashboard" class="project-choice" data-live-form>
      {Object.entries(others).map(([name, value]) =>
        value !== undefined && <input key={name} type="hidden" name={name} value={value} />
      )}
      <span class={project === undefined ? "select" : "select chosen"}>
        <select name="project" aria-label="Project">
          <option value="">All projects</option>
          {names.map((name) => (
            <option key={name} value={name} selected={name === project}>{name}</option>
          ))}
        </select>
      </span>
      <button type="submit" class="button no-js-only">Apply</button>
    </form>
  );
}

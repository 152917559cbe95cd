import type { Dashboard, EndpointSummary, MetricName } from "../../core/metrics/model.ts";
import type { MetricViewer } from "../../core/metrics/viewer.ts";
import { type DashboardPageQuery, dashboardQuery } from "./dashboard_query.ts";
import { type EndpointRates, mergedRates } from "./endpoint_rates.ts";

/** Endpoints that have a line of their own: as many as can be told apart. */
const LINES = 5;
const HOUR_S = 3600;

const REQUESTS = "http_requests_total";
const DURATIONS = "http_request_duration_seconds";

/** What the dashboard shows. */
export interface DashboardData {
  readonly dashboard: Dashboard;
  readonly projects: readonly string[];
  /** Whether any metric was ever sent, and whether one of requests was. */
  readonly hasMetrics: boolean;
  readonly hasRequests: boolean;
  readonly endpointRates: readonly EndpointRates[];
}

/** Asks the collector for everything that a picture of the dashboard needs. */
export async function loadDashboard(
  viewer: MetricViewer,
  query: DashboardPageQuery,
  signal: AbortSignal,
): Promise<DashboardData> {
  const [dashboard, projects, names] = await Promise.all([
    viewer.dashboard(dashboardQuery(query), signal),
    viewer.projects(),
    viewer.names(query.project),
  ]);
  const top = dashboard.top_endpoints.slice(0, LINES);
  return {
    dashboard,
    projects,
    hasMetrics: names.length > 0 || projects.length > 0,
    hasRequests: names.some(isOfRequests),
    endpointRates: await loadRates(viewer, { dashboard, top, query, signal }),
  };
}

function isOfRequests({ name }: MetricName): boolean {
  return name === REQUESTS || name === DURATIONS;
}

/** How often each endpoint was asked for, over time. */
async function loadRates(
  viewer: MetricViewer,
  { dashboard, top, query, signal }: {
    readonly dashboard: Dashboard;
    readonly top: readonly EndpointSummary[];
    readonly query: DashboardPageQuery;
    readonly signal: AbortSignal;
  },
): Promise<readonly EndpointRates[]> {
  const from = Date.parse(dashboard.since);
  const to = Date.parse(dashboard.until);
  return await Promise.all(top.map(async ({ endpoint }) => {
    const { data = [] } = await viewer.query({
      name: REQUESTS,
      project: query.project,
      labels: { endpoint },
      groupBy: [],
      span: { period: null, from, to },
      resolution: dashboard.interval_s < HOUR_S ? "minute" : "hour",
    }, signal);
    return { endpoint, points: mergedRates(data, dashboard) };
  }));
}

import { escapeLabel } from "../../core/metrics/query.ts";
import { withQuery } from "../links.ts";
import { dashboardFields, type DashboardPageQuery } from "./dashboard_query.ts";

export const EXPLORE_PATH = "/metrics/explore";

/** The requests of one endpoint in the explorer, over the same time. */
export function exploreEndpointPath(query: DashboardPageQuery, endpoint: string): string {
  const { period, since, until, project } = dashboardFields(query);
  return withQuery(EXPLORE_PATH, {
    name: "http_requests_total",
    ...(query.stretch ? { since, until } : { period }),
    project,
    labels: `endpoint:${escapeLabel(endpoint)}`,
    group_by: "status",
  });
}

import type { AppContext, PageRoute } from "../../core/http/route.ts";
import type { MetricViewer } from "../../core/metrics/viewer.ts";
import { originOf, page, type Shell } from "../page.tsx";
import { DashboardPage } from "./dashboard_page.tsx";
import { DASHBOARD_PATH, readDashboardPageQuery } from "./dashboard_query.ts";
import { exploreRoutes } from "./explore/routes.tsx";
import { loadDashboard } from "./load.ts";
import { MetricsWelcome } from "./welcome.tsx";
import { zoneOfReader } from "./zone_cookie.ts";

/** The pages of the Metrics Collector. */
export function metricRoutes(shell: Shell, viewer: MetricViewer): readonly PageRoute[] {
  return [
    {
      method: "GET",
      path: DASHBOARD_PATH,
      access: "session",
      handle: (context) => showDashboard(shell, viewer, context),
    },
    ...exploreRoutes(shell, viewer),
  ];
}

async function showDashboard(
  shell: Shell,
  viewer: MetricViewer,
  context: AppContext,
): Promise<Response> {
  const query = readDashboardPageQuery(context.req.url);
  const data = await loadDashboard(viewer, query, context.req.raw.signal);
  const origin = originOf(shell, context);
  const zone = zoneOfReader(context.req.header("cookie"));
  const now = shell.deps.clock.now();
  const body = data.hasMetrics
    ? <DashboardPage {...{ query, data, zone, now, origin }} />
    : <MetricsWelcome origin={origin} />;
  return await page(shell, { title: "Metrics", section: "metrics", script: "metrics", body });
}

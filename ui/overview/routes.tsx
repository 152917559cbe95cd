import { type AppContext, type PageRoute } from "../../core/http/route.ts";
import { framedPage, type Shell } from "../page.tsx";
import { loadErrorStrip, loadLogStrip, loadMetricStrip } from "./load.ts";
import { OverviewPage } from "./overview_page.tsx";

/** The first page where several services run. */
export function overviewRoutes(shell: Shell): readonly PageRoute[] {
  return [
    {
      method: "GET",
      path: "/",
      access: "session",
      handle: (context) => showOverview(shell, context),
    },
  ];
}

async function showOverview(shell: Shell, context: AppContext): Promise<Response> {
  const { errors, logs, metrics } = shell.deps.services;
  const now = shell.deps.clock.now();
  const { signal } = context.req.raw;
  const [errorStrip, logStrip, metricStrip] = await Promise.all([
    errors ? loadErrorStrip(errors) : null,
    logs ? loadLogStrip(logs, now, signal) : null,
    metrics ? loadMetricStrip(metrics, signal) : null,
  ]);
  const body = <OverviewPage errors={errorStrip} logs={logStrip} metrics={metricStrip} now={now} />;
  const unresolved = errorStrip?.total ?? 0;
  return framedPage(shell, { title: "Overview", section: "overview", body }, unresolved);
}

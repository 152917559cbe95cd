import { redirect } from "../../../core/http/respond.ts";
import type { AppContext, PageRoute } from "../../../core/http/route.ts";
import type { MetricViewer } from "../../../core/metrics/viewer.ts";
import { oneLine } from "../../format.ts";
import { originOf, page, type Shell } from "../../page.tsx";
import { EXPLORE_PATH } from "../links.ts";
import { MetricsWelcome } from "../welcome.tsx";
import { zoneOfReader } from "../zone_cookie.ts";
import { ExplorePage } from "./explore_page.tsx";
import { explorePath, hasTypedLabel, readExploreQuery } from "./explore_query.ts";
import { loadExplorer } from "./load.ts";

const TITLE_CHARACTERS = 80;

/** The page on which any metric can be looked at. */
export function exploreRoutes(shell: Shell, viewer: MetricViewer): readonly PageRoute[] {
  return [
    {
      method: "GET",
      path: EXPLORE_PATH,
      access: "session",
      handle: (context) => showExplorer(shell, viewer, context),
    },
  ];
}

async function showExplorer(
  shell: Shell,
  viewer: MetricViewer,
  context: AppContext,
): Promise<Response> {
  const { url } = context.req;
  const query = readExploreQuery(url);
  if (hasTypedLabel(url)) return redirect(explorePath(query));
  const data = await loadExplorer(viewer, query, context.req.raw.signal);
  const zone = zoneOfReader(context.req.header("cookie"));
  const now = shell.deps.clock.now();
  const body = data.metrics.length > 0 || data.projects.length > 0
    ? <ExplorePage {...{ query, data, zone, now }} />
    : <MetricsWelcome origin={originOf(shell, context)} />;
  const title = query.name === undefined ? "Metrics" : oneLine(query.name, TITLE_CHARACTERS);
  return await page(shell, { title, section: "metrics", script: "metrics", body });
}

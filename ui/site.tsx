import { redirect } from "../core/http/respond.ts";
import type { PageRoute, Site } from "../core/http/route.ts";
import { Assets } from "./assets.ts";
import { errorRoutes } from "./errors/routes.tsx";
import { failurePage } from "./failure_page.tsx";
import { logRoutes } from "./logs/routes.tsx";
import { metricRoutes } from "./metrics/routes.tsx";
import { overviewRoutes } from "./overview/routes.tsx";
import { sectionsOf, type Shell, type SiteDeps } from "./page.tsx";
import { settingsRoutes } from "./settings/routes.tsx";
import { signedOut, signInRoutes } from "./sign_in.tsx";

export type { SiteDeps } from "./page.tsx";

/** The web interface over the services of this process. */
export function createSite(deps: SiteDeps, assets: Assets = new Assets()): Site {
  const shell: Shell = { deps, assets };
  const { errors, logs, metrics } = deps.services;
  return {
    routes: [
      ...(Object.keys(deps.services).length > 1 ? overviewRoutes(shell) : [home(deps)]),
      ...signInRoutes(shell),
      ...(errors ? errorRoutes(shell, errors) : []),
      ...(logs ? logRoutes(shell, logs) : []),
      ...(metrics ? metricRoutes(shell, metrics) : []),
      ...settingsRoutes(shell),
      ...assets.routes(),
    ],
    signedOut: (context) => signedOut(shell, context),
    failure: (context, status, detail) => failurePage(shell, context, status, detail),
  };
}

/** Where one service runs, its page is the first one. */
function home(deps: SiteDeps): PageRoute {
  const [first] = sectionsOf(deps, 0);
  const path = first?.path ?? "/settings";
  return { method: "GET", path: "/", access: "session", handle: () => redirect(path) };
}

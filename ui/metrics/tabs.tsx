import { withQuery } from "../links.ts";
import { DASHBOARD_PATH } from "./dashboard_query.ts";
import { EXPLORE_PATH } from "./links.ts";

/** The two pages of metrics, beside their title; the project goes along. */
export function MetricTabs(
  { current, project }: {
    readonly current: "dashboard" | "explore";
    readonly project: string | undefined;
  },
) {
  return (
    <nav class="segments" aria-label="Metrics">
      <a
        href={withQuery(DASHBOARD_PATH, { project })}
        aria-current={current === "dashboard" ? "page" : undefined}
      >
        Dashboard
      </a>
      <a
        href={withQuery(EXPLORE_PATH, { project })}
        aria-current={current === "explore" ? "page" : undefined}
      >
        Explorer
      </a>
    </nav>
  );
}

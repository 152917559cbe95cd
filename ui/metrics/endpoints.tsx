import type { EndpointSummary } from "../../core/metrics/model.ts";
import { Count } from "../components/count.tsx";
import { visibleText } from "../format.ts";
import { type DashboardPageQuery, dashboardPath } from "./dashboard_query.ts";
import { directionOf, type EndpointColumn, sortedEndpoints } from "./endpoint_order.ts";
import { exploreEndpointPath } from "./links.ts";
import { valueText } from "./units.ts";

/** From this share of failures on it is a state, not an accident. */
const FAILING = 0.01;

/** Rows before one asks for all of them. */
const ROWS = 12;

interface EndpointsProps {
  readonly query: DashboardPageQuery;
  readonly endpoints: readonly EndpointSummary[];
}

/** Where the requests go: how many, how slow, and how often they fail. */
export function TopEndpoints({ query, endpoints }: EndpointsProps) {
  const sorted = sortedEndpoints(endpoints, query.order);
  const shown = query.allEndpoints ? sorted : sorted.slice(0, ROWS);
  const most = Math.max(1, ...endpoints.map(({ requests }) => requests));
  return (
    <section class="endpoints" aria-labelledby="endpoints">
      <div class="section-head">
        <h2 id="endpoints">Top endpoints</h2>
        {endpoints.length > ROWS && (
          <a href={dashboardPath({ ...query, allEndpoints: !query.allEndpoints })}>
            {query.allEndpoints ? `The first ${ROWS}` : `All ${endpoints.length}`}
          </a>
        )}
      </div>
      <table class="metric-table endpoint-table">
        <caption class="sr-only">Endpoints with the most requests</caption>
        <thead>
          <tr>
            <Heading query={query} column="endpoint">Endpoint</Heading>
            <Heading query={query} column="requests">Requests</Heading>
            <Heading query={query} column="average">Average</Heading>
            <Heading query={query} column="errors">Error rate</Heading>
          </tr>
        </thead>
        <tbody>
          {shown.map((endpoint) => <Row key={endpoint.endpoint} {...{ query, endpoint, most }} />)}
        </tbody>
      </table>
    </section>
  );
}

function Heading(
  { query, column, children }: {
    readonly query: DashboardPageQuery;
    readonly column: EndpointColumn;
    readonly children: string;
  },
) {
  const direction = directionOf(query.order, column);
  const isReversed = direction !== undefined && !query.order.isReversed;
  return (
    <th class={column === "endpoint" ? undefined : "figure"} aria-sort={direction}>
      <a href={dashboardPath({ ...query, order: { column, isReversed } })} data-replace>
        {children}
        <span class="sort-arrow" aria-hidden="true">
          {direction === "ascending" ? "↑" : direction === "descending" ? "↓" : ""}
        </span>
      </a>
    </th>
  );
}

function Row(
  { query, endpoint: { endpoint, requests, avg_ms, error_rate }, most }: {
    readonly query: DashboardPageQuery;
    readonly endpoint: EndpointSummary;
    readonly most: number;
  },
) {
  return (
    <tr data-key={endpoint}>
      <th scope="row">
        <a href={exploreEndpointPath(query, endpoint)} title={endpoint}>
          <bdi>{visibleText(endpoint, "without a name")}</bdi>
        </a>
      </th>
      <td class="figure">
        <span class="endpoint-requests">
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect width={Math.max(1, Math.round(requests / most * 100))} height="8" />
          </svg>
          <Count of={requests} />
        </span>
      </td>
      <td class="figure number">{avg_ms === null ? "–" : valueText(avg_ms, "ms")}</td>
      <td class={error_rate >= FAILING ? "figure number failing" : "figure number"}>
        {error_rate > 0 ? valueText(error_rate, "share") : "0%"}
      </td>
    </tr>
  );
}

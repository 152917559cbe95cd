import { choiceParam, readQuery } from "../../core/http/query_params.ts";
import type { DashboardQuery, Period } from "../../core/metrics/model.ts";
import { dashboardParams, readDashboardQuery } from "../../core/metrics/query.ts";
import { withQuery } from "../links.ts";
import { COLUMNS, type EndpointOrder } from "./endpoint_order.ts";

export const DASHBOARD_PATH = "/dashboard";

export type DashboardPeriod = Exclude<Period, "30d">;
export const DASHBOARD_PERIODS: readonly DashboardPeriod[] = ["1h", "24h", "7d"];
const DEFAULT_PERIOD: DashboardPeriod = "24h";

/** What the address of the dashboard says. */
export interface DashboardPageQuery {
  /** The one to go back to where `stretch` is shown instead. */
  readonly period: DashboardPeriod;
  /** A stretch of time that was chosen, in ms since the epoch. */
  readonly stretch: { readonly from: number; readonly to: number } | null;
  readonly project: string | undefined;
  readonly order: EndpointOrder;
  /** Whether the table has every endpoint. */
  readonly allEndpoints: boolean;
}

const ORDERS: Readonly<Record<string, EndpointOrder>> = Object.fromEntries(
  COLUMNS.flatMap((column) => [
    [column, { column, isReversed: false }],
    [`-${column}`, { column, isReversed: true }],
  ]),
);

const PARAMS = {
  period: dashboardParams.period,
  sort: choiceParam<EndpointOrder>(
    ORDERS,
    { column: "requests", isReversed: false },
    "how the endpoints are sorted; a minus in front turns it round",
  ),
  endpoints: choiceParam({ all: true, top: false }, false, "how many endpoints are told"),
};

/** Reads the address of the page; throws a Failure that names a bad parameter. */
export function readDashboardPageQuery(url: string): DashboardPageQuery {
  const { project, span } = readDashboardQuery(url);
  const { period, sort, endpoints } = readQuery(url, PARAMS);
  return {
    period,
    stretch: span.period === null ? { from: span.from, to: span.to } : null,
    project,
    order: sort,
    allEndpoints: endpoints,
  };
}

/** What the collector is asked for. */
export function dashboardQuery({ period, stretch, project }: DashboardPageQuery): DashboardQuery {
  return { project, span: stretch ? { period: null, ...stretch } : { period } };
}

/** The address of the page; what is as ever stays out of it. */
export function dashboardPath(query: DashboardPageQuery): string {
  return withQuery(DASHBOARD_PATH, dashboardFields(query));
}

/** The parameters of the address, for links and for a form's hidden fields. */
export function dashboardFields(
  { period, stretch, project, order, allEndpoints }: DashboardPageQuery,
): Readonly<Record<string, string | undefined>> {
  const sort = `${order.isReversed ? "-" : ""}${order.column}`;
  const until = stretch?.to;
  return {
    period: period === DEFAULT_PERIOD ? undefined : period,
    since: stretch ? new Date(stretch.from).toISOString() : undefined,
    until: until === undefined || until === Infinity ? undefined : new Date(until).toISOString(),
    project,
    sort: sort === "requests" ? undefined : sort,
    endpoints: allEndpoints ? "all" : undefined,
  };
}

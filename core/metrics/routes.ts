import { readJson } from "../http/body.ts";
import { readIdempotencyKey } from "../http/idempotency.ts";
import { readQuery } from "../http/query_params.ts";
import { ACCEPTED, json } from "../http/respond.ts";
import type { ApiRoute } from "../http/route.ts";
import type { Ingest } from "./ingest.ts";
import { DASHBOARD, LABELS, NAMES, PROJECTS, QUERY, RECORD } from "./operations.ts";
import { namesParams, readDashboardQuery, readLabelsQuery, readMetricQuery } from "./query.ts";
import type { MetricViewer } from "./viewer.ts";

/** The HTTP API of the Metrics Collector. */
export function metricRoutes(viewer: MetricViewer, ingest: Ingest): readonly ApiRoute[] {
  return [
    {
      method: "POST",
      path: "/api/metrics",
      access: "key",
      operation: RECORD,
      async handle(context) {
        const key = readIdempotencyKey(context);
        const count = await ingest.record(await readJson(context), key);
        return json({ status: "accepted", count }, ACCEPTED);
      },
    },
    {
      method: "GET",
      path: "/api/metrics",
      access: "key",
      operation: QUERY,
      async handle(context) {
        const { url, raw: { signal } } = context.req;
        return json(await viewer.query(readMetricQuery(url), signal));
      },
    },
    {
      method: "GET",
      path: "/api/metrics/names",
      access: "key",
      operation: NAMES,
      async handle(context) {
        const { project } = readQuery(context.req.url, namesParams);
        return json({ metrics: await viewer.names(project) });
      },
    },
    {
      method: "GET",
      path: "/api/metrics/labels",
      access: "key",
      operation: LABELS,
      async handle(context) {
        const { name, project } = readLabelsQuery(context.req.url);
        return json({ labels: await viewer.labels(name, project) });
      },
    },
    {
      method: "GET",
      path: "/api/metrics/projects",
      access: "key",
      operation: PROJECTS,
      handle: async () => json({ projects: await viewer.projects() }),
    },
    {
      method: "GET",
      path: "/api/dashboard",
      access: "key",
      operation: DASHBOARD,
      async handle(context) {
        const { url, raw: { signal } } = context.req;
        return json(await viewer.dashboard(readDashboardQuery(url), signal));
      },
    },
  ];
}

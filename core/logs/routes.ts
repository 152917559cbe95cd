import { parseId } from "../http/path_params.ts";
import { readQuery } from "../http/query_params.ts";
import { json } from "../http/respond.ts";
import type { ApiRoute, AppContext } from "../http/route.ts";
import { exportedFile } from "./exported_file.ts";
import { CONTAINERS, CONTEXT, EXPORT, HISTOGRAM, LIST, STATS, TAIL } from "./operations.ts";
import {
  contextParams,
  readExportQuery,
  readHistogramQuery,
  readLogQuery,
  readTailFilter,
} from "./query.ts";
import type { LogViewer } from "./viewer.ts";

/** The HTTP API of the Log Viewer. */
export function logRoutes(viewer: LogViewer): readonly ApiRoute[] {
  return [
    {
      method: "GET",
      path: "/api/logs",
      access: "key",
      operation: LIST,
      handle: async (context) =>
        json(await viewer.search(readLogQuery(context.req.url), goneSignal(context))),
    },
    {
      method: "GET",
      path: "/api/logs/tail",
      access: "key",
      operation: TAIL,
      handle: (context) => viewer.tail(readTailFilter(context.req.url)),
    },
    {
      method: "GET",
      path: "/api/logs/histogram",
      access: "key",
      operation: HISTOGRAM,
      handle: async (context) =>
        json(await viewer.histogram(readHistogramQuery(context.req.url), goneSignal(context))),
    },
    {
      method: "GET",
      path: "/api/logs/export",
      access: "key",
      operation: EXPORT,
      async handle(context) {
        const { filter, format } = readExportQuery(context.req.url);
        return await exportedFile((signal) => viewer.export(filter, signal), format);
      },
    },
    {
      method: "GET",
      path: "/api/logs/{id}/context",
      access: "key",
      operation: CONTEXT,
      async handle(context) {
        const around = readQuery(context.req.url, contextParams);
        return json(await viewer.context(parseId(context.req.param("id")), around));
      },
    },
    {
      method: "GET",
      path: "/api/containers",
      access: "key",
      operation: CONTAINERS,
      handle: async () => json({ containers: await viewer.containers() }),
    },
    {
      method: "GET",
      path: "/api/stats",
      access: "key",
      operation: STATS,
      handle: async () => json(await viewer.stats()),
    },
  ];
}

/** Aborts when the client goes away, so that a search for nobody ends. */
function goneSignal(context: AppContext): AbortSignal {
  return context.req.raw.signal;
}

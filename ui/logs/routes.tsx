import { renderToString } from "preact-render-to-string";
import { Failure } from "../../core/failure.ts";
import { parseId } from "../../core/http/path_params.ts";
import { html, redirect, text } from "../../core/http/respond.ts";
import type { AppContext, PageRoute } from "../../core/http/route.ts";
import type { LogEntry } from "../../core/logs/model.ts";
import { parseSearch } from "../../core/logs/search_query.ts";
import type { LogViewer } from "../../core/logs/viewer.ts";
import type { Zone } from "../format.ts";
import { linePath } from "../links.ts";
import { page, type Shell } from "../page.tsx";
import { EntryDetail, entryJson } from "./detail.tsx";
import { entryOf, loadLogs } from "./load.ts";
import { LogsPage } from "./logs_page.tsx";
import { readLogsQuery } from "./logs_query.ts";
import { readViewCookie, type View } from "./view.ts";
import { LogsWelcome } from "./welcome.tsx";
import { zoneNamed } from "./zone.ts";

/** The pages of the Log Viewer. */
export function logRoutes(shell: Shell, viewer: LogViewer): readonly PageRoute[] {
  const get = (path: string, handle: PageRoute["handle"]): PageRoute => ({
    method: "GET",
    path,
    access: "session",
    handle,
  });
  return [
    get("/logs", (context) => showLogs(shell, viewer, context)),
    get("/logs/{id}", (context) => showDetail(viewer, context)),
    get("/logs/{id}/message", async (context) => plain((await entryFor(viewer, context)).message)),
    get("/logs/{id}/json", async (context) => plain(entryJson(await entryFor(viewer, context)))),
  ];
}

async function showLogs(
  shell: Shell,
  viewer: LogViewer,
  context: AppContext,
): Promise<Response> {
  const query = readLogsQuery(context.req.url);
  const reading = viewer.reading();
  const inFrame = { title: "Logs", section: "logs", script: "logs" } as const;
  if (reading.stored === 0) {
    const { containers: patterns } = await viewer.about();
    const body = <LogsWelcome reading={reading} patterns={patterns} />;
    return await page(shell, { ...inFrame, body });
  }
  const { view, zone } = viewOf(context, query.view);
  const now = shell.deps.clock.now();
  const { signal } = context.req.raw;
  const data = await loadLogs(viewer, query, { now, wrap: view.wrap, signal });
  const listKey = `list-${crypto.randomUUID()}`;
  const body = (
    <LogsPage
      {...{ query, data, view, zone, now, listKey }}
      problem={reading.problem}
    />
  );
  return await page(shell, { ...inFrame, body });
}

/** A line's detail for the script of the list; everyone else is led to the list itself. */
async function showDetail(viewer: LogViewer, context: AppContext): Promise<Response> {
  const entry = await entryFor(viewer, context);
  if (context.req.header("x-monlight-part") === undefined) {
    return redirect(linePath(entry.id));
  }
  const query = readLogsQuery(context.req.url);
  const { zone } = viewOf(context, query.view);
  const highlights = query.search === undefined ? [] : parseSearch(query.search)?.highlights ?? [];
  return html(renderToString(<EntryDetail {...{ entry, query, highlights, zone }} />));
}

async function entryFor(viewer: LogViewer, context: AppContext): Promise<LogEntry> {
  const entry = await entryOf(viewer, parseId(context.req.param("id")));
  if (!entry) throw new Failure("not_found", "Not found");
  return entry;
}

/** How the reader wants the list, and by whose clock. The address goes before the cookie. */
function viewOf(
  context: AppContext,
  given: Partial<View>,
): { readonly view: View; readonly zone: Zone } {
  const { view: kept, zoneName } = readViewCookie(context.req.header("cookie"));
  const view = { ...kept, ...given };
  const local = zoneName === null ? null : zoneNamed(zoneName);
  return { view, zone: view.time === "utc" || local === null ? "UTC" : local };
}

function plain(body: string): Response {
  const response = text(body, "text/plain; charset=utf-8");
  response.headers.set("cache-control", "no-store");
  return response;
}

import type { ErrorTracker } from "../../core/errors/service.ts";
import { Failure } from "../../core/failure.ts";
import { readForm } from "../../core/http/body.ts";
import { redirect } from "../../core/http/respond.ts";
import type { AppContext, PageRoute } from "../../core/http/route.ts";
import { errorPath, safeNext, withQuery } from "../links.ts";
import { originOf, page, type Shell } from "../page.tsx";
import { DetailPage } from "./detail_page.tsx";
import { ListPage } from "./list_page.tsx";
import {
  type Done,
  errorQuery,
  isFiltered,
  parseIds,
  readDone,
  readListQuery,
} from "./list_query.ts";
import { errorMarkdown } from "./markdown.ts";
import { chosenOccurrence } from "./occurrence.ts";
import { Welcome } from "./welcome.tsx";

/** The pages of the Error Tracker. */
export function errorRoutes(shell: Shell, tracker: ErrorTracker): readonly PageRoute[] {
  const session = { access: "session" } as const;
  const get = (path: string, handle: PageRoute["handle"]): PageRoute => ({
    method: "GET",
    path,
    ...session,
    handle,
  });
  const post = (path: string, handle: PageRoute["handle"]): PageRoute => ({
    method: "POST",
    path,
    ...session,
    handle,
  });
  return [
    get("/errors", (context) => showList(shell, tracker, context)),
    post("/errors/resolve", (context) => changeMany(tracker, context, "resolved")),
    post("/errors/reopen", (context) => changeMany(tracker, context, "reopened")),
    get("/errors/{id}", (context) => showDetail(shell, tracker, context)),
    get("/errors/{id}/markdown", (context) => showMarkdown(shell, tracker, context)),
    get("/errors/{id}/traceback", (context) => showTraceback(tracker, context)),
    post("/errors/{id}/resolve", (context) => changeOne(tracker, context, "resolved")),
    post("/errors/{id}/reopen", (context) => changeOne(tracker, context, "reopened")),
  ];
}

async function showList(
  shell: Shell,
  tracker: ErrorTracker,
  context: AppContext,
): Promise<Response> {
  const query = readListQuery(context.req.url);
  const done = readDone(context.req.url);
  const [found, projects, environments] = await Promise.all([
    tracker.list(errorQuery(query)),
    tracker.projects(),
    tracker.environments(),
  ]);
  const isEmptyTracker = found.total === 0 && !isFiltered(query) && await tracker.count({}) === 0;
  const now = shell.deps.clock.now();
  const body = isEmptyTracker
    ? <Welcome origin={originOf(shell, context)} />
    : <ListPage {...{ query, page: found, projects, environments, done, now }} />;
  return await page(shell, { title: "Errors", section: "errors", body });
}

async function showDetail(
  shell: Shell,
  tracker: ErrorTracker,
  context: AppContext,
): Promise<Response> {
  const group = await tracker.detail(idOf(context));
  const chosen = chosenOccurrence(context.req.url, group);
  const isRefresh = context.req.header("x-monlight-refresh") !== undefined;
  const body = <DetailPage {...{ group, chosen, isRefresh, now: shell.deps.clock.now() }} />;
  return await page(shell, { title: group.exception_type, section: "errors", body });
}

async function showMarkdown(
  shell: Shell,
  tracker: ErrorTracker,
  context: AppContext,
): Promise<Response> {
  const group = await tracker.detail(idOf(context));
  const chosen = chosenOccurrence(context.req.url, group);
  return plainText(errorMarkdown(group, chosen?.occurrence, originOf(shell, context)));
}

async function showTraceback(tracker: ErrorTracker, context: AppContext): Promise<Response> {
  const group = await tracker.detail(idOf(context));
  return plainText(chosenOccurrence(context.req.url, group)?.occurrence.traceback ?? "");
}

async function changeOne(
  tracker: ErrorTracker,
  context: AppContext,
  change: Done,
): Promise<Response> {
  const id = idOf(context);
  const next = safeNext((await readForm(context)).get("next"), errorPath(id));
  const changed = await apply(tracker, change, [id]);
  if (changed.length === 0) throw new Failure("not_found", "Not found");
  return redirect(next);
}

async function changeMany(
  tracker: ErrorTracker,
  context: AppContext,
  change: Done,
): Promise<Response> {
  const form = await readForm(context);
  // Several boxes called `id`, or all in one field.
  const ids = parseIds(form.get("ids") ?? form.getAll("id").join(","));
  const next = safeNext(form.get("next"), "/errors");
  if (ids === null) return redirect(next);
  const changed = await apply(tracker, change, ids);
  const [path = "", query = ""] = next.split("?", 2);
  const params = new URLSearchParams(query);
  return redirect(
    withQuery(path, { ...Object.fromEntries(params), done: change, ids: changed.join(",") }),
  );
}

function apply(
  tracker: ErrorTracker,
  change: Done,
  ids: readonly number[],
): Promise<readonly number[]> {
  return change === "resolved" ? tracker.resolve(ids) : tracker.reopen(ids);
}

function idOf(context: AppContext): number {
  const id = context.req.param("id") ?? "";
  if (!/^\d{1,15}$/.test(id)) throw new Failure("not_found", "Not found");
  return Number(id);
}

function plainText(text: string): Response {
  return new Response(text, {
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}

import type { ErrorQuery, Source } from "../../core/errors/model.ts";
import { readErrorListQuery } from "../../core/errors/routes.ts";
import { choiceParam, type QueryParam, readQuery } from "../../core/http/query_params.ts";
import { withQuery } from "../links.ts";

/** Groups on a page unless the address says otherwise, as in the API. */
const PAGE_SIZE = 50;

/** What was just done to some groups; told once, with a way back. */
const DONE_QUERY = {
  done: choiceParam<Done | undefined>(
    { resolved: "resolved", reopened: "reopened" },
    undefined,
    "What was just done",
  ),
  ids: idsParam(),
};

export type StateFilter = "false" | "true" | "all";
export type Done = "resolved" | "reopened";

export interface ListQuery {
  readonly project: string | undefined;
  readonly environment: string | undefined;
  readonly source: Source | undefined;
  readonly resolved: StateFilter;
  readonly search: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** Reads the filters of the list from its address, which are the API's; throws a Failure at a bad one. */
export function readListQuery(url: string): ListQuery {
  const { resolved, ...query } = readErrorListQuery(url);
  return { ...query, resolved: resolved === undefined ? "all" : resolved ? "true" : "false" };
}

/** What the address says was done just now, or null. */
export function readDone(url: string): { done: Done; ids: readonly number[] } | null {
  const { done, ids } = readQuery(url, DONE_QUERY);
  return done === undefined || ids.length === 0 ? null : { done, ids };
}

/** The address of the list with these filters; what is as ever stays out of it. */
export function listPath(query: Partial<ListQuery>): string {
  const { resolved, limit, offset, ...rest } = query;
  return withQuery("/errors", {
    ...rest,
    resolved: resolved === "false" ? undefined : resolved,
    limit: limit === PAGE_SIZE ? undefined : limit,
    offset: offset === 0 ? undefined : offset,
  });
}

/** What the tracker is asked for. */
export function errorQuery(query: ListQuery): ErrorQuery {
  const { project, environment, source, search, resolved, limit, offset } = query;
  return {
    ...(project === undefined ? {} : { project }),
    ...(environment === undefined ? {} : { environment }),
    ...(source === undefined ? {} : { source }),
    ...(search === undefined ? {} : { search }),
    ...(resolved === "all" ? {} : { resolved: resolved === "true" }),
    limit,
    offset,
  };
}

/** Whether anything but the state narrows the list. */
export function isFiltered(query: ListQuery): boolean {
  return [query.project, query.environment, query.source, query.search]
    .some((filter) => filter !== undefined);
}

/** The ids in a text such as `12,7`; null when it is anything else. */
export function parseIds(text: string): readonly number[] | null {
  return /^\d{1,15}(,\d{1,15}){0,199}$/.test(text) ? text.split(",").map(Number) : null;
}

function idsParam(): QueryParam<readonly number[]> {
  return {
    schema: { type: "string", description: "Ids separated by commas" },
    fallback: [],
    parse(text) {
      const ids = parseIds(text);
      return ids === null ? { must: "ids separated by commas, at most 200" } : { value: ids };
    },
  };
}

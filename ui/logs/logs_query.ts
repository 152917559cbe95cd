import { HOUR } from "../../core/clock.ts";
import { choiceParam, integerParam, readQuery } from "../../core/http/query_params.ts";
import type { Level, LogFilter } from "../../core/logs/model.ts";
import { filterParams } from "../../core/logs/query.ts";
import { storableText } from "../../core/text.ts";
import { withQuery } from "../links.ts";
import type { View } from "./view.ts";

/** Ranges that end now, in ms; `all` is everything that is kept. */
export const RANGES = { "1h": HOUR, "24h": 24 * HOUR, "7d": 7 * 24 * HOUR, all: Infinity } as const;
export type RangeName = keyof typeof RANGES;

const DEFAULT_RANGE: RangeName = "24h";

/** Which part of the list is in view: its newest end, or what lies around or beside one line. */
export type Place =
  | { readonly at: "end" }
  | { readonly at: "line" | "context" | "older" | "newer"; readonly id: number };

/** What the address of the page says. */
export interface LogsQuery {
  readonly containers: readonly string[];
  readonly levels: readonly Level[];
  readonly search: string | undefined;
  /** Undefined unless it is in the address. */
  readonly range: RangeName | undefined;
  /** Milliseconds since the epoch; where one is given, `range` does not count. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly place: Place;
  readonly live: boolean;
  /** What the address says of the view, before the reader's own preference. */
  readonly view: Partial<View>;
}

export const NO_FILTERS: LogsQuery = {
  containers: [],
  levels: [],
  search: undefined,
  range: undefined,
  since: undefined,
  until: undefined,
  place: { at: "end" },
  live: true,
  view: {},
};

const lineId = (description: string) =>
  integerParam({ fallback: undefined, min: 1, max: Number.MAX_SAFE_INTEGER, description });

const PARAMS = {
  ...filterParams,
  range: choiceParam<RangeName | undefined>(
    { "1h": "1h", "24h": "24h", "7d": "7d", all: "all" },
    undefined,
    "how far back",
  ),
  line: lineId("the line in view"),
  context: lineId("the line whose context is in view"),
  older_than: lineId("the line before which the page ends"),
  newer_than: lineId("the line after which the page begins"),
  live: choiceParam({ on: true, off: false }, true, "whether new lines appear"),
  wrap: choiceParam<boolean | undefined>({ on: true, off: false }, undefined, "long messages wrap"),
  top: choiceParam<View["top"] | undefined>(
    { oldest: "oldest", newest: "newest" },
    undefined,
    "which end is at the top",
  ),
  time: choiceParam<View["time"] | undefined>(
    { local: "local", utc: "utc" },
    undefined,
    "whose clock",
  ),
};

/** Reads the address of the page; throws a Failure that names a bad parameter. */
export function readLogsQuery(url: string): LogsQuery {
  const values = readQuery(withListsJoined(url), PARAMS);
  const search = values.search?.trim();
  const { since, until, wrap, top, time } = values;
  return {
    containers: values.container,
    levels: values.level,
    search: search ? storableText(search) : undefined,
    range: since === undefined && until === undefined ? values.range : undefined,
    since,
    until,
    place: placeOf(values),
    live: values.live,
    view: {
      ...(wrap === undefined ? {} : { wrap }),
      ...(top === undefined ? {} : { top }),
      ...(time === undefined ? {} : { time }),
    },
  };
}

/** The address of the page with these filters; what is as ever stays out of it. */
export function logsPath(query: LogsQuery): string {
  const { place, view } = query;
  return withQuery("/logs", {
    ...filterFields(query),
    ...placeFields(place),
    live: query.live ? undefined : "off",
    wrap: view.wrap === undefined ? undefined : view.wrap ? "on" : "off",
    top: view.top,
    time: view.time,
  });
}

/** The parameters of the address that say which lines, for a form's hidden fields and for links. */
export function filterFields(query: LogsQuery): Readonly<Record<string, string | undefined>> {
  return {
    container: query.containers.join(","),
    level: query.levels.join(","),
    search: query.search,
    range: query.range,
    since: query.since === undefined ? undefined : isoShort(query.since),
    until: query.until === undefined ? undefined : isoShort(query.until),
  };
}

function placeFields(place: Place): Readonly<Record<string, number>> {
  switch (place.at) {
    case "end":
      return {};
    case "line":
      return { line: place.id };
    case "context":
      return { context: place.id };
    case "older":
      return { older_than: place.id };
    case "newer":
      return { newer_than: place.id };
  }
}

function placeOf(values: {
  readonly line: number | undefined;
  readonly context: number | undefined;
  readonly older_than: number | undefined;
  readonly newer_than: number | undefined;
}): Place {
  const { line, context, older_than: older, newer_than: newer } = values;
  if (context !== undefined) return { at: "context", id: context };
  if (line !== undefined) return { at: "line", id: line };
  if (older !== undefined) return { at: "older", id: older };
  if (newer !== undefined) return { at: "newer", id: newer };
  return { at: "end" };
}

/** The range that is looked at, with its name and its ends. */
export interface Range {
  readonly name: RangeName | "custom";
  readonly since: number | undefined;
  readonly until: number | undefined;
}

/** The range of a query at a moment. A link to a line is good however old the line is. */
export function rangeOf(query: LogsQuery, now: number): Range {
  const { since, until } = query;
  if (since !== undefined || until !== undefined) return { name: "custom", since, until };
  const name = query.range ?? (query.place.at === "line" ? "all" : DEFAULT_RANGE);
  const isAll = name === "all";
  return { name, since: isAll ? undefined : now - RANGES[name], until: undefined };
}

/** What the viewer is asked for. */
export function logFilter(query: LogsQuery, range: Range): LogFilter {
  const { containers, levels, search } = query;
  return { containers, levels, search, since: range.since, until: range.until };
}

/** A filter as the API takes it. */
export function apiQuery(filter: LogFilter): string {
  const { containers, levels, search, since, until } = filter;
  const path = withQuery("", {
    container: containers.join(","),
    level: levels.join(","),
    search,
    since: since === undefined ? undefined : new Date(since).toISOString(),
    until: until === undefined ? undefined : new Date(until).toISOString(),
  });
  return path.slice(1);
}

/** Whether anything but the range narrows the list. */
export function isFiltered({ containers, levels, search }: LogsQuery): boolean {
  return containers.length > 0 || levels.length > 0 || search !== undefined;
}

/** Boxes of a form come as one parameter each; the API has them in one, with commas. */
function withListsJoined(url: string): string {
  const at = url.indexOf("?");
  if (at < 0) return url;
  const lists: Record<string, string[]> = { container: [], level: [] };
  const others = url.slice(at + 1).split("&").filter((pair) => {
    const [name = "", value = ""] = pair.split("=", 2);
    const list = Object.hasOwn(lists, name) ? lists[name] : undefined;
    if (list && value !== "") list.push(value);
    return list === undefined;
  });
  const joined = Object.entries(lists).filter(([, values]) => values.length > 0)
    .map(([name, values]) => `${name}=${values.join(",")}`);
  return `${url.slice(0, at)}?${[...others, ...joined].join("&")}`;
}

/** A moment without the zeros at its end: `2026-11-20T17:31Z`. */
function isoShort(ms: number): string {
  return new Date(ms).toISOString().replace(/(?::00)?\.000Z$/, "Z");
}

/** The queries of the Log Viewer's API and of its page: their parameters, and how a URL is read by them. */
import { Failure } from "../failure.ts";
import {
  choiceParam,
  integerParam,
  readQuery,
  textParam,
  timeParam,
} from "../http/query_params.ts";
import { storableText } from "../text.ts";
import type { ExportFormat } from "./export_format.ts";
import { type HistogramQuery, LIMITS, type LogFilter, type LogQuery } from "./model.ts";
import { containersParam, levelsParam } from "./parse.ts";

/** Which entries, whenever they were written. */
const matchParams = {
  container: containersParam,
  level: levelsParam,
  search: textParam(
    LIMITS.search,
    'words that the message has, all of them; `"a phrase"`, `OR`, `NOT`, `prefix*`, `field:value`',
  ),
};

/** Which entries. */
export const filterParams = {
  ...matchParams,
  since: timeParam("entries of this time and later"),
  until: timeParam("entries before this time"),
};

const entryId = (description: string) =>
  integerParam({ fallback: undefined, min: 1, max: Number.MAX_SAFE_INTEGER, description });

/** Parameters of `GET /api/logs`. */
export const listParams = {
  ...filterParams,
  limit: integerParam({
    fallback: 100,
    min: 1,
    max: LIMITS.page,
    description: "entries on a page",
  }),
  offset: integerParam({
    fallback: 0,
    min: 0,
    max: LIMITS.offset,
    description: "entries to skip",
  }),
  older_than: entryId("only entries that the list has after the one with this id"),
  newer_than: entryId("only entries that the list has before it, those nearest to it"),
};

/** Parameters of `GET /api/logs/histogram`. */
export const histogramParams = {
  ...filterParams,
  buckets: integerParam({
    fallback: 60,
    min: 1,
    max: LIMITS.buckets,
    description: "into how many parts of equal length the time is cut, at most",
  }),
};

/** Parameters of `GET /api/logs/tail`. */
export const tailParams = matchParams;

/** Parameters of `GET /api/logs/export`. */
export const exportParams = {
  ...filterParams,
  format: choiceParam<ExportFormat>(
    { text: "text", ndjson: "ndjson" },
    "text",
    "lines to read (the default), or JSON lines",
  ),
};

const around = (where: string) =>
  integerParam({
    fallback: 20,
    min: 0,
    max: LIMITS.context,
    description: `entries ${where} it`,
  });

/** Parameters of `GET /api/logs/{id}/context`. */
export const contextParams = { before: around("before"), after: around("after") };

/** Which page of which entries. Throws `invalid` at a bad parameter, as all of these do. */
export function readLogQuery(url: string): LogQuery {
  const { older_than: olderThan, newer_than: newerThan, limit, offset, ...filter } = readQuery(
    url,
    listParams,
  );
  if (olderThan !== undefined && newerThan !== undefined) {
    throw new Failure(
      "invalid",
      "Query parameters 'older_than' and 'newer_than' must not be given together",
    );
  }
  return { ...filterOf(filter), limit, offset, olderThan, newerThan };
}

export function readHistogramQuery(url: string): HistogramQuery {
  const { buckets, ...filter } = readQuery(url, histogramParams);
  return { ...filterOf(filter), buckets };
}

export function readExportQuery(
  url: string,
): { readonly filter: LogFilter; readonly format: ExportFormat } {
  const { format, ...filter } = readQuery(url, exportParams);
  return { filter: filterOf(filter), format };
}

/** Which entries, of any route that takes a filter with times. */
export function readLogFilter(url: string): LogFilter {
  return filterOf(readQuery(url, filterParams));
}

/** The filter of a live tail, whose entries are all to come. */
export function readTailFilter(
  url: string,
): Pick<LogFilter, "containers" | "levels" | "search"> {
  const { container, level, search } = readQuery(url, tailParams);
  return { containers: container, levels: level, search: searchOf(search) };
}

/** The filter that parameters make. Throws `invalid` where the time ends before it begins. */
function filterOf(
  { container, level, search, since, until }: {
    readonly container: readonly string[];
    readonly level: LogFilter["levels"];
    readonly search: string | undefined;
    readonly since: number | undefined;
    readonly until: number | undefined;
  },
): LogFilter {
  if (since !== undefined && until !== undefined && since > until) {
    throw new Failure("invalid", "Query parameter 'since' must not be after 'until'");
  }
  return { containers: container, levels: level, search: searchOf(search), since, until };
}

/** A search as the stored texts are written; blanks alone are none. */
function searchOf(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed ? storableText(trimmed) : undefined;
}

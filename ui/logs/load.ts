import { Failure } from "../../core/failure.ts";
import {
  type ContainerCount,
  type LogEntry,
  type LogHistogram,
  type LogPage,
  type LogStats,
} from "../../core/logs/model.ts";
import type { LogViewer } from "../../core/logs/viewer.ts";
import { logFilter, type LogsQuery, type Range, rangeOf } from "./logs_query.ts";

/** Rows of the first picture; script brings the others. */
const ROWS = 80;
/** Wrapped rows are higher, and longer. */
const WRAPPED_ROWS = 40;
const BUCKETS = 96;

/** What the page shows. */
export interface LogsData {
  readonly range: Range;
  readonly part: Part;
  readonly histogram: LogHistogram;
  readonly containers: readonly ContainerCount[];
  /** Asked only where nothing was found. */
  readonly stats: LogStats | null;
}

/** A part of the list, and what lies on either side. */
export interface Part {
  /** Oldest first. */
  readonly entries: readonly LogEntry[];
  readonly total: number;
  readonly isLowerBound: boolean;
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  /** The line that the address names; null when it names none, or one that is not kept. */
  readonly named: LogEntry | null;
  readonly isNamedMissing: boolean;
  /** The filter of the part, where it is not the one of the address. */
  readonly container: string | null;
}

/** Asks the viewer for everything that a picture of the page needs. */
export async function loadLogs(
  viewer: LogViewer,
  query: LogsQuery,
  options: { readonly now: number; readonly wrap: boolean; readonly signal: AbortSignal },
): Promise<LogsData> {
  const { now, wrap, signal } = options;
  const range = rangeOf(query, now);
  const { since, until } = range;
  const { containers: names, search } = query;
  const [part, histogram, containers] = await Promise.all([
    loadPart(viewer, query, { range, rows: wrap ? WRAPPED_ROWS : ROWS, signal }),
    // Of all levels, so that each level's button can tell its count.
    viewer.histogram(
      { containers: names, levels: [], search, since, until, buckets: BUCKETS },
      signal,
    ),
    viewer.containers(),
  ]);
  const stats = part.entries.length === 0 ? await viewer.stats() : null;
  return { range, part, histogram, containers, stats };
}

interface PartOptions {
  readonly range: Range;
  readonly rows: number;
  readonly signal: AbortSignal;
}

async function loadPart(
  viewer: LogViewer,
  query: LogsQuery,
  options: PartOptions,
): Promise<Part> {
  const { range, rows, signal } = options;
  const filter = logFilter(query, range);
  const { place } = query;
  const page = { ...filter, limit: rows, offset: 0 };
  switch (place.at) {
    case "end": {
      const found = await viewer.search(page, signal);
      return partOf(found, { hasOlder: found.logs.length === rows, hasNewer: false });
    }
    case "older": {
      const found = await viewer.search({ ...page, olderThan: place.id }, signal);
      return partOf(found, { hasOlder: found.logs.length === rows, hasNewer: true });
    }
    case "newer": {
      const found = await viewer.search({ ...page, newerThan: place.id }, signal);
      return partOf(found, { hasOlder: true, hasNewer: found.logs.length === rows });
    }
    case "line":
    case "context": {
      const entry = await entryOf(viewer, place.id);
      if (!entry) {
        const end = await loadPart(viewer, { ...query, place: { at: "end" } }, options);
        return { ...end, isNamedMissing: true };
      }
      return await around(viewer, entry, place.at === "context" ? contextOf(entry) : filter, {
        rows,
        signal,
      }, place.at === "context");
    }
  }
}

/** The entry with an id; null when it is not kept. */
export async function entryOf(viewer: LogViewer, id: number): Promise<LogEntry | null> {
  try {
    return (await viewer.context(id, { before: 0, after: 0 })).entry;
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") return null;
    throw error;
  }
}

/** Everything of the entry's container. */
function contextOf({ container }: LogEntry) {
  return { containers: [container], levels: [], search: undefined };
}

async function around(
  viewer: LogViewer,
  entry: LogEntry,
  filter: Parameters<LogViewer["export"]>[0],
  { rows, signal }: Pick<PartOptions, "rows" | "signal">,
  isContext: boolean,
): Promise<Part> {
  const page = { ...filter, limit: rows / 2, offset: 0 };
  const [older, newer] = await Promise.all([
    viewer.search({ ...page, olderThan: entry.id }, signal),
    viewer.search({ ...page, newerThan: entry.id }, signal),
  ]);
  const [before, after] = [older, newer].map(({ logs }) => logs.toReversed());
  return {
    ...partOf(older, {
      hasOlder: older.logs.length === page.limit,
      hasNewer: newer.logs.length === page.limit,
    }),
    entries: [...before ?? [], entry, ...after ?? []],
    named: entry,
    container: isContext ? entry.container : null,
  };
}

function partOf(
  page: LogPage,
  sides: { readonly hasOlder: boolean; readonly hasNewer: boolean },
): Part {
  return {
    ...sides,
    entries: page.logs.toReversed(),
    total: page.total,
    isLowerBound: page.total_is_lower_bound === true,
    named: null,
    isNamedMissing: false,
    container: null,
  };
}

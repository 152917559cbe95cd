import { dayNumber, longDate } from "../format.ts";
import type { LogEntry } from "../../core/logs/model.ts";
import { parseSearch } from "../../core/logs/search_query.ts";
import { huesOf } from "./hue.ts";
import { EntryDetail } from "./detail.tsx";
import { lineOf } from "./line.ts";
import type { LogsPageProps } from "./logs_page.tsx";
import {
  apiQuery,
  filterFields,
  logFilter,
  logsPath,
  type LogsQuery,
  type Range,
} from "./logs_query.ts";
import { nameWidthClass } from "./name_width.ts";
import { DayRow, LogRow, type RowLook } from "./row.tsx";
import type { Highlight } from "./runs.ts";
import type { ListSetup } from "./setup.ts";
import { withQuery } from "../links.ts";

/** Characters of filters that the link of each row may carry. */
const CARRIED_FILTERS = 200;

/** The list as the server draws it: its newest end, or what lies around a line. Script takes it from there. */
export function LogList({ query, data, view, zone, listKey }: LogsPageProps) {
  const { part, range } = data;
  const highlights = highlightsOf(query);
  const linePath = linePathOf(query);
  const names = data.containers.map(({ name }) => name);
  const hues = huesOf(names);
  const look: RowLook = { zone, isWrapped: view.wrap, highlights, hues, linePath };
  const entries = view.top === "newest" ? part.entries.toReversed() : part.entries;
  const filter = part.container === null
    ? logFilter(query, range)
    : { containers: [part.container], levels: [], search: undefined };
  const setup: ListSetup = {
    filter: apiQuery(filter),
    place: part.isNamedMissing ? { at: "end" } : query.place,
    isOpenEnded: part.container !== null || range.until === undefined,
    live: query.live,
    highlights,
    hues,
    linePath,
    detailQuery: withQuery("", filterFields(query)),
    view,
    beginning: part.container === null ? beginningOf(range) : "Nothing older is kept.",
  };
  const [first] = entries;
  const classes = [
    "log-list",
    `top-${view.top}`,
    nameWidthClass(names),
    view.wrap ? "wrapped" : "",
    isOfErrors(query) ? "" : "tinted",
  ];
  return (
    <section
      class={classes.filter((one) => one !== "").join(" ")}
      data-key={listKey}
      data-list={JSON.stringify(setup)}
      aria-label="Lines"
    >
      <div class="log-scroll" tabIndex={0} role="group" aria-label="Lines, to scroll through">
        <div class="log-content">
          <p class="log-today" data-day>{first && longDate(Date.parse(first.timestamp), zone)}</p>
          <Pages query={query} data={data} side={view.top === "newest" ? "newer" : "older"} />
          <div class="log-space">
            <div class="log-block" role="feed" aria-label="Log lines">
              {entries.map((entry, at) => (
                <Item
                  key={entry.id}
                  entry={entry}
                  above={entries[at - 1]}
                  named={part.named}
                  query={query}
                  look={look}
                />
              ))}
            </div>
          </div>
          <Pages query={query} data={data} side={view.top === "newest" ? "older" : "newer"} />
        </div>
      </div>
      <div class="log-pill-place">
        <button type="button" class="log-pill" data-pill hidden></button>
      </div>
      <p class="sr-only" role="status" data-list-status></p>
    </section>
  );
}

function Item(
  { entry, above, named, query, look }: {
    readonly entry: LogEntry;
    readonly above: LogEntry | undefined;
    readonly named: LogEntry | null;
    readonly query: LogsQuery;
    readonly look: RowLook;
  },
) {
  const { zone, highlights } = look;
  const time = Date.parse(entry.timestamp);
  const isNewDay = above !== undefined &&
    dayNumber(time, zone) !== dayNumber(Date.parse(above.timestamp), zone);
  const isNamed = entry.id === named?.id;
  const isOpen = isNamed && query.place.at === "line";
  return (
    <>
      {isNewDay && <DayRow label={longDate(time, zone)} />}
      <LogRow line={lineOf(entry)} look={look} isMarked={isNamed} isOpen={isOpen}>
        {isOpen && <EntryDetail {...{ entry, query, highlights, zone }} />}
      </LogRow>
    </>
  );
}

/** The way on at one end of the list. */
function Pages(
  { query, data, side }: {
    readonly query: LogsQuery;
    readonly data: LogsPageProps["data"];
    readonly side: "older" | "newer";
  },
) {
  const { entries, hasOlder, hasNewer } = data.part;
  const last = side === "older" ? entries[0] : entries.at(-1);
  const hasMore = side === "older" ? hasOlder : hasNewer;
  return (
    <p class="log-edge" data-edge={side}>
      {hasMore && last && query.place.at !== "context" && (
        <a
          class="no-js-only"
          rel={side === "older" ? "next" : "prev"}
          href={logsPath({ ...query, place: { at: side, id: last.id } })}
        >
          {side === "older" ? "Older lines" : "Newer lines"}
        </a>
      )}
      {!hasMore && side === "older" && <span>{beginningOf(data.range)}</span>}
    </p>
  );
}

function beginningOf({ name }: Range): string {
  switch (name) {
    case "1h":
      return "That is all of the last hour.";
    case "24h":
      return "That is all of the last 24 hours.";
    case "7d":
      return "That is all of the last 7 days.";
    case "all":
      return "Nothing older is kept.";
    case "custom":
      return "That is all of this range.";
  }
}

/** Whether the levels that are asked for are those that stand out among others. */
function isOfErrors({ levels }: LogsQuery): boolean {
  return levels.length > 0 && !levels.includes("INFO") && !levels.includes("DEBUG");
}

function highlightsOf({ search }: LogsQuery): readonly Highlight[] {
  return search === undefined ? [] : parseSearch(search)?.highlights ?? [];
}

/** The address of a line within the list as it is filtered, or alone where that would be too long. */
function linePathOf(query: LogsQuery): string {
  const list = logsPath({ ...query, place: { at: "end" } });
  const path = list.length <= CARRIED_FILTERS ? list : "/logs";
  return `${path}${path.includes("?") ? "&" : "?"}line=`;
}

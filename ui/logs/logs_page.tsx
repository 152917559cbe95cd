import { exactCount, type Zone, zoneOffset } from "../format.ts";
import { Icon } from "../components/icon.tsx";
import { type Bars, barsOf } from "./bars.ts";
import { spanLabel } from "./bar_times.ts";
import { NothingFound } from "./empty_results.tsx";
import type { LogsData } from "./load.ts";
import { LogHistogram } from "./log_histogram.tsx";
import { LogList } from "./log_list.tsx";
import { apiQuery, logFilter, logsPath, type LogsQuery, type Range, RANGES } from "./logs_query.ts";
import { RangeForm } from "./range_choice.tsx";
import { Toolbar } from "./toolbar.tsx";
import type { ChartSetup } from "./setup.ts";
import type { View } from "./view.ts";

export interface LogsPageProps {
  readonly query: LogsQuery;
  readonly data: LogsData;
  readonly view: View;
  readonly zone: Zone;
  readonly now: number;
  /** Why nothing can be read, if that is so. */
  readonly problem: string | null;
  /** Names this rendering of the list, so that script takes no other for it. */
  readonly listKey: string;
}

export function LogsPage(props: LogsPageProps) {
  const { query, data, view, zone, now, problem } = props;
  const { range, part, histogram, containers } = data;
  const bars = barsOf(histogram, query.levels);
  // Where there is no list yet, the page looks for one.
  const waits = part.entries.length === 0 && query.live && range.until === undefined;
  return (
    <div class="logs-page" data-page="logs" data-logs data-refresh={waits ? 5 : undefined}>
      <Toolbar
        {...{ query, range, view, histogram, containers }}
        total={{ count: part.total, isLowerBound: part.isLowerBound }}
      />
      <RangeForm query={query} />
      {problem !== null && (
        <p class="logs-problem" role="status">
          <span class="dot dot-reopened" /> No new lines: {problem}.
        </p>
      )}
      <figure class="log-chart">
        <figcaption>
          <span class="number" data-bar-info>
            <RangeLabel range={range} bars={bars} zone={zone} now={now} />
          </span>
          {range.name === "custom" && (
            <a href={widened(query, range, now)} title="Twice the time">
              <Icon name="zoomOut" /> Zoom out
            </a>
          )}
        </figcaption>
        <div
          class="log-chart-body"
          data-key={`chart-${props.listKey}`}
          data-chart={JSON.stringify(chartSetup(props, bars))}
        >
          <div data-bars>
            <LogHistogram bars={bars} zone={zone} />
          </div>
          <div class="log-overlay js-only" data-overlay aria-hidden="true">
            <i class="log-hover" data-hover hidden></i>
            <i class="log-brush" data-brush hidden></i>
            <i class="log-in-view" data-view-mark hidden></i>
          </div>
        </div>
      </figure>
      <PlaceBar query={query} part={part} />
      {part.entries.length > 0
        ? <LogList {...props} />
        : <NothingFound query={query} data={data} now={now} zone={zone} />}
    </div>
  );
}

function chartSetup({ query, data, view }: LogsPageProps, bars: Bars): ChartSetup {
  const { name, since, until } = data.range;
  const isRelative = name !== "custom" && name !== "all";
  const filter = { ...logFilter(query, data.range), levels: [] };
  return {
    filter: apiQuery(isRelative ? { ...filter, since: undefined } : filter),
    levels: query.levels,
    lastMs: isRelative ? RANGES[name] : null,
    since: name === "custom" ? since ?? null : null,
    until: until ?? null,
    isOpenEnded: until === undefined,
    time: view.time,
    bars,
  };
}

function RangeLabel(
  { range, bars, zone, now }: {
    readonly range: Range;
    readonly bars: Bars;
    readonly zone: Zone;
    readonly now: number;
  },
) {
  const from = range.since ?? bars.start;
  const to = range.until ?? Math.max(now, from);
  return from === 0 ? null : <>{spanLabel(from, to, zone)} {zoneOffset(to, zone)}</>;
}

/** The address of a range of twice the length around the same middle. */
function widened(query: LogsQuery, { since, until }: Range, now: number): string {
  const end = until ?? now;
  const start = since ?? end;
  const half = Math.max((end - start) / 2, 500);
  const later = Math.round(end + half);
  return logsPath({
    ...query,
    since: since === undefined ? undefined : Math.round(start - half),
    until: until === undefined || later >= now ? undefined : later,
    place: { at: "end" },
  });
}

/** Says what is in view where it is not the list's end, and leads back. */
function PlaceBar({ query, part }: { readonly query: LogsQuery; readonly part: LogsData["part"] }) {
  const { place } = query;
  const list = logsPath({ ...query, place: { at: "end" } });
  if (part.isNamedMissing) {
    return (
      <p class="logs-place" role="status">
        That line is not kept any more; these are the newest ones.
        <a href={list} data-replace>All right</a>
      </p>
    );
  }
  if (place.at === "end") return null;
  const back = place.at === "context"
    ? logsPath({ ...query, place: { at: "line", id: place.id } })
    : list;
  return (
    <p class="logs-place">
      <a class="back" href={back} data-back>
        <Icon name="back" /> {place.at === "context" ? "Back to the list" : "The newest lines"}
      </a>
      {place.at === "context" && part.container !== null && (
        <span>
          Everything that <b>{part.container}</b> wrote around this line, whatever the filters.
        </span>
      )}
      {place.at === "line" && <span>Around line {exactCount(place.id)}</span>}
    </p>
  );
}

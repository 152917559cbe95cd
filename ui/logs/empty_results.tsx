import { counted, exactTime, relativeTime, type Zone } from "../format.ts";
import type { LogsData } from "./load.ts";
import {
  isFiltered,
  logsPath,
  type LogsQuery,
  type Range,
  type RangeName,
  RANGES,
} from "./logs_query.ts";

interface NothingProps {
  readonly query: LogsQuery;
  readonly data: LogsData;
  readonly now: number;
  readonly zone: Zone;
}

/** There are lines, but none of these. */
export function NothingFound({ query, data, now, zone }: NothingProps) {
  return isFiltered(query)
    ? <NothingMatches query={query} data={data} />
    : <NothingThen {...{ query, data, now, zone }} />;
}

function NothingMatches({ query, data }: Pick<NothingProps, "query" | "data">) {
  const isAll = data.range.name === "all";
  return (
    <div class="empty">
      <h2>No line matches</h2>
      <p class="muted wrap">
        {described(query)} {RANGE_WORDS[data.range.name]}
        {isReversed(data.range) && ", which ends before it begins"}.
      </p>
      <p class="empty-ways">
        {!isAll && (
          <a class="button" href={logsPath({ ...withoutRange(query), range: "all" })}>
            Look in everything that is kept
          </a>
        )}
        <a
          class="button"
          href={logsPath({ ...query, containers: [], levels: [], search: undefined })}
        >
          Clear the filters
        </a>
      </p>
    </div>
  );
}

function NothingThen({ query, data, now, zone }: NothingProps) {
  const { range, stats } = data;
  const newest = Date.parse(stats?.newest_log ?? "");
  const oldest = Date.parse(stats?.oldest_log ?? "");
  const isAhead = range.since !== undefined && range.since > newest;
  const name = isAhead ? rangeThatHas(newest, now) : "all";
  return (
    <div class="empty">
      <h2>No line {RANGE_WORDS[range.name]}</h2>
      <p class="muted wrap">
        {isReversed(range) && "It ends before it begins. "}
        {isAhead
          ? (
            <>
              {counted(stats?.total_logs ?? 0, "line")} {stats?.total_logs === 1 ? "is" : "are"}
              {" "}
              older: the last one came {relativeTime(newest, now, zone)}, at{" "}
              <time datetime={stats?.newest_log ?? undefined} data-as="log">
                {exactTime(newest, zone)}
              </time>.
            </>
          )
          : <>Lines are kept from {exactTime(oldest, zone)} to {exactTime(newest, zone)}.</>}
      </p>
      <a class="button" href={logsPath({ ...withoutRange(query), range: name })}>
        {name === "all" ? "Show everything that is kept" : "Show the last 7 days"}
      </a>
    </div>
  );
}

const RANGE_WORDS: Readonly<Record<RangeName | "custom", string>> = {
  "1h": "in the last hour",
  "24h": "in the last 24 hours",
  "7d": "in the last 7 days",
  all: "in everything that is kept",
  custom: "in this range",
};

function isReversed({ since = -Infinity, until = Infinity }: Range): boolean {
  return since > until;
}

/** The shortest of the ranges in which a moment lies. */
function rangeThatHas(time: number, now: number): RangeName {
  return now - time < RANGES["7d"] ? "7d" : "all";
}

function withoutRange(query: LogsQuery): LogsQuery {
  return { ...query, since: undefined, until: undefined, place: { at: "end" } };
}

function described({ containers, levels, search }: LogsQuery): string {
  const parts = [
    containers.length === 0 ? "" : `container ${containers.join(" or ")}`,
    levels.length === 0 ? "" : `level ${levels.join(" or ")}`,
    search === undefined ? "" : `text “${search}”`,
  ];
  return `Looked for ${parts.filter((part) => part !== "").join(", ")}`;
}

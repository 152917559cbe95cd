/** Rows of `errors.db` as the reader gives them, turned into the domain's read models. */
import type { Row } from "../sqlite/database.ts";
import {
  type ErrorDetail,
  type ErrorSummary,
  type JsonObject,
  LIMITS,
  type ListedError,
  type Occurrence,
} from "./model.ts";

/** Clock hours that the list shows of each group. */
export const LISTED_HOURS = 24;

/** What `toSummary` wants selected, of `errors`. */
export const SUMMARY_COLUMNS =
  `id, fingerprint, fingerprint_version, project, environment, source, exception_type, message,
   location, count, first_seen, last_seen, resolved, resolved_at, reopened_at`;

/** The same with long messages cut: a page of 200 whole ones could be 50 MB. */
export const LISTED_COLUMNS = SUMMARY_COLUMNS.replace(
  "message,",
  `substr(message, 1, ${LIMITS.listedMessage}) AS message,`,
);

export function toSummary(row: Row): ErrorSummary {
  return {
    id: Number(row.id),
    fingerprint: String(row.fingerprint),
    fingerprint_version: Number(row.fingerprint_version),
    project: String(row.project),
    environment: String(row.environment),
    source: row.source === "browser" ? "browser" : "server",
    exception_type: String(row.exception_type),
    message: String(row.message),
    location: textOrNull(row.location),
    count: Number(row.count),
    first_seen: String(row.first_seen),
    last_seen: String(row.last_seen),
    resolved: row.resolved === 1,
    resolved_at: textOrNull(row.resolved_at),
    reopened_at: textOrNull(row.reopened_at),
  };
}

/** With `hours`, a JSON array of [hour, count], and the latest hour: 24 counts from `firstHour` on. */
export function toListed(row: Row, firstHour: number): ListedError {
  const pairs: readonly [number, number][] = JSON.parse(String(row.hours));
  const counts = new Array<number>(LISTED_HOURS).fill(0);
  for (const [hour, count] of [...pairs, [Number(row.hour), Number(row.hour_count)]] as const) {
    const at = hour - firstHour;
    // An hour can be there twice, when a clock was set back.
    if (at >= 0 && at < counts.length) counts[at] = (counts[at] ?? 0) + count;
  }
  return { ...toSummary(row), hourly_counts: counts };
}

export interface DetailRows {
  /** `environment`, `count` */
  readonly environments: readonly Row[] | undefined;
  /** `day` from 0 on, `count` */
  readonly days: readonly Row[] | undefined;
  readonly occurrences: readonly Row[] | undefined;
  readonly historyDays: number;
}

export function toDetail(row: Row, rows: DetailRows): ErrorDetail {
  const days = new Array<number>(rows.historyDays).fill(0);
  for (const { day, count } of rows.days ?? []) {
    if (Number(day) < days.length) days[Number(day)] = Number(count);
  }
  return {
    ...toSummary(row),
    traceback: String(row.traceback),
    environments: Object.fromEntries(
      (rows.environments ?? []).map((
        { environment, count },
      ) => [String(environment), Number(count)]),
    ),
    daily_counts: days,
    occurrences: (rows.occurrences ?? []).map(toOccurrence),
  };
}

export function toOccurrence(row: Row): Occurrence {
  return {
    id: Number(row.id),
    timestamp: String(row.timestamp),
    environment: String(row.environment),
    request_url: textOrNull(row.request_url),
    request_method: textOrNull(row.request_method),
    request_headers: jsonOrNull(row.request_headers),
    user_id: textOrNull(row.user_id),
    extra: jsonOrNull(row.extra),
    traceback: String(row.traceback),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function jsonOrNull(value: unknown): JsonObject | null {
  return typeof value === "string" ? JSON.parse(value) : null;
}

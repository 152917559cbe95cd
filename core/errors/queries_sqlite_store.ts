/** The read queries of the Error Tracker, for the service's reader and for exports alike. */
import { DAY, HOUR } from "../clock.ts";
import type { Row } from "../sqlite/database.ts";
import { query, type SqlQuery } from "../sqlite/reader.ts";
import type { ErrorDetail, ErrorFilter } from "./model.ts";
import { storableText } from "./parse.ts";
import { SUMMARY_COLUMNS, toDetail } from "./rows_sqlite_store.ts";

/** Clock hours that the list shows of each group. */
export const LISTED_HOURS = 24;
/** Days (UTC) that the detail shows. */
const DETAIL_DAYS = 30;

/** The clock hour of a moment in ms, in hours since the epoch. */
export function hourOf(ms: number): number {
  return Math.floor(ms / HOUR);
}

/** What `detailOf` wants read of a group. */
export function detailQueries(id: number, now: number): readonly SqlQuery[] {
  const first = firstDay(now);
  return [
    query(`SELECT ${SUMMARY_COLUMNS}, traceback FROM errors WHERE id = ?`, id),
    query(
      `SELECT seen.environment,
         seen.count + iif(error_groups.environment = seen.environment, environment_count, 0) AS count
       FROM error_environments AS seen JOIN error_groups ON error_groups.id = seen.error_id
       WHERE error_id = ? ORDER BY 2 DESC, 1`,
      id,
    ),
    query(
      `SELECT hour / 24 - ? AS day, sum(count) AS count
       FROM (SELECT hour, count FROM error_hours WHERE error_id = ?
         UNION ALL SELECT hour, hour_count FROM error_groups WHERE id = ?)
       WHERE hour >= ? GROUP BY day`,
      first,
      id,
      id,
      first * (DAY / HOUR),
    ),
    query(
      `SELECT id, timestamp, environment, request_url, request_method, request_headers, user_id, extra,
         traceback FROM error_occurrences WHERE error_id = ? ORDER BY id DESC`,
      id,
    ),
  ];
}

/** The detail from the rows of `detailQueries`; null when there is no such group. */
export function detailOf(rows: readonly (readonly Row[])[]): ErrorDetail | null {
  const [group, environments, days, occurrences] = rows;
  const row = group?.[0];
  if (!row) return null;
  return toDetail(row, { environments, days, occurrences, historyDays: DETAIL_DAYS });
}

function firstDay(now: number): number {
  return Math.floor(now / DAY) - DETAIL_DAYS + 1;
}

/** Conditions on `error_groups AS e` for a filter, with their parameters. */
export function conditions(filter: ErrorFilter): { where: string; params: (string | number)[] } {
  const parts: string[] = [];
  const params: (string | number)[] = [];
  const add = (part: string, ...values: (string | number)[]) => {
    parts.push(part);
    params.push(...values);
  };
  if (filter.resolved !== undefined) add("e.resolved = ?", filter.resolved ? 1 : 0);
  if (filter.project !== undefined) add("e.project = ?", filter.project);
  if (filter.source !== undefined) add("e.source = ?", filter.source);
  if (filter.environment !== undefined) {
    add(
      "EXISTS (SELECT 1 FROM error_environments WHERE error_id = e.id AND environment = ?)",
      filter.environment,
    );
  }
  if (filter.search !== undefined) {
    const search = storableText(filter.search);
    if ([...search].length >= 3) {
      add(
        "e.id IN (SELECT rowid FROM error_search WHERE error_search MATCH ?)",
        phrase(search),
      );
    } else {
      // Too short for the index of three characters.
      const spellings = lowerSpellings(search);
      const found = "instr(lower(e.exception_type || ': ' || e.message), ?) > 0";
      add(`(${spellings.map(() => found).join(" OR ")})`, ...spellings);
    }
  }
  return { where: parts.length > 0 ? parts.join(" AND ") : "true", params };
}

/** What `lower()` of SQLite, which knows ASCII alone, may make of a text in any case. */
function lowerSpellings(text: string): readonly string[] {
  return [...text].reduce<readonly string[]>((beginnings, char) => {
    const lower = char.toLowerCase();
    const cases = char < "\x80" ? [lower] : [...new Set([char, lower, char.toUpperCase()])];
    return beginnings.flatMap((beginning) => cases.map((one) => beginning + one));
  }, [""]);
}

/** Text as one FTS5 phrase, whatever it holds. */
function phrase(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

export function countQuery(filter: ErrorFilter): SqlQuery {
  if (filter.search !== undefined) {
    const { where, params } = conditions(filter);
    return query(`SELECT count(*) AS total FROM error_groups AS e WHERE ${where}`, ...params);
  }
  const parts = ["environment = ?"];
  const params: (string | number)[] = [filter.environment ?? ""];
  if (filter.project !== undefined) parts.push("project = ?"), params.push(filter.project);
  if (filter.source !== undefined) parts.push("source = ?"), params.push(filter.source);
  if (filter.resolved !== undefined) {
    parts.push("resolved = ?"), params.push(filter.resolved ? 1 : 0);
  }
  return query(
    `SELECT coalesce(sum(groups), 0) AS total FROM error_totals WHERE ${parts.join(" AND ")}`,
    ...params,
  );
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
  /** Hours since the epoch. */
  readonly firstHour: number;
  /** Whether few groups match, so that gathering and sorting them is quicker than walking by time. */
  readonly selective: boolean;
}

export function pageQuery(filter: ErrorFilter, page: Page): SqlQuery {
  const { where, params } = conditions(filter);
  // A unary plus keeps SQLite from the index on last_seen, a named index makes it take that one.
  const from = page.selective ? "error_groups AS e" : "error_groups AS e INDEXED BY idx_last_seen";
  const order = page.selective ? "+e.last_seen DESC, e.id DESC" : "e.last_seen DESC, e.id DESC";
  return query(
    `WITH page AS MATERIALIZED (
       SELECT e.id FROM ${from} WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?)
     SELECT ${SUMMARY_COLUMNS}, hour, hour_count,
       (SELECT json_group_array(json_array(hour, count)) FROM error_hours
        WHERE error_id = error_groups.id AND hour >= ?) AS hours
     FROM error_groups WHERE id IN (SELECT id FROM page) ORDER BY last_seen DESC, id DESC`,
    ...params,
    page.limit,
    page.offset,
    page.firstHour,
  );
}

/** The read queries of the Error Tracker, for the service's reader and for exports alike. */
import { DAY, HOUR } from "../clock.ts";
import type { Row } from "../sqlite/database.ts";
import { query, type SqlQuery } from "../sqlite/reader.ts";
import type { ErrorDetail, ErrorFilter } from "./model.ts";
import { storableText } from "../text.ts";
import { LISTED_COLUMNS, SUMMARY_COLUMNS, toDetail } from "./rows_sqlite_store.ts";

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

/**
 * The way to the groups that match: `gather` takes them by the index of the filter that narrows most, `walk`
 * goes through all from the newest on and checks each, which is quicker where matches are dense.
 */
export type Way = "gather" | "walk";

/** Groups that match a filter, as `e` of a FROM clause and its conditions. */
export interface Matches {
  readonly from: string;
  readonly where: string;
  readonly params: readonly (string | number)[];
}

export function matches(filter: ErrorFilter, way: Way): Matches {
  const parts: string[] = [];
  const params: (string | number)[] = [];
  const add = (part: string, ...values: (string | number)[]) => {
    parts.push(part);
    params.push(...values);
  };
  const search = filter.search === undefined ? "" : storableText(filter.search);
  const indexed = [...search].length >= INDEXED_LENGTH;
  // CROSS JOIN keeps the order: from the narrowing table to the groups.
  let from = way === "walk" ? "error_groups AS e INDEXED BY idx_last_seen" : "error_groups AS e";
  if (indexed && way === "gather") {
    from = "error_search AS found CROSS JOIN error_groups AS e ON e.id = found.rowid";
    add("found.text MATCH ?", phrase(search));
  } else if (indexed) {
    add(
      "EXISTS (SELECT 1 FROM error_search WHERE rowid = e.id AND text MATCH ?)",
      phrase(search),
    );
  } else if (search !== "") {
    const spellings = lowerSpellings(search);
    const found = "instr(lower(substr(e.exception_type || ': ' || e.message, 1, 10000)), ?) > 0";
    add(`(${spellings.map(() => found).join(" OR ")})`, ...spellings);
  }
  if (filter.environment !== undefined && !indexed && way === "gather") {
    from = "error_environments AS seen CROSS JOIN error_groups AS e ON e.id = seen.error_id";
    add("seen.environment = ?", filter.environment);
  } else if (filter.environment !== undefined) {
    add(
      "EXISTS (SELECT 1 FROM error_environments WHERE error_id = e.id AND environment = ?)",
      filter.environment,
    );
  }
  if (filter.resolved !== undefined) add("e.resolved = ?", filter.resolved ? 1 : 0);
  if (filter.project !== undefined) add("e.project = ?", filter.project);
  if (filter.source !== undefined) add("e.source = ?", filter.source);
  return { from, where: parts.length > 0 ? parts.join(" AND ") : "true", params };
}

/** Characters that a search needs before the index of three characters at a time can find it. */
const INDEXED_LENGTH = 3;

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
    const { from, where, params } = matches(filter, "gather");
    return query(`SELECT count(*) AS total FROM ${from} WHERE ${where}`, ...params);
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
  readonly way: Way;
}

export function pageQuery(filter: ErrorFilter, page: Page): SqlQuery {
  const { from, where, params } = matches(filter, page.way);
  // A unary plus keeps SQLite from the index on last_seen.
  const order = page.way === "gather"
    ? "+e.last_seen DESC, e.id DESC"
    : "e.last_seen DESC, e.id DESC";
  return query(
    `WITH page AS MATERIALIZED (
       SELECT e.id FROM ${from} WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?)
     SELECT ${LISTED_COLUMNS}, hour, hour_count,
       (SELECT json_group_array(json_array(hour, count)) FROM error_hours
        WHERE error_id = error_groups.id AND hour >= ?) AS hours
     FROM error_groups WHERE id IN (SELECT id FROM page) ORDER BY last_seen DESC, id DESC`,
    ...params,
    page.limit,
    page.offset,
    page.firstHour,
  );
}

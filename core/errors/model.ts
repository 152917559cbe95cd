/**
 * The domain of the Error Tracker. Read models carry the names of the HTTP API (`first_seen`, not
 * `firstSeen`): what the store returns is what clients see. Times are ISO 8601 in UTC.
 */

import { DAY } from "../clock.ts";

export type JsonObject = { readonly [key: string]: unknown };

export const LIMITS = {
  /** Characters. */
  project: 100,
  exceptionType: 200,
  environment: 100,
  requestMethod: 20,
  requestUrl: 8192,
  userId: 500,
  search: 200,
  /** Levels of objects and arrays within `extra` and `request_headers`. */
  depth: 32,
  /** Occurrences kept a group; the oldest go. */
  occurrences: 5,
  /** Groups on a page of the list. */
  page: 200,
  /** Characters of a message that a list shows; the detail has all. */
  listedMessage: 1000,
  /** Characters of a location; only rubbish is longer. */
  location: 500,
} as const;

export const DEFAULT_ENVIRONMENT = "production";

/** `request_method` of what came through the browser relay. */
export const BROWSER_METHOD = "BROWSER";

export type Source = "browser" | "server";

/** One exception as a client reports it, checked. */
export interface ErrorReport {
  readonly project: string;
  readonly exceptionType: string;
  readonly message: string;
  readonly traceback: string;
  readonly environment: string;
  readonly requestUrl: string | null;
  readonly requestMethod: string | null;
  readonly requestHeaders: JsonObject | null;
  readonly userId: string | null;
  readonly extra: JsonObject | null;
}

/** A report with what the tracker found out about it. */
export interface NewOccurrence {
  readonly report: ErrorReport;
  readonly fingerprint: string;
  readonly fingerprintVersion: number;
  /** Where it failed, such as `app/checkout.py:88 in parse_price`; null when the traceback names no place. */
  readonly location: string | null;
  readonly receivedAt: string;
  /** The same for a report that is sent again, where its client gave one. */
  readonly idempotencyKey?: string | null;
}

export type RecordedStatus = "created" | "incremented" | "reopened";

/** What became of a report; the answer to `POST /api/errors`. */
export interface Recorded {
  readonly status: RecordedStatus;
  readonly id: number;
  readonly fingerprint: string;
  readonly count: number;
}

/** A group without its traceback and occurrences. */
export interface ErrorSummary {
  readonly id: number;
  readonly fingerprint: string;
  readonly fingerprint_version: number;
  readonly project: string;
  /** The latest one. */
  readonly environment: string;
  readonly source: Source;
  readonly exception_type: string;
  readonly message: string;
  readonly location: string | null;
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly resolved: boolean;
  readonly resolved_at: string | null;
  /** When it last came back after having been resolved. */
  readonly reopened_at: string | null;
}

/** A group in the list: its message may be cut, its last 24 hours are with it. */
export interface ListedError extends ErrorSummary {
  /** Occurrences in each of the last 24 clock hours, oldest first; the last is the current hour. */
  readonly hourly_counts: readonly number[];
}

export interface Occurrence {
  readonly id: number;
  readonly timestamp: string;
  readonly environment: string;
  readonly request_url: string | null;
  readonly request_method: string | null;
  readonly request_headers: JsonObject | null;
  readonly user_id: string | null;
  readonly extra: JsonObject | null;
  readonly traceback: string;
}

export interface ErrorDetail extends ErrorSummary {
  readonly traceback: string;
  /** Occurrences ever, by environment. */
  readonly environments: Readonly<Record<string, number>>;
  /** Occurrences in each of the last 30 days (UTC), oldest first; the last is today. */
  readonly daily_counts: readonly number[];
  /** Newest first. */
  readonly occurrences: readonly Occurrence[];
}

/** Which groups to list. Absent means any. */
export interface ErrorFilter {
  readonly project?: string | undefined;
  /** Groups that were seen there, even if lately elsewhere. */
  readonly environment?: string | undefined;
  readonly source?: Source | undefined;
  readonly resolved?: boolean | undefined;
  /** Text that `type: message` contains, whatever its case. */
  readonly search?: string | undefined;
}

export interface ErrorQuery extends ErrorFilter {
  readonly limit: number;
  readonly offset: number;
}

export interface ErrorPage {
  readonly errors: readonly ListedError[];
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

/** How a group stands, for people: the dot in the list. */
export type ErrorState = "new" | "ongoing" | "reopened" | "resolved";

const NEW_FOR_MS = DAY;

/** The state of a group at `now` (ms): new within 24 h of its first report. */
export function stateOf(
  group: Pick<ErrorSummary, "resolved" | "reopened_at" | "first_seen">,
  now: number,
): ErrorState {
  if (group.resolved) return "resolved";
  if (group.reopened_at !== null) return "reopened";
  return now - Date.parse(group.first_seen) < NEW_FOR_MS ? "new" : "ongoing";
}

/** What an alert is about. */
export type AlertKind = "new" | "reopened";

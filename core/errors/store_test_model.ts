/** The Error Tracker's store once more, in plain arrays: slow, and too simple to be wrong. */
import { DAY, HOUR, isoTime } from "../clock.ts";
import {
  BROWSER_METHOD,
  type ErrorDetail,
  type ErrorFilter,
  type ErrorQuery,
  type ErrorSummary,
  type ListedError,
  type NewOccurrence,
  type Occurrence,
  type Recorded,
} from "./model.ts";

interface Group extends ErrorSummary {
  readonly traceback: string;
  /** Every report, oldest first. */
  readonly reports: NewOccurrence[];
}

export class ModelStore {
  #groups: Group[] = [];
  #nextId = 1;

  record(occurrence: NewOccurrence): Recorded {
    const { report, fingerprint, receivedAt } = occurrence;
    const known = this.#groups.find((group) => group.fingerprint === fingerprint);
    if (!known) {
      const id = this.#nextId++;
      this.#groups.push({
        id,
        fingerprint,
        fingerprint_version: occurrence.fingerprintVersion,
        project: report.project,
        environment: report.environment,
        source: report.requestMethod === BROWSER_METHOD ? "browser" : "server",
        exception_type: report.exceptionType,
        message: report.message,
        location: occurrence.location,
        count: 1,
        first_seen: receivedAt,
        last_seen: receivedAt,
        resolved: false,
        resolved_at: null,
        reopened_at: null,
        traceback: report.traceback,
        reports: [occurrence],
      });
      return { status: "created", id, fingerprint, count: 1 };
    }
    const count = known.count + 1;
    this.#change(known, {
      count,
      environment: report.environment,
      last_seen: receivedAt > known.last_seen ? receivedAt : known.last_seen,
      reports: [...known.reports, occurrence],
      ...(known.resolved ? { resolved: false, resolved_at: null, reopened_at: receivedAt } : {}),
    });
    const status = known.resolved ? "reopened" : "incremented";
    return { status, id: known.id, fingerprint, count };
  }

  resolve(ids: readonly number[], at: string): readonly number[] {
    return this.#each(ids, (group) => {
      if (group.resolved) return;
      this.#change(group, { resolved: true, resolved_at: at, reopened_at: null });
    });
  }

  reopen(ids: readonly number[]): readonly number[] {
    return this.#each(ids, (group) => {
      if (group.resolved) this.#change(group, { resolved: false, resolved_at: null });
    });
  }

  deleteResolvedBefore(cutoff: string): number {
    const before = this.#groups.length;
    this.#groups = this.#groups.filter(({ resolved, resolved_at }) =>
      !(resolved && resolved_at !== null && resolved_at < cutoff)
    );
    return before - this.#groups.length;
  }

  ids(filter: ErrorFilter): readonly number[] {
    return this.#groups.filter((group) => matches(group, filter)).sort(newestFirst)
      .map(({ id }) => id);
  }

  list(query: ErrorQuery, now: number) {
    const { limit, offset, ...filter } = query;
    const found = this.#groups.filter((group) => matches(group, filter)).sort(newestFirst);
    const errors = found.slice(offset, offset + limit).map((group) => listed(group, now));
    return { errors, total: found.length, limit, offset };
  }

  detail(id: number, now: number): ErrorDetail | null {
    const group = this.#groups.find((one) => one.id === id);
    return group ? detail(group, now) : null;
  }

  projects(): readonly string[] {
    return distinct(this.#groups.map(({ project }) => project));
  }

  environments(): readonly string[] {
    return distinct(this.#groups.flatMap(environmentsOf));
  }

  /** What `error_totals` must hold, as `environment|project|source|resolved|groups`. */
  totals(): readonly string[] {
    const totals = new Map<string, number>();
    for (const group of this.#groups) {
      for (const environment of new Set(["", ...environmentsOf(group)])) {
        const { project, source, resolved } = group;
        const key = [environment, project, source, resolved ? 1 : 0].join("|");
        totals.set(key, (totals.get(key) ?? 0) + 1);
      }
    }
    return [...totals].map(([key, groups]) => `${key}|${groups}`).sort();
  }

  #each(ids: readonly number[], change: (group: Group) => void): readonly number[] {
    return ids.filter((id) => {
      const group = this.#groups.find((one) => one.id === id);
      if (group) change(group);
      return group !== undefined;
    });
  }

  #change(group: Group, changes: Partial<Group>): void {
    this.#groups = this.#groups.map((one) => one.id === group.id ? { ...one, ...changes } : one);
  }
}

function matches(group: Group, filter: ErrorFilter): boolean {
  const { project, environment, source, resolved, search } = filter;
  const text = `${group.exception_type}: ${group.message}`.toLowerCase();
  return (project === undefined || group.project === project) &&
    (environment === undefined || environmentsOf(group).includes(environment)) &&
    (source === undefined || group.source === source) &&
    (resolved === undefined || group.resolved === resolved) &&
    (search === undefined || text.includes(search.toLowerCase()));
}

function environmentsOf({ reports }: Group): string[] {
  return reports.map(({ report }) => report.environment);
}

function newestFirst(one: Group, other: Group): number {
  if (one.last_seen !== other.last_seen) return one.last_seen < other.last_seen ? 1 : -1;
  return other.id - one.id;
}

function summary({ traceback: _traceback, reports: _reports, ...fields }: Group): ErrorSummary {
  return fields;
}

function listed(group: Group, now: number): ListedError {
  return { ...summary(group), hourly_counts: counts(group, now, HOUR, 24) };
}

function detail(group: Group, now: number): ErrorDetail {
  const environments: Record<string, number> = {};
  for (const environment of environmentsOf(group)) {
    environments[environment] = (environments[environment] ?? 0) + 1;
  }
  return {
    ...summary(group),
    traceback: group.traceback,
    environments,
    daily_counts: counts(group, now, DAY, 30),
    occurrences: group.reports.slice(-5).reverse().map(occurrenceOf),
  };
}

/** Reports in each of the last so many hours or days; the last is the present one. */
function counts({ reports }: Group, now: number, unit: number, length: number): number[] {
  const first = Math.floor(now / unit) - length + 1;
  const sums = new Array<number>(length).fill(0);
  for (const { receivedAt } of reports) {
    const at = Math.floor(Date.parse(receivedAt) / unit) - first;
    if (at >= 0 && at < length) sums[at] = (sums[at] ?? 0) + 1;
  }
  return sums;
}

/** Without its id, which says nothing. */
function occurrenceOf({ report, receivedAt }: NewOccurrence): Occurrence {
  return {
    id: 0,
    timestamp: receivedAt,
    environment: report.environment,
    request_url: report.requestUrl,
    request_method: report.requestMethod,
    request_headers: report.requestHeaders,
    user_id: report.userId,
    extra: report.extra,
    traceback: report.traceback,
  };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

/** A cutoff so many days before `now`. */
export function daysBefore(now: number, days: number): string {
  return isoTime(now - days * DAY);
}

import { HOUR, isoTime, MINUTE, SECOND } from "../clock.ts";
import { sumOfLevels } from "./counts.ts";
import { type HistogramQuery, LEVELS, type LogBucket, type LogHistogram } from "./model.ts";
import type { LogReadStore } from "./read_sqlite_store.ts";
import type { LogSearch, Stepwise } from "./search.ts";

/** From this range on buckets begin at whole minutes, as the counts do that they are made of. */
const WHOLE_MINUTES_FROM = 2 * HOUR;
const NO_BUCKETS: LogHistogram = { interval_s: MINUTE / SECOND, buckets: [] };

/**
 * Entries over time, at most `buckets` buckets that cover the range. Without a search they are summed from
 * the counts by minute; only where the range begins or ends within a minute are entries looked at.
 */
export function* histogram(
  store: LogReadStore,
  search: LogSearch,
  query: HistogramQuery,
  now: number,
): Stepwise<LogHistogram> {
  const range = rangeOf(store, query, now);
  if (range === null) return NO_BUCKETS;
  const { since, until } = range;
  const unit = until - since >= WHOLE_MINUTES_FROM ? MINUTE : SECOND;
  const start = Math.floor(since / unit) * unit;
  const interval = Math.ceil((until - start) / query.buckets / unit) * unit;
  const counts = Array.from(
    { length: Math.ceil((until - start) / interval) },
    () => LEVELS.map(() => 0),
  );
  const add = (time: number, level: number, count: number) => {
    const bucket = counts[Math.floor((time - start) / interval)];
    if (bucket) bucket[level] = (bucket[level] ?? 0) + count;
  };
  const look = (from: number, to: number) =>
    search.scan({ ...query, since: from, until: to }, (list, positions) => {
      for (const position of positions) {
        add(list.times[position] ?? 0, list.levels[position] ?? 0, 1);
      }
    });

  const from = Math.ceil(since / MINUTE);
  const to = Math.floor(until / MINUTE);
  const isByCounts = !query.search?.trim() && interval % MINUTE === 0 && start % MINUTE === 0 &&
    from <= to;
  if (!isByCounts) {
    yield* look(since, until);
  } else {
    const origin = start / MINUTE;
    const steps = store.countsBySteps(
      { origin, from, to },
      interval / MINUTE,
      query.containers,
    );
    for (const { step, levels } of steps) {
      levels.forEach((count, level) => {
        if (isWanted(query, level)) add(start + step * interval, level, count);
      });
    }
    if (since < from * MINUTE) yield* look(since, from * MINUTE);
    if (until > to * MINUTE) yield* look(to * MINUTE, until);
  }
  return {
    interval_s: interval / SECOND,
    buckets: counts.map((levels, at) => bucketOf(start + at * interval, levels)),
  };
}

/** The range that is asked for; where it is left open, it ends where entries end, or now. */
function rangeOf(store: LogReadStore, { since, until }: HistogramQuery, now: number) {
  const extent = store.extent();
  const first = extent ? extent.first * MINUTE : undefined;
  const end = extent ? (extent.last + 1) * MINUTE : undefined;
  const from = since ?? first;
  const to = until ?? (since === undefined ? end : Math.max(end ?? 0, nextMinute(now)));
  return from === undefined || to === undefined || from >= to ? null : { since: from, until: to };
}

function nextMinute(time: number): number {
  return Math.ceil(time / MINUTE) * MINUTE;
}

function isWanted({ levels }: HistogramQuery, index: number): boolean {
  const level = LEVELS[index];
  return level !== undefined && (levels.length === 0 || levels.includes(level));
}

function bucketOf(time: number, levels: readonly number[]): LogBucket {
  const counted = LEVELS.map((level, at) => [level, levels[at] ?? 0] as const)
    .filter(([, count]) => count > 0);
  return {
    time: isoTime(time),
    total: sumOfLevels(levels),
    levels: Object.fromEntries(counted),
  };
}

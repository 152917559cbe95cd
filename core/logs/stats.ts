import { isoTime } from "../clock.ts";
import { sumOfLevels } from "./counts.ts";
import { type ContainerCount, LEVELS, type LogStats } from "./model.ts";
import type { LogReadStore } from "./read_sqlite_store.ts";

/** Containers that have entries, by name. */
export function containerCounts(store: LogReadStore): readonly ContainerCount[] {
  return store.containers().map(({ name, levels }) => ({ name, log_count: sumOfLevels(levels) }));
}

/** What is stored, in numbers; by the counts that are kept beside, so nothing is scanned. */
export function stats(store: LogReadStore): LogStats {
  const { blocks, open } = store.snapshot();
  const containers = store.containers();
  let [oldest, newest] = [Infinity, -Infinity];
  for (const { firstTime, lastTime } of blocks) {
    oldest = Math.min(oldest, firstTime);
    newest = Math.max(newest, lastTime);
  }
  for (const time of open.times) {
    oldest = Math.min(oldest, time);
    newest = Math.max(newest, time);
  }
  const of = (at: number) => containers.reduce((sum, { levels }) => sum + (levels[at] ?? 0), 0);
  const [debug = 0, info = 0, warning = 0, error = 0, critical = 0] = LEVELS.map((_, at) => of(at));
  return {
    total_logs: debug + info + warning + error + critical,
    oldest_log: oldest === Infinity ? null : isoTime(oldest),
    newest_log: newest === -Infinity ? null : isoTime(newest),
    by_level: {
      DEBUG: debug,
      INFO: info,
      WARNING: warning,
      ERROR: error,
      CRITICAL: critical,
    },
    by_container: Object.fromEntries(
      containers.map(({ name, levels }) => [name, sumOfLevels(levels)]),
    ),
  };
}

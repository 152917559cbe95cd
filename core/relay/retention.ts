import { type Clock, DAY, isoTime } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { type Periodic, startPeriodic } from "../periodic.ts";
import { nextTurn } from "../turns.ts";
import type { SourceMaps } from "./source_maps.ts";
import type { RelayStore } from "./store.ts";

/** Maps deleted in one transaction; each may be of 5 MiB. */
const BATCH = 5;

export interface RetentionOptions {
  readonly store: Pick<RelayStore, "releaseSpace">;
  readonly maps: Pick<SourceMaps, "deleteBefore">;
  readonly retentionDays: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Deletes source maps past their retention, at start and then daily. */
export function startRetention(options: RetentionOptions): Periodic {
  return startPeriodic({
    name: "Retention of source maps",
    intervalMs: DAY,
    immediately: true,
    logger: options.logger,
    run: (signal) => runRetention(options, signal),
  });
}

/** One run: a little at a time, others get their turn in between. */
export async function runRetention(options: RetentionOptions, signal: AbortSignal): Promise<void> {
  const { store, maps, retentionDays, clock, logger } = options;
  const before = isoTime(clock.now() - retentionDays * DAY);
  let deleted = 0;
  while (!signal.aborted) {
    const batch = maps.deleteBefore(before, BATCH);
    deleted += batch;
    if (batch < BATCH) break;
    await nextTurn();
  }
  while (!signal.aborted && store.releaseSpace()) await nextTurn();
  if (deleted > 0) logger.info("Source maps past their retention deleted", { deleted, before });
}

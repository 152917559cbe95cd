import { type Clock, DAY, isoTime } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { type Periodic, startPeriodic } from "../periodic.ts";
import type { ErrorStore } from "./store.ts";

/** Groups deleted in one transaction: few enough that nobody waits for it noticeably. */
const BATCH = 200;
/** Counts by hour older than this are on no page any more. */
const COUNTS_MS = 31 * DAY;
/** Alerts older than this are settled, or nobody wants them now. */
const ALERTS_MS = 2 * DAY;

export interface RetentionOptions {
  readonly store: ErrorStore;
  readonly retentionDays: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Deletes resolved groups past their retention, at start and then daily. */
export function startRetention(options: RetentionOptions): Periodic {
  return startPeriodic({
    name: "Retention",
    intervalMs: DAY,
    immediately: true,
    logger: options.logger,
    run: (signal) => runRetention(options, signal),
  });
}

/** One run: batch by batch, others get their turn in between. */
export async function runRetention(options: RetentionOptions, signal: AbortSignal): Promise<void> {
  const { store, retentionDays, clock, logger } = options;
  const now = clock.now();
  const cutoff = isoTime(now - retentionDays * DAY);
  let deleted = 0;
  while (!signal.aborted) {
    const batch = await store.deleteResolvedBefore(cutoff, BATCH);
    deleted += batch;
    if (batch < BATCH) break;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  if (!signal.aborted) {
    await store.trimHistory({ counts: isoTime(now - COUNTS_MS), alerts: isoTime(now - ALERTS_MS) });
  }
  while (!signal.aborted && await store.releaseSpace()) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  if (deleted > 0) logger.info("Resolved errors past their retention deleted", { deleted, cutoff });
}

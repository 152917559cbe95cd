import { type Clock, HOUR, MINUTE, SECOND } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { type Periodic, startPeriodic } from "../periodic.ts";
import type { Stepwise } from "../stepwise.ts";
import { inTurns, nextTurn } from "../turns.ts";
import { COUNTED_HOURS } from "./ingest.ts";
import { RetentionClock } from "./retention_clock.ts";
import { rollUp } from "./rollup.ts";
import type { SeriesRegistry } from "./series_registry.ts";
import type { MetricStore } from "./store.ts";

/** In seconds, by tier. */
export interface Retention {
  readonly raw: number;
  readonly minute: number;
  readonly hour: number;
}

export interface MaintenanceOptions {
  readonly store: MetricStore;
  readonly registry: SeriesRegistry;
  readonly retention: Retention;
  /** Seconds. */
  readonly interval: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether no accepted samples wait to be stored. */
  readonly isIdle: () => boolean;
}

/** Rolls up, then deletes what is too old, at once and every interval: so no run is long. */
export function startMaintenance(options: MaintenanceOptions): Periodic {
  const { store, registry, interval, clock, logger, isIdle } = options;
  const retentionClock = new RetentionClock(clock, store.retainedAt);
  return startPeriodic({
    name: "Rolling up of metrics",
    intervalMs: interval * SECOND,
    immediately: true,
    logger,
    async run(signal) {
      const metricOf = (series: number) => registry.metricOf(series);
      // What comes in meanwhile, and is not rolled up, is not older than what was kept at the start.
      const now = clock.now();
      const keptBy = retentionClock.now();
      try {
        await inTurns(rollUp({ store, metricOf }, now), signal);
      } finally {
        // First, so that a process after this one goes on from there.
        store.keepRetainedAt(keptBy);
        await inTurns(deleteOld(options, keptBy), signal);
      }
      // While samples wait they may be of any series; there is another time.
      while (isIdle() && deleteUnusedSeries(options, keptBy) > 0) await nextTurn();
    },
  });
}

/** Deletes what is older than its tier keeps, a little at a time. */
export function* deleteOld(
  { store, retention }: Pick<MaintenanceOptions, "store" | "retention">,
  now: number,
): Stepwise<void> {
  // Samples at the edge are still accepted, and their minutes then computed from all of their samples.
  const raw = floor(now - retention.raw * SECOND, MINUTE) - MINUTE;
  const limits = {
    raw,
    // Minutes that can still change are kept, and those that their hour is computed from.
    minute: Math.min(floor(now - retention.minute * SECOND, MINUTE), floor(raw, HOUR)),
    hour: floor(now - retention.hour * SECOND, HOUR),
    received: floor(now, HOUR) - COUNTED_HOURS * HOUR,
  };
  while (store.deleteOlder(limits)) yield;
}

/**
 * Deletes some of the series that no tier has anything of, and gives how many. In one go, while no accepted
 * samples wait to be stored: those would be of a series that is gone.
 */
export function deleteUnusedSeries(
  { store, registry, retention }: Pick<MaintenanceOptions, "store" | "registry" | "retention">,
  now: number,
): number {
  const kept = Math.max(retention.raw, retention.minute, retention.hour) * SECOND;
  const before = floor(now - kept, HOUR) - HOUR;
  const deleted = store.deleteSeries(before, () => {
    const fresh = new Set<number>();
    for (const chunk of store.chunksAfter(store.rollup.chunk)) {
      for (const series of store.samples(chunk)?.series ?? []) fresh.add(series);
    }
    return fresh;
  });
  registry.forget(deleted);
  return deleted.length;
}

function floor(time: number, unit: number): number {
  return Math.floor(time / unit) * unit;
}

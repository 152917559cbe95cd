import type { LogHistogram } from "../../core/logs/model.ts";

/** When the first bucket begins, in ms since the epoch. */
export const START = Date.parse("2026-11-20T17:00:00Z");
/** Three hours, the middle one empty; every level is there, one of them far more than the others. */
export const HISTOGRAM: LogHistogram = {
  interval_s: 3600,
  buckets: [
    { time: "2026-11-20T17:00:00.000Z", total: 1010, levels: { INFO: 1000, ERROR: 10 } },
    { time: "2026-11-20T18:00:00.000Z", total: 0, levels: {} },
    { time: "2026-11-20T19:00:00.000Z", total: 3, levels: { DEBUG: 1, WARNING: 1, CRITICAL: 1 } },
  ],
};

import { integer } from "../setting_kinds.ts";
import { settings } from "../settings.ts";

/** Defaults of the settings that every service has. */
export const METRIC_DEFAULTS = {
  databaseFile: "metrics.db",
  rateLimit: 200,
  maxBodySize: 512 * 1024,
} as const;

const DAY_S = 86_400;

/** The variables of the Metrics Collector itself; those every service has are in `core/settings.ts`. */
export const metricSettings = settings({
  retentionRaw: integer("RETENTION_RAW", {
    help: "seconds that raw samples are kept; older ones are not accepted either",
    fallback: 3600,
    min: 60,
    max: 7 * DAY_S,
  }),
  retentionMinute: integer("RETENTION_MINUTE", {
    help: "seconds that buckets of a minute are kept, at least until their hour is complete",
    fallback: DAY_S,
    min: 3600,
    max: 366 * DAY_S,
  }),
  retentionHourly: integer("RETENTION_HOURLY", {
    help: "seconds that buckets of an hour are kept",
    fallback: 30 * DAY_S,
    min: 3600,
    max: 3660 * DAY_S,
  }),
  aggregationInterval: integer("AGGREGATION_INTERVAL", {
    help: "seconds from rolling samples up into buckets to the next time",
    fallback: 60,
    min: 1,
    max: 3600,
  }),
  maxSeriesPerMetric: integer("MAX_SERIES_PER_METRIC", {
    help: "label sets of one metric; samples of more go to one with the label " +
      'monlight_overflow="true"',
    fallback: 2000,
    min: 1,
    max: 100_000,
  }),
  maxSeries: integer("MAX_SERIES", {
    help: "label sets of all metrics together",
    fallback: 50_000,
    min: 1,
    max: 1_000_000,
  }),
});

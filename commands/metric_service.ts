import { startMetricService } from "../core/metrics/service.ts";
import { METRIC_DEFAULTS, metricSettings } from "../core/metrics/settings.ts";
import { serviceSettings } from "../core/settings.ts";
import type { Place, ServedService } from "./served_service.ts";

/** The Metrics Collector, for either way of serving it. */
export const metricService: ServedService = {
  name: "metrics",
  prefix: "METRICS_",
  settings: table,
  prepare(reader, place, prefix) {
    const values = reader.read(table(place), prefix);
    return {
      name: "metrics",
      databasePath: values.databasePath,
      maxDatabaseSize: values.maxDatabaseSize,
      start: (parts) => ({ metrics: startMetricService({ values, ...parts }) }),
    };
  },
};

function table({ dataDir }: Place) {
  return { ...serviceSettings(dataDir, METRIC_DEFAULTS), ...metricSettings };
}

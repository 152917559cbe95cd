import { exportMetrics, exportParams, readExportFilter } from "../core/metrics/export.ts";
import { METRICS_DATABASE } from "./databases.ts";
import { exportCommand } from "./export.ts";

/** `monlight metrics export`: every bucket and raw sample, a JSON line each. */
export const metricsExportCommand = exportCommand({
  database: METRICS_DATABASE,
  summary: "Write all metrics as NDJSON, buckets and then raw samples, from a live database",
  filters: exportParams,
  prepare(url) {
    const filter = readExportFilter(url);
    return (path) => exportMetrics(path, filter);
  },
});

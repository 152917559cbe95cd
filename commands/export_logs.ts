import { exportEntries } from "../core/logs/export.ts";
import { filterParams, readLogFilter } from "../core/logs/query.ts";
import { LOGS_DATABASE } from "./databases.ts";
import { exportCommand } from "./export.ts";

/** `monlight logs export`: every entry, a JSON line each. */
export const logsExportCommand = exportCommand({
  database: LOGS_DATABASE,
  summary: "Write all log entries as NDJSON, newest first, from a live database; filters are " +
    "those of the API",
  filters: filterParams,
  prepare(url) {
    const filter = readLogFilter(url);
    return (path) => exportEntries(path, filter);
  },
});

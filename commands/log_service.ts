import { startLogService } from "../core/logs/service.ts";
import { LOG_DEFAULTS, logSettings } from "../core/logs/settings.ts";
import { serviceSettings } from "../core/settings.ts";
import { diagnoseSources } from "./doctor/log_sources.ts";
import type { Place, ServedService } from "./served_service.ts";

/** Alone it is told what to read; with the others it reads what is there, and keeps more of it. */
const ALONE = { containers: undefined, maxEntries: 100_000 };
const TOGETHER = { containers: ["*"], maxEntries: 1_000_000 };

/** The Log Viewer, for either way of serving it. */
export const logService: ServedService = {
  name: "logs",
  prefix: "LOGS_",
  settings: table,
  prepare(reader, place, prefix) {
    const values = reader.read(table(place), prefix);
    return {
      name: "logs",
      databasePath: values.databasePath,
      maxDatabaseSize: values.maxDatabaseSize,
      diagnose: () => Promise.resolve(diagnoseSources(values, place)),
      start: (parts) => ({ logs: startLogService({ values, ...parts }) }),
    };
  },
};

function table({ dataDir, together }: Place) {
  return {
    ...serviceSettings(dataDir, LOG_DEFAULTS),
    ...logSettings(together ? TOGETHER : ALONE),
  };
}

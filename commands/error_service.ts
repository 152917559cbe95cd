import { ERROR_DEFAULTS, startErrorService } from "../core/errors/service.ts";
import { errorSettings } from "../core/errors/settings.ts";
import { serviceSettings } from "../core/settings.ts";
import { diagnoseMail } from "./doctor/mail.ts";
import type { Place, ServedService } from "./served_service.ts";

/** The Error Tracker, for either way of serving it. */
export const errorService: ServedService = {
  name: "errors",
  prefix: "ERRORS_",
  settings: table,
  prepare(reader, place, prefix) {
    const values = reader.read(table(place), prefix);
    return {
      name: "errors",
      databasePath: values.databasePath,
      maxDatabaseSize: values.maxDatabaseSize,
      diagnose: () => diagnoseMail(values),
      start: (parts) => ({ errors: startErrorService({ values, ...parts }) }),
    };
  },
};

function table({ dataDir }: Place) {
  return { ...serviceSettings(dataDir, ERROR_DEFAULTS), ...errorSettings };
}

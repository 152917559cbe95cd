/** The Error Tracker's settings, read for either way of serving it. */
import { ERROR_DEFAULTS, type ErrorServiceValues } from "../core/errors/service.ts";
import { errorSettings } from "../core/errors/settings.ts";
import { serviceSettings, type SettingsReader } from "../core/settings.ts";

/** The prefix of its variables in `monlight serve`. */
export const ERRORS_PREFIX = "ERRORS_";

/** All its own settings; `dataDir` is where its database is by default. */
export function errorServiceTable(dataDir: string) {
  return {
    ...serviceSettings({
      databasePath: `${dataDir}/${ERROR_DEFAULTS.databaseFile}`,
      rateLimit: ERROR_DEFAULTS.rateLimit,
      maxBodySize: ERROR_DEFAULTS.maxBodySize,
    }),
    ...errorSettings,
  };
}

export function readErrorService(
  reader: SettingsReader,
  dataDir: string,
  prefix = "",
): ErrorServiceValues {
  return reader.read(errorServiceTable(dataDir), prefix);
}

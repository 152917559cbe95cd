import { systemClock } from "../core/clock.ts";
import { startErrorService } from "../core/errors/service.ts";
import { createLogger } from "../core/logger.ts";
import { processSources, serverSettings, SettingsReader } from "../core/settings.ts";
import { errorServiceTable, readErrorService } from "./error_service.ts";
import type { Command, CommandInput } from "./command_line.ts";
import { settingFlags } from "./flags.ts";
import { checkServed, HEALTHCHECK_FLAG } from "./healthcheck.ts";
import { makeParentFolder, warnOfUnknownVariables } from "./prepare.ts";
import { runServices } from "./run_services.ts";

/** Port of a service that is served alone, as in containers. */
const PORT = 8000;

/** `monlight errors serve`: the Error Tracker alone. */
export const errorsServeCommand: Command = {
  name: "errors serve",
  summary: "Serve the Error Tracker: its API and its web interface",
  flags: [
    ...settingFlags(serverSettings(PORT)),
    ...settingFlags(errorServiceTable("./data")),
    HEALTHCHECK_FLAG,
  ],
  run: ({ flags }) =>
    flags.healthcheck === undefined ? serveErrors(flags) : checkServed(flags, PORT),
};

async function serveErrors(flags: CommandInput["flags"]): Promise<number> {
  const sources = processSources(flags);
  const reader = new SettingsReader(sources);
  const values = reader.read(serverSettings(PORT));
  const errorValues = readErrorService(reader, "./data");
  reader.finish();
  const logger = createLogger({ service: "errors", level: values.logLevel });
  warnOfUnknownVariables(sources.env, logger);
  await makeParentFolder(errorValues.databasePath);
  return await runServices({
    name: "errors",
    values,
    clock: systemClock,
    logger,
    allInOne: false,
    start: (telemetry) => ({
      errors: startErrorService({ values: errorValues, clock: systemClock, logger, telemetry }),
    }),
  });
}

import { systemClock } from "../core/clock.ts";
import { startErrorService } from "../core/errors/service.ts";
import type { Server } from "../core/http/server.ts";
import { createLogger } from "../core/logger.ts";
import {
  list,
  processSources,
  serverSettings,
  settings,
  type SettingSources,
  SettingsReader,
  unprefixedVariables,
} from "../core/settings.ts";
import { DATABASES, dataDirSettings } from "./databases.ts";
import { ERRORS_PREFIX, errorServiceTable, readErrorService } from "./error_service.ts";
import type { Command, Flag } from "./command_line.ts";
import { settingFlags } from "./flags.ts";
import { checkServed, HEALTHCHECK_FLAG } from "./healthcheck.ts";
import { makeFolder, makeParentFolder, warnOfUnknownVariables } from "./prepare.ts";
import { runServices } from "./run_services.ts";

/** Port of all services in one. */
export const PORT = 5010;

const SERVICE_NAMES = DATABASES.map(({ name }) => name);

const onlySettings = settings({
  only: list("ONLY", {
    help: `services to run: ${SERVICE_NAMES.join(", ")}; all unless given`,
    wants: `services of: ${SERVICE_NAMES.join(", ")}`,
    check: (name) => SERVICE_NAMES.includes(name),
  }),
});

/** The flags that `serve` and `start` share. */
export const serveFlags: readonly Flag[] = [
  ...settingFlags(serverSettings(PORT)),
  ...settingFlags(dataDirSettings),
  ...settingFlags(onlySettings),
  ...settingFlags(errorServiceTable("DATA_DIR"), ERRORS_PREFIX),
];

/** `monlight serve`: every service in one process on one port. */
export const serveCommand: Command = {
  name: "serve",
  summary: "Serve everything: all services in one process, on one port",
  flags: [...serveFlags, HEALTHCHECK_FLAG],
  run: ({ flags }) =>
    flags.healthcheck === undefined ? serve(processSources(flags)) : checkServed(flags, PORT),
};

/** Serves by flags and variables until a signal; resolves with the exit code. */
export async function serve(
  sources: SettingSources,
  onListening?: (server: Server) => void,
): Promise<number> {
  const reader = new SettingsReader(sources);
  const values = reader.read(serverSettings(PORT));
  const { dataDir } = reader.read(dataDirSettings);
  const { only } = reader.read(onlySettings);
  const errorValues = readErrorService(reader, dataDir, ERRORS_PREFIX);
  reader.finish();
  const logger = createLogger({ service: "monlight", level: values.logLevel });
  warnOfUnknownVariables(sources.env, logger);
  for (const variable of unprefixedVariables(sources.env, errorServiceTable(dataDir))) {
    logger.warn("Variable is ignored, since several services have it", {
      variable,
      instead: ERRORS_PREFIX + variable,
    });
  }
  await makeFolder(dataDir);
  await makeParentFolder(errorValues.databasePath);
  const wanted = (name: string) => only.length === 0 || only.includes(name);
  return await runServices({
    name: "monlight",
    values,
    clock: systemClock,
    logger,
    allInOne: true,
    start: (telemetry) => ({
      ...(wanted("errors")
        ? {
          errors: startErrorService({
            values: errorValues,
            clock: systemClock,
            logger: logger.child("errors"),
            telemetry,
          }),
        }
        : {}),
    }),
    ...(onListening ? { onListening } : {}),
  });
}

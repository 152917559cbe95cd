import { systemClock } from "../core/clock.ts";
import type { Server } from "../core/http/server.ts";
import { createLogger } from "../core/logger.ts";
import { list } from "../core/setting_kinds.ts";
import {
  processSources,
  serverSettings,
  settings,
  type SettingSources,
  SettingsReader,
} from "../core/settings.ts";
import type { Command, Flag } from "./command_line.ts";
import { dataDirSettings } from "./databases.ts";
import { errorService } from "./error_service.ts";
import { settingFlags } from "./flags.ts";
import { checkServed, HEALTHCHECK_FLAG } from "./healthcheck.ts";
import { logService } from "./log_service.ts";
import { metricService } from "./metric_service.ts";
import {
  makeFolder,
  makeParentFolder,
  warnOfUnknownVariables,
  warnOfUnprefixedVariables,
} from "./prepare.ts";
import { relayService } from "./relay_service.ts";
import { runServices } from "./run_services.ts";
import type { Place, ServedService } from "./served_service.ts";

/** Port of all services in one. */
export const PORT = 5010;

/** Every service there is; a coming one adds its line. */
export const SERVICES: readonly ServedService[] = [
  errorService,
  logService,
  metricService,
  // After those that it sends on to.
  relayService,
];
const NAMES: readonly string[] = SERVICES.map(({ name }) => name);

const onlySettings = settings({
  only: list("ONLY", {
    help: `services to run: ${NAMES.join(", ")}; all unless given`,
    wants: `services of: ${NAMES.join(", ")}`,
    check: (name) => NAMES.includes(name),
  }),
});

/** The flags that `serve` and `start` share. */
export const serveFlags: readonly Flag[] = [
  ...settingFlags(serverSettings(PORT)),
  ...settingFlags(dataDirSettings),
  ...settingFlags(onlySettings),
  ...SERVICES.flatMap((service) =>
    settingFlags(service.settings(placeOf("DATA_DIR", NAMES)), service.prefix)
  ),
];

/** `monlight serve`: every service in one process on one port. */
export const serveCommand: Command = {
  name: "serve",
  summary: "Serve everything: all services in one process, on one port",
  flags: [...serveFlags, HEALTHCHECK_FLAG],
  run: ({ flags }) =>
    flags.healthcheck === undefined ? serve(processSources(flags)) : checkServed(flags, PORT),
};

function placeOf(dataDir: string, services: readonly string[]): Place {
  return { dataDir, together: true, services };
}

/** What `monlight serve` reads: settings of the process, and of each service that is to run. */
export function readTogether(reader: SettingsReader) {
  const values = reader.read(serverSettings(PORT));
  const { dataDir } = reader.read(dataDirSettings);
  const { only } = reader.read(onlySettings);
  const wanted = SERVICES.filter(({ name }) => only.length === 0 || only.includes(name));
  const place = placeOf(dataDir, wanted.map(({ name }) => name));
  return {
    values,
    dataDir,
    services: wanted.map(({ prefix, settings }) => ({ prefix, table: settings(place) })),
    prepared: wanted.map((service) => service.prepare(reader, place, service.prefix)),
  };
}

/** Serves by flags and variables until a signal; resolves with the exit code. */
export async function serve(
  sources: SettingSources,
  onListening?: (server: Server) => void,
): Promise<number> {
  const reader = new SettingsReader(sources);
  const { values, dataDir, services, prepared } = readTogether(reader);
  reader.finish();
  const logger = createLogger({ service: "monlight", level: values.logLevel });
  warnOfUnknownVariables(sources.env, logger);
  warnOfUnprefixedVariables(sources.env, services, logger);
  await makeFolder(dataDir);
  for (const { databasePath } of prepared) await makeParentFolder(databasePath);
  return await runServices({
    name: "monlight",
    keyName: "API_KEY",
    values,
    clock: systemClock,
    logger,
    services: prepared,
    allInOne: true,
    ...(onListening ? { onListening } : {}),
  });
}

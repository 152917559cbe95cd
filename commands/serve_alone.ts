import { systemClock } from "../core/clock.ts";
import { createLogger } from "../core/logger.ts";
import { processSources, serverSettings, SettingsReader } from "../core/settings.ts";
import type { Command, CommandInput, Flag } from "./command_line.ts";
import { settingFlags } from "./flags.ts";
import { checkServed, HEALTHCHECK_FLAG } from "./healthcheck.ts";
import { makeParentFolder, warnOfUnknownVariables } from "./prepare.ts";
import { runServices } from "./run_services.ts";
import type { ServedService } from "./served_service.ts";

/** Port of a service that is served alone, as in containers. */
const PORT = 8000;
const PLACE = { dataDir: "./data", together: false, services: [] };

/** The flags for the settings of a service that is served alone. */
export function aloneFlags(service: ServedService): readonly Flag[] {
  return [
    ...settingFlags(serverSettings(PORT, service.key)),
    ...settingFlags(service.settings(PLACE)),
  ];
}

/** `monlight errors serve` and its like: one service, with its variables as they are. */
export function serveAloneCommand(service: ServedService, summary: string): Command {
  return {
    name: `${service.name} serve`,
    summary,
    flags: [...aloneFlags(service), HEALTHCHECK_FLAG],
    run: ({ flags }) =>
      flags.healthcheck === undefined ? serveAlone(service, flags) : checkServed(flags, PORT),
  };
}

/** What such a command reads. */
export function readAlone(reader: SettingsReader, service: ServedService) {
  return {
    values: reader.read(serverSettings(PORT, service.key)),
    prepared: service.prepare(reader, PLACE),
  };
}

async function serveAlone(service: ServedService, flags: CommandInput["flags"]): Promise<number> {
  const sources = processSources(flags);
  const reader = new SettingsReader(sources);
  const { values, prepared } = readAlone(reader, service);
  reader.finish();
  const logger = createLogger({ service: service.name, level: values.logLevel });
  warnOfUnknownVariables(sources.env, logger);
  await makeParentFolder(prepared.databasePath);
  return await runServices({
    name: service.name,
    keyName: service.key?.name ?? "API_KEY",
    values,
    clock: systemClock,
    logger,
    services: [prepared],
    allInOne: false,
  });
}

import { systemClock } from "../core/clock.ts";
import { exportGroups } from "../core/errors/export_sqlite_store.ts";
import { errorListQuery } from "../core/errors/routes.ts";
import { readQuery } from "../core/http/query_params.ts";
import { processSources, settings, SettingsReader, text } from "../core/settings.ts";
import { ERROR_DEFAULTS } from "../core/errors/service.ts";
import { checkSchema, CommandError, DATABASES, dataDirSettings, exists } from "./databases.ts";
import type { Command, CommandInput } from "./command_line.ts";
import { settingFlags } from "./flags.ts";
import { print } from "./output.ts";

const { limit: _limit, offset: _offset, resolved, ...filters } = errorListQuery;
/** As in the API, but everything unless told otherwise: an export leaves nothing out by default. */
const exportQuery = {
  ...filters,
  resolved: {
    ...resolved,
    fallback: undefined,
    schema: {
      ...resolved.schema,
      description: "unresolved groups, resolved ones, or all (the default)",
    },
  },
};

const pathSettings = settings({
  ...dataDirSettings,
  databasePath: text("DATABASE_PATH", {
    help: `the database file; ${ERROR_DEFAULTS.databaseFile} in DATA_DIR unless given`,
  }),
});

/** `monlight errors export`: every group with its occurrences, a JSON line each. */
export const errorsExportCommand: Command = {
  name: "errors export",
  summary: "Write all errors as NDJSON, from a live database; filters are those of the API",
  flags: [
    ...Object.entries(exportQuery).map(([name, { schema }]) => ({
      name,
      value: "value",
      help: `${schema.description}${schema.enum ? `: ${schema.enum.join(", ")}` : ""}`,
    })),
    ...settingFlags(pathSettings),
  ],
  run,
};

async function run({ flags }: CommandInput): Promise<number> {
  const reader = new SettingsReader(processSources(flags));
  const { dataDir, databasePath } = reader.read(pathSettings);
  reader.finish();
  const path = databasePath ?? `${dataDir}/${ERROR_DEFAULTS.databaseFile}`;
  if (!await exists(path)) throw new CommandError(`No database ${path}`);
  const given = new URLSearchParams();
  for (const name of Object.keys(exportQuery)) given.set(name, flags[name] ?? "");
  const filter = readQuery(`?${given}`, exportQuery);
  const database = DATABASES.find(({ name }) => name === "errors");
  if (database) checkSchema(path, database);
  try {
    for (const group of exportGroups(path, filter, systemClock.now())) {
      if (!print(JSON.stringify(group))) break;
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause;
    throw new Error(`Export of ${path} failed: ${why}`, { cause });
  }
  return 0;
}

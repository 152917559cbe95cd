import type { QueryTable } from "../core/http/query_params.ts";
import { text } from "../core/setting_kinds.ts";
import { processSources, settings, SettingsReader } from "../core/settings.ts";
import type { Command, CommandInput } from "./command_line.ts";
import {
  checkSchema,
  CommandError,
  dataDirSettings,
  exists,
  type ServiceDatabase,
} from "./databases.ts";
import { settingFlags } from "./flags.ts";
import { print } from "./output.ts";

/** What an export writes. */
export interface ExportOptions {
  readonly database: ServiceDatabase;
  readonly summary: string;
  /** Parameters of the API that choose what is written; each is a flag. */
  readonly filters: QueryTable;
  /** Reads the filters as from a URL, and gives what then reads the database; throws at a bad one. */
  readonly prepare: (url: string) => (
    databasePath: string,
  ) => Iterable<unknown> | AsyncIterable<unknown>;
}

/** `monlight errors export` and its like: everything stored, a JSON line each. */
export function exportCommand(options: ExportOptions): Command {
  const { database, summary, filters } = options;
  const pathSettings = settings({
    ...dataDirSettings,
    databasePath: text("DATABASE_PATH", {
      help: `the database file; ${database.file} in DATA_DIR unless given`,
    }),
  });
  return {
    name: `${database.name} export`,
    summary,
    flags: [
      ...Object.entries(filters).map(([name, { schema }]) => ({
        name,
        value: "value",
        help: `${schema.description}${schema.enum ? `: ${schema.enum.join(", ")}` : ""}`,
      })),
      ...settingFlags(pathSettings),
    ],
    async run({ flags }) {
      const reader = new SettingsReader(processSources(flags));
      const { dataDir, databasePath } = reader.read(pathSettings);
      reader.finish();
      return await writeAll(options, databasePath ?? `${dataDir}/${database.file}`, flags);
    },
  };
}

async function writeAll(
  { database, filters, prepare }: ExportOptions,
  path: string,
  flags: CommandInput["flags"],
): Promise<number> {
  if (!await exists(path)) throw new CommandError(`No database ${path}`);
  const given = new URLSearchParams();
  for (const name of Object.keys(filters)) given.set(name, flags[name] ?? "");
  const read = prepare(`?${given}`);
  checkSchema(path, database);
  try {
    for await (const one of read(path)) if (!print(JSON.stringify(one))) break;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause;
    throw new Error(`Export of ${path} failed: ${why}`, { cause });
  }
  return 0;
}

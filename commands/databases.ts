/** The databases of Monlight; a coming service adds its line here. */
import { NEWEST_OCCURRENCE } from "../core/errors/newest_sqlite_store.ts";
import { errorMigrations } from "../core/errors/migrations/index.ts";
import { NEWEST_ENTRY } from "../core/logs/newest_sqlite_store.ts";
import { logMigrations } from "../core/logs/migrations/index.ts";
import { NEWEST_SAMPLE } from "../core/metrics/newest_sqlite_store.ts";
import { metricMigrations } from "../core/metrics/migrations/index.ts";
import { NEWEST_SUBMISSION } from "../core/relay/newest_sqlite_store.ts";
import { relayMigrations } from "../core/relay/migrations/index.ts";
import type { Migration } from "../core/sqlite/migrator.ts";
import { inspectDatabase } from "../core/sqlite/backup.ts";
import { string } from "../core/setting_kinds.ts";
import { settings } from "../core/settings.ts";
import { UsageError } from "./command_line.ts";

export interface ServiceDatabase {
  /** The service's name on the command line. */
  readonly name: string;
  /** Its file in the data folder. */
  readonly file: string;
  /** A table that only this service has, by which a copy is recognized. */
  readonly table: string;
  readonly migrations: readonly Migration[];
  /** A query that gives the time (ms) of what is newest in it, as `newest`. */
  readonly newest: string;
}

export const ERRORS_DATABASE: ServiceDatabase = {
  name: "errors",
  file: "errors.db",
  table: "error_groups",
  migrations: errorMigrations,
  newest: NEWEST_OCCURRENCE,
};

export const LOGS_DATABASE: ServiceDatabase = {
  name: "logs",
  file: "logs.db",
  table: "log_entries",
  migrations: logMigrations,
  newest: NEWEST_ENTRY,
};

export const METRICS_DATABASE: ServiceDatabase = {
  name: "metrics",
  file: "metrics.db",
  table: "metrics_packs",
  migrations: metricMigrations,
  newest: NEWEST_SAMPLE,
};

export const RELAY_DATABASE: ServiceDatabase = {
  name: "relay",
  file: "browser-relay.db",
  table: "dsn_keys",
  migrations: relayMigrations,
  newest: NEWEST_SUBMISSION,
};

export const DATABASES: readonly ServiceDatabase[] = [
  ERRORS_DATABASE,
  LOGS_DATABASE,
  METRICS_DATABASE,
  RELAY_DATABASE,
];

/** A command cannot do what was asked; the sentence goes to standard error. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** The databases of these services, or of all. Throws a `UsageError` at an unknown name. */
export function databasesNamed(names: readonly string[]): readonly ServiceDatabase[] {
  if (names.length === 0) return DATABASES;
  return names.map((name) => {
    const found = DATABASES.find((database) => database.name === name);
    if (found) return found;
    const known = DATABASES.map((database) => database.name).join(", ");
    throw new UsageError(`Unknown service ${JSON.stringify(name)}; there are: ${known}`);
  });
}

/** Those of the named databases (or of all) that exist in a folder. Throws when a named one does not. */
export async function existingDatabases(
  dataDir: string,
  names: readonly string[],
): Promise<readonly (ServiceDatabase & { readonly path: string })[]> {
  const found = [];
  for (const database of databasesNamed(names)) {
    const path = `${dataDir}/${database.file}`;
    if (await exists(path)) found.push({ ...database, path });
    else if (names.length > 0) throw new CommandError(`No database ${path}`);
  }
  if (found.length === 0) {
    throw new CommandError(`No databases in ${dataDir}; name their folder with --data-dir`);
  }
  return found;
}

/** Throws a `CommandError` unless a file holds this service's tables in a schema that we know. */
export function checkSchema(path: string, { table, migrations }: ServiceDatabase): void {
  const { tables, schemaVersion } = inspectDatabase(path);
  if (!tables.has(table) || schemaVersion === 0) {
    throw new CommandError(`${path} is not a database of Monlight`);
  }
  if (schemaVersion > migrations.length) {
    throw new CommandError(
      `${path} has schema version ${schemaVersion}, but this program knows only ` +
        `${migrations.length}; use the newer Monlight it was made by`,
    );
  }
}

/** Whether there is a file or folder at a path. */
export async function exists(path: string | URL): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The folder that all of a host's databases are in. */
export const dataDirSettings = settings({
  dataDir: string("DATA_DIR", {
    help: "folder of the databases",
    wants: "a path",
    fallback: "./data",
  }),
});

import { createLogger } from "../core/logger.ts";
import { inspectDatabase } from "../core/sqlite/backup.ts";
import { Database } from "../core/sqlite/database.ts";
import { lockDatabase } from "../core/sqlite/database_lock.ts";
import { migrate } from "../core/sqlite/migrator.ts";
import { processSources, SettingsReader } from "../core/settings.ts";
import { backUp } from "./backup.ts";
import { CommandError, dataDirSettings, existingDatabases } from "./databases.ts";
import type { Command, CommandInput } from "./command_line.ts";
import { settingFlags } from "./flags.ts";
import { print, printError } from "./output.ts";
import { makeFolder } from "./prepare.ts";

/** `monlight migrate`: what services do at their start, beforehand and under your eyes. */
export const migrateCommand: Command = {
  name: "migrate",
  args: "[service...]",
  summary:
    "Bring the databases (all, or those named) up to this program's schema; a backup comes first",
  flags: [
    ...settingFlags(dataDirSettings),
    { name: "status", value: null, help: "only tell the versions" },
    { name: "dry-run", value: null, help: "only tell what would be done" },
    { name: "no-backup", value: null, help: "make no backup first" },
  ],
  run,
};

async function run({ flags, args }: CommandInput): Promise<number> {
  const reader = new SettingsReader(processSources(flags));
  const { dataDir } = reader.read(dataDirSettings);
  reader.finish();
  const given = (name: string) => flags[name] !== undefined;
  const only = given("status") ? "status" : given("dry-run") ? "steps" : null;
  const backups = given("no-backup") ? null : `${dataDir}/backups`;
  let failures = 0;
  // Each for itself: what is wrong with one says nothing of the others.
  for (const database of await existingDatabases(dataDir, args)) {
    try {
      await bringUp(database, { only, backups });
    } catch (error) {
      failures++;
      printError(error instanceof Error ? error.message : String(error));
    }
  }
  return failures === 0 ? 0 : 1;
}

async function bringUp(
  { name, path, migrations }: Awaited<ReturnType<typeof existingDatabases>>[number],
  { only, backups }: {
    /** What alone is told, while nothing is done; null to do it. */
    readonly only: "status" | "steps" | null;
    /** The folder of backups; null for none. */
    readonly backups: string | null;
  },
): Promise<void> {
  const { schemaVersion, tables } = inspectDatabase(path);
  const newest = migrations.length;
  const pending = migrations.slice(schemaVersion);
  if (schemaVersion > newest) {
    throw new CommandError(
      `${path} has schema version ${schemaVersion}, but this program knows only ${newest}; ` +
        "use the newer Monlight it was made by",
    );
  }
  if (only === "status" || pending.length === 0) {
    const what = pending.length === 0 ? "up to date" : `${pending.length} to apply`;
    print(`${name}: schema version ${schemaVersion} of ${newest}, ${what}`);
    return;
  }
  const tell = (verb: string) => pending.forEach((step) => print(`${name}: ${verb} ${step.name}`));
  if (only === "steps") {
    tell("would apply");
    return;
  }
  using _lock = lockDatabase(path);
  if (backups !== null && tables.size > 0) {
    await makeFolder(backups);
    print(`${name}: backup ${await backUp({ name, path, out: backups })}`);
  }
  tell("applying");
  const database = Database.open(path);
  try {
    migrate(database, migrations, createLogger({ service: "migrate", level: "WARN" }));
  } finally {
    database.close();
  }
  print(`${name}: schema version ${newest} of ${newest}, up to date`);
}

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
import { print } from "./output.ts";
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
  const logger = createLogger({ service: "migrate", level: "WARN" });
  for (const { name, path, migrations } of await existingDatabases(dataDir, args)) {
    const { schemaVersion, tables } = inspectDatabase(path);
    const newest = migrations.length;
    const pending = migrations.slice(schemaVersion);
    if (schemaVersion > newest) {
      throw new CommandError(
        `${path} has schema version ${schemaVersion}, but this program knows only ${newest}; ` +
          "use the newer Monlight it was made by",
      );
    }
    if (given("status") || pending.length === 0) {
      const what = pending.length === 0 ? "up to date" : `${pending.length} to apply`;
      print(`${name}: schema version ${schemaVersion} of ${newest}, ${what}`);
      continue;
    }
    const verb = given("dry-run") ? "would apply" : "applying";
    const tell = () => pending.forEach((step) => print(`${name}: ${verb} ${step.name}`));
    if (given("dry-run")) {
      tell();
      continue;
    }
    using _lock = lockDatabase(path);
    tell();
    if (!given("no-backup") && tables.size > 0) {
      await makeFolder(`${dataDir}/backups`);
      print(`${name}: backup ${await backUp({ name, path, out: `${dataDir}/backups` })}`);
    }
    const database = Database.open(path);
    try {
      migrate(database, migrations, logger);
    } finally {
      database.close();
    }
    print(`${name}: schema version ${newest} of ${newest}, up to date`);
  }
  return 0;
}

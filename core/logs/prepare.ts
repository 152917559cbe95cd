import type { Logger } from "../logger.ts";
import { Database } from "../sqlite/database.ts";
import { migrate } from "../sqlite/migrator.ts";
import { logMigrations } from "./migrations/index.ts";

/** Makes the database of logs or brings it to the newest schema; gives its version. */
export function prepareLogDatabase(path: string, logger: Logger): number {
  const database = Database.open(path);
  try {
    migrate(database, logMigrations, logger);
    return logMigrations.length;
  } finally {
    database.close();
  }
}

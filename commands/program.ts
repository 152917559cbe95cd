import { ListenError } from "../core/http/server.ts";
import { Failure } from "../core/failure.ts";
import { DatabaseHeldError } from "../core/sqlite/database_lock.ts";
import { ForeignDatabaseError, NewerSchemaError } from "../core/sqlite/migrator.ts";
import { SettingsError } from "../core/settings.ts";
import { backupCommand } from "./backup.ts";
import { type Command, parseCommandLine, UsageError } from "./command_line.ts";
import { CommandError } from "./databases.ts";
import { doctorCommand } from "./doctor.ts";
import { errorsServeCommand } from "./errors.ts";
import { errorsExportCommand } from "./export_errors.ts";
import { logsExportCommand } from "./export_logs.ts";
import { metricsExportCommand } from "./export_metrics.ts";
import { healthcheckCommand } from "./healthcheck.ts";
import { logsServeCommand } from "./logs.ts";
import { metricsServeCommand } from "./metrics.ts";
import { migrateCommand } from "./migrate.ts";
import { print, printError } from "./output.ts";
import { relayServeCommand } from "./relay.ts";
import { restoreCommand } from "./restore.ts";
import { serveCommand } from "./serve.ts";
import { sourcemapsUploadCommand } from "./sourcemaps.ts";
import { startCommand } from "./start.ts";
import { VERSION } from "./version.ts";

const COMMANDS: readonly Command[] = [
  startCommand,
  serveCommand,
  errorsServeCommand,
  errorsExportCommand,
  logsServeCommand,
  logsExportCommand,
  metricsServeCommand,
  metricsExportCommand,
  relayServeCommand,
  sourcemapsUploadCommand,
  backupCommand,
  restoreCommand,
  migrateCommand,
  healthcheckCommand,
  doctorCommand,
];

/** The command line was wrong: an unknown command or flag, a value that does not parse. */
const USAGE = 2;
/** The command could not do what it was asked. */
const FAILED = 1;

/** Runs the command that the arguments name; resolves with the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const parsed = parseCommandLine(COMMANDS, args);
    if (parsed.kind === "run") return await parsed.command.run(parsed.input);
    print(parsed.kind === "help" ? parsed.text : VERSION);
    return 0;
  } catch (error) {
    return explain(error);
  }
}

/** Says why on standard error; gives the exit code. */
function explain(error: unknown): number {
  if (error instanceof SettingsError) {
    for (const problem of error.problems) printError(problem);
    return USAGE;
  }
  if (error instanceof UsageError || (error instanceof Failure && error.code === "invalid")) {
    printError(error.message);
    return USAGE;
  }
  if (!(error instanceof Error)) printError(String(error));
  else printError(isTold(error) ? error.message : error.stack ?? error.message);
  return FAILED;
}

/** Whether the message alone tells what happened; a mistake of our own needs its stack. */
function isTold(error: Error): boolean {
  return error instanceof CommandError || error instanceof ListenError ||
    error instanceof NewerSchemaError || error instanceof ForeignDatabaseError ||
    error instanceof DatabaseHeldError ||
    isFromOutside(error) || isFromOutside(error.cause);
}

/** Whether the system, the database file or the disk is to blame. */
function isFromOutside(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof Failure || /\(os error \d+\)/.test(error.message) ||
    ("code" in error && error.code === "ERR_SQLITE_ERROR");
}

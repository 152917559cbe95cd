import { copyDatabase, inspectDatabase, integrityProblem, isOpen } from "../core/sqlite/backup.ts";
import {
  DatabaseHeldError,
  type DatabaseLock,
  lockDatabase,
} from "../core/sqlite/database_lock.ts";
import { processSources, SettingsReader } from "../core/settings.ts";
import {
  checkSchema,
  CommandError,
  DATABASES,
  dataDirSettings,
  exists,
  type ServiceDatabase,
} from "./databases.ts";
import type { Command, CommandInput } from "./command_line.ts";
import { settingFlags } from "./flags.ts";
import { print } from "./output.ts";
import { makeFolder } from "./prepare.ts";

/** `monlight restore`: puts a backup in the place of a service's database. */
export const restoreCommand: Command = {
  name: "restore",
  args: "<file>",
  summary: "Put a backup in place of the database it was made from, which is kept",
  flags: settingFlags(dataDirSettings),
  run,
};

async function run({ flags, args }: CommandInput): Promise<number> {
  const [file = ""] = args;
  const reader = new SettingsReader(processSources(flags));
  const { dataDir } = reader.read(dataDirSettings);
  reader.finish();
  if (!await exists(file)) throw new CommandError(`No file ${file}`);
  if ((await Deno.stat(file)).isDirectory) throw new CommandError(`${file} is a folder`);
  const problem = integrityProblem(file);
  if (problem !== null) throw new CommandError(`${file} is not a sound database: ${problem}`);
  const database = databaseOf(file);
  const target = `${dataDir}/${database.file}`;
  await makeFolder(dataDir);
  // Held to the end: no service can start on what is being replaced.
  using _lock = lockStopped(target);
  if (await exists(target)) await checkReplaceable(target, file);
  const stamp = new Date().toISOString().replaceAll(":", "");
  const incoming = `${target}.incoming-${stamp}`;
  // Not as a file: what the source's write-ahead log holds belongs to it.
  await copyDatabase(file, incoming);
  let kept: string | null;
  try {
    // Something may have opened it while a large file was copied.
    if (await exists(target)) await checkReplaceable(target, file);
    await giveToOwner(incoming, await exists(target) ? target : dataDir);
    kept = await setAside(target, `${target}.replaced-${stamp}`);
    await Deno.rename(incoming, target);
  } catch (error) {
    if (await exists(incoming)) await Deno.remove(incoming);
    throw error;
  }
  print(`Restored ${database.name}: ${target}`);
  if (kept !== null) print(`The replaced database is kept: ${kept}`);
  return 0;
}

function lockStopped(target: string): DatabaseLock {
  try {
    return lockDatabase(target);
  } catch (error) {
    if (!(error instanceof DatabaseHeldError)) throw error;
    const who = error.pid === null ? "" : ` (pid ${error.pid})`;
    throw new CommandError(`${target} is in use${who}: stop the service first, then restore`);
  }
}

/** Backups, exports and other programs read without the lock; the log they have open goes by its name too. */
async function checkReplaceable(target: string, file: string): Promise<void> {
  if (await Deno.realPath(target) === await Deno.realPath(file)) {
    throw new CommandError(`${file} is the database itself; name a backup`);
  }
  if (isOpen(target)) {
    throw new CommandError(
      `${target} is being read, as by a backup: try again when that has ended`,
    );
  }
}

/**
 * Gives a file that root made to the user whose `like` is: the service could not open one of root's. Another user
 * has nothing to give.
 */
async function giveToOwner(path: string, like: string): Promise<void> {
  const [own, wanted] = [await Deno.stat(path), await Deno.stat(like)];
  if (wanted.uid === null || (own.uid === wanted.uid && own.gid === wanted.gid)) return;
  try {
    await Deno.chown(path, wanted.uid, wanted.gid);
  } catch (error) {
    // Nor has root without that capability, as in the image, where the service is root as well.
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
  }
}

/** Which service a file belongs to, by the tables in it. */
function databaseOf(file: string): ServiceDatabase {
  const { tables } = inspectDatabase(file);
  const database = DATABASES.find(({ table }) => tables.has(table));
  if (!database) throw new CommandError(`${file} is not a database of Monlight`);
  checkSchema(file, database);
  return database;
}

/**
 * Gives a database another name to keep it by; null when there was none. Its write-ahead log goes
 * along even when the database itself is gone: beside another one it would be taken for that one's.
 */
async function setAside(path: string, kept: string): Promise<string | null> {
  for (const suffix of ["-wal", "-shm"]) {
    if (await exists(path + suffix)) await Deno.rename(path + suffix, kept + suffix);
  }
  if (!await exists(path)) return null;
  try {
    // A second name, so that there is a database under the first at every moment.
    await Deno.link(path, kept);
  } catch {
    // Not every file system has links.
    await Deno.rename(path, kept);
  }
  return kept;
}

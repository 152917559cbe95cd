import { DAY, SECOND } from "../core/clock.ts";
import { copyDatabase } from "../core/sqlite/backup.ts";
import { integer, text } from "../core/setting_kinds.ts";
import { processSources, settings, SettingsReader } from "../core/settings.ts";
import { CommandError, dataDirSettings, existingDatabases } from "./databases.ts";
import type { Command, CommandInput } from "./command_line.ts";
import { settingFlags } from "./flags.ts";
import { clearProgress, formatBytes, print, printError, showProgress } from "./output.ts";
import { makeFolder } from "./prepare.ts";

const backupSettings = settings({
  ...dataDirSettings,
  out: {
    ...text("BACKUP_DIR", { help: "folder of the backups; `backups` in DATA_DIR unless given" }),
    flag: "out",
  },
  keep: {
    ...integer("BACKUP_KEEP", {
      help: "backups of each service that are kept; older ones go",
      fallback: 7,
      min: 1,
      max: 100_000,
    }),
    flag: "keep",
  },
  uploadCommand: {
    ...text("BACKUP_UPLOAD_COMMAND", {
      help: "shell command run for each finished backup, with its path as $1",
    }),
    flag: "upload-command",
  },
});

/** `monlight backup`: consistent copies of live databases. */
export const backupCommand: Command = {
  name: "backup",
  args: "[service...]",
  summary: "Copy the databases (all, or those named) while the services run; each copy is checked",
  flags: [
    ...settingFlags(backupSettings),
    { name: "quiet", value: null, help: "say nothing unless something fails, for cron" },
  ],
  run,
};

async function run({ flags, args }: CommandInput): Promise<number> {
  const reader = new SettingsReader(processSources(flags));
  const values = reader.read(backupSettings);
  reader.finish();
  const isQuiet = flags.quiet !== undefined;
  const say = isQuiet ? () => {} : print;
  const out = values.out ?? `${values.dataDir}/backups`;
  const databases = await existingDatabases(values.dataDir, args);
  await makeFolder(out);
  let failures = 0;
  for (const { name, path } of databases) {
    try {
      const target = await backUp({ name, path, out, isQuiet });
      const { size } = await Deno.stat(target);
      say(`${target}  ${formatBytes(size)}`);
      await prune(out, name, values.keep);
      if (values.uploadCommand !== null) await upload(values.uploadCommand, target);
    } catch (error) {
      clearProgress();
      failures++;
      printError(`Backup of ${name} failed: ${error instanceof Error ? error.message : error}`);
    }
  }
  return failures === 0 ? 0 : 1;
}

/** Backs one database up; gives the path of the copy. Also `migrate` does so, before it changes anything. */
export async function backUp(
  { name, path, out, isQuiet = false }: {
    readonly name: string;
    readonly path: string;
    readonly out: string;
    /** Whether nothing is told of how far it is. */
    readonly isQuiet?: boolean;
  },
): Promise<string> {
  const tell = isQuiet ? () => {} : showProgress;
  while (true) {
    const now = Date.now();
    const stamp = new Date(now).toISOString().replace(/\.\d+/, "").replaceAll(":", "");
    const target = `${out}/${name}-${stamp}.db`;
    try {
      await copyDatabase(path, target, (done, total) => {
        tell(`${name}: ${Math.floor(100 * done / Math.max(total, 1))} % of ${total} pages`);
      });
      tell("");
      return target;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      // Another backup has the name of this second.
      await new Promise((resolve) => setTimeout(resolve, SECOND - now % SECOND));
    }
  }
}

async function upload(command: string, path: string): Promise<void> {
  const shell = Deno.build.os === "windows"
    ? new Deno.Command("cmd", { args: ["/c", `${command} "${path}"`] })
    : new Deno.Command("sh", { args: ["-c", command, "monlight-backup", path] });
  const { code, stderr } = await shell.output();
  if (code === 0) return;
  const why = new TextDecoder().decode(stderr).trim();
  throw new CommandError(`the upload command exited with ${code}${why ? `: ${why}` : ""}`);
}

/**
 * Deletes the oldest backups of a service beyond `keep` (their names sort by time), and what backups left
 * unfinished that were killed long ago.
 */
async function prune(out: string, name: string, keep: number): Promise<void> {
  const pattern = new RegExp(`^${name}-\\d{4}-\\d\\d-\\d\\dT\\d{6}Z\\.db(\\.partial(-\\w+)?)?$`);
  const backups: string[] = [];
  for await (const entry of Deno.readDir(out)) {
    if (!entry.isFile || !pattern.test(entry.name)) continue;
    if (entry.name.endsWith(".db")) backups.push(entry.name);
    else await removeAbandoned(`${out}/${entry.name}`);
  }
  backups.sort();
  for (const old of backups.slice(0, -keep)) await removeQuietly(`${out}/${old}`);
}

async function removeAbandoned(path: string): Promise<void> {
  const mtime = (await Deno.stat(path).catch(() => null))?.mtime ?? null;
  if (mtime !== null && Date.now() - mtime.getTime() > DAY) await removeQuietly(path);
}

/** Another backup may have removed it at the same moment. */
async function removeQuietly(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

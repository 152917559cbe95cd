import { DAY, isoTime, MINUTE, SECOND } from "../../core/clock.ts";
import { type Checkup, checkUp, MAKE_SHRINKABLE } from "../../core/sqlite/checkup.ts";
import { exists, type ServiceDatabase } from "../databases.ts";
import { fail, type Finding, ok, warn } from "../finding.ts";
import { formatBytes } from "../output.ts";

/** How long the tables of one database are looked through, unless `--full` is given. */
const CHECK_MS = 20 * SECOND;
/** Free space that is worth telling: so much, and so much of the file. */
const FREE_BYTES = 64_000_000;
const FREE_SHARE = 0.25;
/** Larger than what SQLite folds in by itself, unless something keeps it from doing so. */
const LOG_BYTES = 128_000_000;
/** Clients' and containers' clocks differ from ours by so much at most, while all is well. */
const AHEAD_MS = 6 * MINUTE;

/** A database of a service, where that has it or will have it. */
export interface PlacedDatabase extends ServiceDatabase {
  readonly path: string;
  /** Bytes; 0 for no limit. */
  readonly maxBytes: number;
}

/** What a database file is like, if it is there; it may be in use, and is only read. */
export async function diagnoseDatabase(
  database: PlacedDatabase,
  { full, now }: { readonly full: boolean; readonly now: number },
): Promise<readonly Finding[]> {
  const { name, path, newest, table } = database;
  const check = `${name} database`;
  try {
    if (!await exists(path)) return [ok(check, `${path} is not there yet; the start makes it`)];
    const { size } = await Deno.stat(path);
    // Made by a start that ended before it could write.
    if (size === 0) return [ok(check, `${path} is empty; the next start makes it a database`)];
    const found = checkUp({ path, newest, table, full, atMostMs: CHECK_MS });
    if (found.damage !== null) return [damaged(check, path, found.damage)];
    return [
      content(check, database, found),
      ...space(check, found, database.maxBytes),
      ...await writeAheadLog(check, path),
      ...await times(check, path, found, now),
    ];
  } catch (error) {
    return [unreadable(check, path, error)];
  }
}

function damaged(check: string, path: string, why: string): Finding {
  return fail(
    check,
    `${path} is damaged: ${why}`,
    "Stop the service and restore a backup with `monlight restore`",
  );
}

function unreadable(check: string, path: string, error: unknown): Finding {
  const why = error instanceof Error ? error.message : String(error);
  if (/not a database|malformed/.test(why)) return damaged(check, path, why);
  const advice = /locked|busy/.test(why)
    ? "Another program holds it: close that, and look again"
    : "See that this user may read the file and its folder";
  return fail(check, `${path} cannot be read: ${why}`, advice);
}

/** What is in it, by its schema. */
function content(
  check: string,
  { path, table, migrations }: PlacedDatabase,
  { tables, schemaVersion, pageBytes, pages, tablesUnchecked }: Checkup,
): Finding {
  const known = migrations.length;
  if (tables.size > 0 && (schemaVersion === 0 || !tables.has(table))) {
    return fail(check, `${path} is not a database of this service`, "Choose another path for it");
  }
  if (schemaVersion > known) {
    return fail(
      check,
      `${path} has schema version ${schemaVersion}, but this program knows only ${known}`,
      "Install the newer Monlight it was used by, or restore an older backup",
    );
  }
  const checked = tablesUnchecked === 0
    ? "sound"
    : `sound as far as there was time, ${tables.size - tablesUnchecked} of ${tables.size} tables ` +
      "(`--full` checks all)";
  const version = schemaVersion < known
    ? `schema version ${schemaVersion} of ${known}, brought up at the next start`
    : `schema version ${schemaVersion} of ${known}`;
  return ok(check, `${path} is ${checked}; ${version}; ${formatBytes(pageBytes * pages)}`);
}

/** Free pages within the file, and whether it can shrink. */
function space(
  check: string,
  { pageBytes, pages, freePages, canShrink }: Checkup,
  maxBytes: number,
): readonly Finding[] {
  const free = freePages * pageBytes;
  const isMuch = free > FREE_BYTES && freePages > pages * FREE_SHARE;
  if (!canShrink && (isMuch || maxBytes > 0)) {
    return [warn(
      check,
      `The file cannot shrink: it was made without auto_vacuum; ${
        formatBytes(free)
      } of it are free`,
      `Stop the service, then run \`${MAKE_SHRINKABLE}\` on it with sqlite3`,
    )];
  }
  if (!isMuch) return [];
  // Each service gives free pages back by and by.
  return [ok(check, `${formatBytes(free)} of the file are free, to be filled or given back`)];
}

async function writeAheadLog(check: string, path: string): Promise<readonly Finding[]> {
  const size = (await Deno.stat(`${path}-wal`).catch(() => null))?.size ?? 0;
  if (size <= LOG_BYTES) return [];
  return [warn(
    check,
    `The write-ahead log ${path}-wal has ${formatBytes(size)}`,
    "A long read or a backup may hold it; if it stays so, restart the service",
  )];
}

/** Data of the future, and what they say of the clock. */
async function times(
  check: string,
  path: string,
  { newest }: Checkup,
  now: number,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  if (newest !== null && newest > now + AHEAD_MS) {
    findings.push(warn(
      check,
      `The newest data are of ${isoTime(newest)}, ${ahead(newest - now)} ahead of this clock`,
      "Set the clock by NTP; if it is right, data came in while it was wrong, and will go with time",
    ));
  }
  const mtime = (await Deno.stat(path)).mtime?.getTime() ?? 0;
  if (mtime > now + MINUTE) {
    findings.push(warn(
      check,
      `${path} was written ${ahead(mtime - now)} ahead of this clock`,
      "Set the clocks of this machine and of the file system by NTP",
    ));
  }
  return findings;
}

function ahead(ms: number): string {
  if (ms >= 2 * DAY) return `${Math.round(ms / DAY)} days`;
  return `${Math.round(ms / MINUTE)} minutes`;
}

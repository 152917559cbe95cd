import type { FileIdentity } from "./store.ts";
import { LogFile } from "./log_file.ts";

/** Rotated files are looked for so far beyond the last that was seen: they move on meanwhile. */
const NUMBERS_BEYOND = 2;
/** How often it is tried to see all files between two rotations. */
const LOOKS = 5;
/** Unread files of a container that are open at once. */
const OPEN_FILES = 64;

/** A container's folder, as Docker keeps it. */
export interface ContainerFolder {
  readonly id: string;
  readonly path: string;
}

/** Files of a container that are still to be read, the oldest first. Whoever gets them closes them. */
export interface UnreadFiles {
  readonly files: readonly UnreadFile[];
  /** Whether the file that was being read is gone, and with it perhaps lines. */
  readonly isGap: boolean;
  /** Whether nothing can be missing between what was read and these. */
  readonly isContinued: boolean;
}

export interface UnreadFile {
  readonly file: LogFile;
  /** From which byte on; within a file that was read in part, behind that. */
  readonly position: number;
  /** Whether it is the one that was being read, so that none before it is to be read. */
  readonly isOldest: boolean;
  /** Whether it is the one that is written to; where many are unread it is not among the first of them. */
  readonly isCurrent: boolean;
}

/** The folders of containers. Throws when the folder of all cannot be read. */
export function listContainers(sources: string): readonly ContainerFolder[] {
  const folders: ContainerFolder[] = [];
  for (const { name, isFile } of Deno.readDirSync(sources)) {
    if (!isFile) folders.push({ id: name, path: `${sources}/${name}` });
  }
  return folders;
}

/** The log that Docker writes to now. */
export function currentLogPath({ id, path }: ContainerFolder): string {
  return `${path}/${id}-json.log`;
}

/** The description that Docker keeps of a container. */
export function configPath({ path }: ContainerFolder): string {
  return `${path}/config.v2.json`;
}

/** A container's name by its description; null when that is none. */
export function nameFromConfig(text: string): string | null {
  try {
    const name: unknown = JSON.parse(text)?.Name;
    return typeof name === "string" && name.length > 1 ? name.replace(/^\//, "") : null;
  } catch {
    return null;
  }
}

/** What a container is called whose name is not known. */
export function nameFromId(id: string): string {
  return id.slice(0, 12);
}

/**
 * Finds what was not read yet, by what is known of the file being read and of those before it. Null when there
 * is nothing to hold on to right now, as in the middle of a rotation.
 */
export async function findUnread(
  folder: ContainerFolder,
  reading: { readonly file: FileIdentity; readonly position: number },
  finished: readonly FileIdentity[],
): Promise<UnreadFiles | null> {
  let isBehindRead = false;
  const files = await collect(folder, OPEN_FILES, async (file) => {
    isBehindRead = false;
    if (await isPartlyRead(file, reading)) return { position: reading.position, isOldest: true };
    isBehindRead = await isAny(file, finished);
    return isBehindRead ? null : { position: 0, isOldest: false };
  });
  if (!files) return null;
  const isFound = files[0]?.isOldest === true;
  // One that was empty cannot be known again; that all after the one before it are there tells as much.
  const wasEmpty = reading.file.headLength === 0;
  return {
    files,
    isGap: !wasEmpty && !isFound,
    isContinued: isFound || wasEmpty && isBehindRead,
  };
}

/** Everything that a container has, the oldest first; null when there is no current log right now. */
export function findAll(folder: ContainerFolder): Promise<readonly UnreadFile[] | null> {
  return collect(folder, Infinity, () => Promise.resolve({ position: 0, isOldest: false }));
}

/**
 * Opens files from the newest to the oldest until `choose` has seen the oldest that is wanted, or refuses one.
 * Gives the oldest `limit` of them, the oldest first. Docker moves files on from `x-json.log` to `.1`, `.2`,
 * …, maybe while this looks: it goes the way they move, so none slips by, and one that it meets again is
 * known. After a whole rotation that would not hold any more, so it looks again.
 */
async function collect(
  folder: ContainerFolder,
  limit: number,
  choose: (file: LogFile) => Promise<{ position: number; isOldest: boolean } | null>,
): Promise<readonly UnreadFile[] | null> {
  for (let look = 0; look < LOOKS; look++) {
    const files: UnreadFile[] = [];
    try {
      const current = await collectOnce(folder, files, limit, choose);
      if (!current) return null;
      if (files.length <= 1 || isCurrent(folder, current)) return files.splice(0).reverse();
    } finally {
      for (const { file } of files) file[Symbol.dispose]();
    }
  }
  return null;
}

/** Fills `files`, the newest first; gives the current log, by device and inode. */
async function collectOnce(
  folder: ContainerFolder,
  files: UnreadFile[],
  limit: number,
  choose: (file: LogFile) => Promise<{ position: number; isOldest: boolean } | null>,
): Promise<Pick<LogFile, "device" | "inode"> | null> {
  const last = lastNumber(folder) + NUMBERS_BEYOND;
  let current: Pick<LogFile, "device" | "inode"> | null = null;
  for (let number = 0; number <= last; number++) {
    const file = openNumber(folder, number);
    if (!file && number === 0) return null;
    if (!file) continue;
    current ??= { device: file.device, inode: file.inode };
    let isKept = false;
    let isOldest = false;
    try {
      const isRead = number > 0 && await file.isEmpty();
      if (isRead || await isOpen(file, files.at(-1)?.file)) continue;
      const chosen = await choose(file);
      if (!chosen) break;
      files.push({ file, ...chosen, isCurrent: number === 0 });
      isKept = true;
      isOldest = chosen.isOldest;
    } finally {
      if (!isKept) file[Symbol.dispose]();
    }
    // The newest have time until the others are read.
    if (files.length > limit) files.shift()?.file[Symbol.dispose]();
    if (isOldest) break;
  }
  return current;
}

/** Whether a file is still the one that is written to. */
function isCurrent(folder: ContainerFolder, file: Pick<LogFile, "device" | "inode">): boolean {
  using now = LogFile.open(currentLogPath(folder));
  return now !== null && now.device === file.device && now.inode === file.inode;
}

async function isPartlyRead(
  file: LogFile,
  { file: identity, position }: { readonly file: FileIdentity; readonly position: number },
): Promise<boolean> {
  // A packed file does not tell how long it is without being unpacked; its head is proof enough.
  return (file.isPacked || file.size >= position) && await file.is(identity);
}

async function isAny(file: LogFile, identities: readonly FileIdentity[]): Promise<boolean> {
  for (const identity of identities) if (await file.is(identity)) return true;
  return false;
}

/** Whether a file is the last one that was opened, moved on or packed since. */
async function isOpen(file: LogFile, last: LogFile | undefined): Promise<boolean> {
  if (!last) return false;
  if (last.device === file.device && last.inode === file.inode) return true;
  return file.isPacked && await file.is(await last.identity());
}

/** The highest number of a rotated file. Which of those below are there only trying tells: names move meanwhile. */
function lastNumber(folder: ContainerFolder): number {
  const start = `${folder.id}-json.log.`;
  let last = 0;
  for (const { name } of Deno.readDirSync(folder.path)) {
    const number = name.startsWith(start) && /^(\d{1,6})(\.gz)?$/.exec(name.slice(start.length));
    if (number) last = Math.max(last, Number(number[1]));
  }
  return last;
}

/** The current log, or one that was rotated so often. */
function openNumber(folder: ContainerFolder, number: number): LogFile | null {
  if (number === 0) return LogFile.open(currentLogPath(folder));
  const path = `${currentLogPath(folder)}.${number}`;
  // While Docker packs a file both are there, and the packed one is not whole.
  return LogFile.open(path) ?? LogFile.open(`${path}.gz`);
}

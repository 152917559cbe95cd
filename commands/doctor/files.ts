import { fail, type Finding, ok, warn } from "../finding.ts";
import { formatBytes } from "../output.ts";
import { mayWrite, spaceLeft } from "./host.ts";

/** Bits of a mode that let others than the owner read or write, and those for writing alone. */
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const GROUP_WRITE = 0o020;
/** The group of root, who may do everything anyway; by it root without capabilities writes in the image. */
const ROOT_GROUP = 0;
/** Free space below which writing will soon fail, and below which it is time to look. */
const LEAST_BYTES = 100_000_000;
const LITTLE_BYTES = 1_000_000_000;

/** A file that a service writes. */
export interface WrittenFile {
  readonly path: string;
  /** Bytes it may have; 0 for no limit. */
  readonly maxBytes: number;
}

/** The folders of these files and the files themselves: whether they can be written, and by whom read. */
export async function diagnoseFiles(files: readonly WrittenFile[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [folder, inIt] of Map.groupBy(files, ({ path }) => folderOf(path))) {
    const info = await statOrRefused(folder);
    if (info === "refused") {
      findings.push(unreachable(folder));
      continue;
    }
    if (info === null) {
      findings.push(await absent(folder));
      continue;
    }
    const problems = [
      ...await diagnoseOne(folder, info, null),
      ...await diagnoseAll(folder, inIt, isRootGroups(info) ? null : info.uid),
    ];
    const owned = info.uid === null ? "" : `, owned by user ${info.uid}`;
    findings.push(
      ...problems.length > 0
        ? problems
        : [ok("permissions", `${folder} and what is in it can be written${owned}`)],
      await diagnoseSpace(folder, inIt),
    );
  }
  return findings;
}

/** What is at a path: null where nothing is, "refused" where this user may not look. */
async function statOrRefused(path: string): Promise<Deno.FileInfo | "refused" | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied ? "refused" : null;
  }
}

function unreachable(folder: string): Finding {
  return fail(
    "permissions",
    `${folder} cannot be reached by this user`,
    "Look again as the user that Monlight runs as; if you did, give it the folders above: chown",
  );
}

/** A folder that the start will make. */
async function absent(folder: string): Promise<Finding> {
  let above = folder;
  while (above !== folderOf(above) && await Deno.stat(above).catch(() => null) === null) {
    above = folderOf(above);
  }
  return await mayWrite(above)
    ? ok("permissions", `${folder} is not there yet; the start makes it`)
    : fail("permissions", `${folder} is not there and cannot be made`, `Make ${above} writable`);
}

async function diagnoseAll(folder: string, files: readonly WrittenFile[], owner: number | null) {
  const findings: Finding[] = [];
  const written = files.flatMap(({ path }) => ["", "-wal", "-shm"].map((suffix) => path + suffix));
  for (const path of [`${folder}/api-key`, ...written]) {
    const info = await Deno.stat(path).catch(() => null);
    if (info !== null) findings.push(...await diagnoseOne(path, info, owner));
  }
  return findings;
}

/** Whether root's group may write into a folder, as in the image, where users share it. */
function isRootGroups({ gid, mode }: Deno.FileInfo): boolean {
  return gid === ROOT_GROUP && mode !== null && (mode & GROUP_WRITE) !== 0;
}

/** `owner` is the user that its folder belongs to; null where it does not matter whose the file is. */
async function diagnoseOne(
  path: string,
  info: Deno.FileInfo,
  owner: number | null,
): Promise<readonly Finding[]> {
  const check = "permissions";
  const { uid, mode, isDirectory } = info;
  if (!await mayWrite(path)) {
    const advice =
      `Give it to the user that Monlight runs as: chown, or a volume that is not read-only`;
    return [fail(check, `${path} cannot be written by this user`, advice)];
  }
  if (owner !== null && uid !== null && uid !== owner) {
    const message = `${path} belongs to user ${uid}, its folder to user ${owner}`;
    return [warn(check, message, `If the service runs as ${owner}: chown ${owner} ${path}`)];
  }
  // What is in a folder is closed by itself.
  const refused = !isDirectory
    ? OTHERS
    : isRootGroups(info)
    ? OTHERS_WRITE & ~GROUP_WRITE
    : OTHERS_WRITE;
  if (mode !== null && (mode & refused) !== 0) {
    const message = `${path} is open to other users, by mode ${(mode & 0o777).toString(8)}`;
    return [warn(check, message, `chmod ${isDirectory ? "go-w" : "go="} ${path}`)];
  }
  return [];
}

/** What is free on the disk of a folder, against what its databases may still grow to. */
async function diagnoseSpace(folder: string, files: readonly WrittenFile[]): Promise<Finding> {
  const free = await spaceLeft(folder);
  const has = `${formatBytes(free)} are free for ${folder}`;
  if (free < LEAST_BYTES) {
    return fail("disk", has, "Make room, or reports will be refused; nothing stored is lost");
  }
  const growth = await Promise.all(files.filter(({ maxBytes }) => maxBytes > 0).map(toGrow));
  const bounded = growth.reduce((sum, bytes) => sum + bytes, 0);
  if (bounded > free) {
    return warn(
      "disk",
      `${has}, but the databases may still grow by ${formatBytes(bounded)}`,
      "Make room, or set a smaller MAX_DATABASE_SIZE",
    );
  }
  const limits = growth.length === files.length
    ? `, and its databases may grow by ${formatBytes(bounded)}`
    : "";
  if (free < LITTLE_BYTES && limits === "") {
    return warn("disk", has, "Make room, or set MAX_DATABASE_SIZE for each service");
  }
  return ok("disk", has + limits);
}

async function toGrow({ path, maxBytes }: WrittenFile): Promise<number> {
  const size = (await Deno.stat(path).catch(() => null))?.size ?? 0;
  return Math.max(0, maxBytes - size);
}

function folderOf(path: string): string {
  const cut = path.replace(/[/\\]+[^/\\]*[/\\]*$/, "");
  if (cut !== path) return cut === "" ? "/" : cut;
  return /^[/\\]/.test(path) ? "/" : ".";
}

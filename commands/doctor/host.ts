/** What the system gives this process. */

/** Whether this user may write a file, or into a folder; nothing is written. */
export async function mayWrite(path: string): Promise<boolean> {
  try {
    if ((await Deno.stat(path)).isDirectory) await mayWriteInto(path);
    else (await Deno.open(path, { write: true })).close();
    return true;
  } catch {
    return false;
  }
}

/** Throws unless the system lets this user write into a folder, be it as its owner, by a group, or as root. */
async function mayWriteInto(folder: string): Promise<void> {
  try {
    // The runtime's own access() looks at the owner alone and knows no groups.
    const { success } = await new Deno.Command("test", { args: ["-w", folder] }).output();
    if (!success) throw new Deno.errors.PermissionDenied(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    // Not every system has that command. Loaded here: a server does without Node's file layer.
    const { access, constants } = await import("node:fs/promises");
    await access(folder, constants.W_OK);
  }
}

/** Bytes that this user can still write to the disk of a folder. */
export async function spaceLeft(folder: string): Promise<number> {
  const { statfs } = await import("node:fs/promises");
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** How many files this process may have open; null where the system does not tell. */
export async function openFileLimit(): Promise<number | null> {
  const limits = await read("/proc/self/limits");
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits ?? "")?.[1];
  if (soft === undefined) return null;
  return soft === "unlimited" ? Infinity : Number(soft);
}

async function read(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    return null;
  }
}

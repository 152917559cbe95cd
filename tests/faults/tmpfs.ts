/** Small disks, which only root can mount. */

/** For the names of tests that need a disk, and for leaving them out where there is none. */
export const NEEDS_ROOT = "(needs root, for a disk of its own)";
export const isRoot = Deno.build.os === "linux" && Deno.uid() === 0;

export interface Disk extends AsyncDisposable {
  readonly path: string;
  /** Changes how it is mounted: `ro`, `rw`, `size=8m`. */
  remount(option: string): Promise<void>;
  /** Writes a file as large as the disk takes. */
  fill(): Promise<void>;
  /** Deletes what `fill()` wrote. */
  makeRoom(): Promise<void>;
}

/** Mounts a disk in memory of this size (`8m`). Throws where this process may not. */
export async function smallDisk(size: string): Promise<Disk> {
  const path = await Deno.makeTempDir({ prefix: "monlight-disk-" });
  if (!await run("mount", "-t", "tmpfs", "-o", `size=${size},mode=0755`, "tmpfs", path)) {
    await Deno.remove(path);
    throw new Error("No tmpfs can be mounted, though this process is root");
  }
  const ballast = `${path}/ballast`;
  return {
    path,
    async remount(option) {
      if (!await run("mount", "-o", `remount,${option}`, path)) {
        throw new Error(`Remounting ${path} as ${option} failed`);
      }
    },
    fill: () => writeUntilFull(ballast),
    makeRoom: () => Deno.remove(ballast),
    async [Symbol.asyncDispose]() {
      await run("umount", path);
      await Deno.remove(path);
    },
  };
}

async function writeUntilFull(path: string): Promise<void> {
  using file = await Deno.open(path, { create: true, append: true });
  const zeros = new Uint8Array(4096);
  try {
    while (true) await file.write(zeros);
  } catch (error) {
    if (!(error instanceof Error && error.message.includes("No space left"))) throw error;
  }
}

async function run(command: string, ...args: readonly string[]): Promise<boolean> {
  const { success } = await new Deno.Command(command, {
    args: [...args],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

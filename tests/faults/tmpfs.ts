/** Small disks, which only root can mount. */

export interface Disk extends AsyncDisposable {
  readonly path: string;
  /** Changes how it is mounted: `ro`, `rw`, `size=8m`. */
  remount(option: string): Promise<void>;
}

/** Mounts a disk in memory of this size (`8m`); null when this process is not root. */
export async function mountTmpfs(size: string): Promise<Disk | null> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return null;
  const path = await Deno.makeTempDir({ prefix: "monlight-disk-" });
  if (!await run("mount", "-t", "tmpfs", "-o", `size=${size},mode=0755`, "tmpfs", path)) {
    await Deno.remove(path);
    return null;
  }
  return {
    path,
    async remount(option) {
      if (!await run("mount", "-o", `remount,${option}`, path)) {
        throw new Error(`Remounting ${path} as ${option} failed`);
      }
    },
    async [Symbol.asyncDispose]() {
      await run("umount", path);
      await Deno.remove(path);
    },
  };
}

async function run(command: string, ...args: readonly string[]): Promise<boolean> {
  const { success } = await new Deno.Command(command, {
    args: [...args],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

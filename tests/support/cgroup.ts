/** Control groups that bound the memory of processes, which only root can make, and not everywhere. */

const V1 = "/sys/fs/cgroup/memory";
const V2 = "/sys/fs/cgroup";

export interface MemoryGroup extends AsyncDisposable {
  /** Words to put before a command, so that it and its children are in the group. */
  readonly enter: readonly string[];
  /** Bytes that the group has in use now, the cache of its files included. */
  used(): Promise<number>;
  /** The most it ever had in use; NaN where the kernel does not tell. */
  peak(): Promise<number>;
  /** Bytes of it that are not the cache of files, which the kernel takes back when it needs to. */
  anonymous(): Promise<number>;
  /** How often the group wanted more than it may have and a process was killed. */
  kills(): Promise<number>;
}

/** Makes a group of processes that may have so many bytes of memory together; null where that cannot be. */
export async function memoryGroup(bytes: number): Promise<MemoryGroup | null> {
  const name = `monlight-${crypto.randomUUID().slice(0, 8)}`;
  for (const version of [1, 2] as const) {
    const path = `${version === 1 ? V1 : V2}/${name}`;
    try {
      if (version === 2) await Deno.stat(`${V2}/cgroup.controllers`);
      await Deno.mkdir(path);
      const limit = version === 1 ? "memory.limit_in_bytes" : "memory.max";
      await Deno.writeTextFile(`${path}/${limit}`, `${bytes}`);
      return group(path, version);
    } catch {
      await Deno.remove(path).catch(() => {});
    }
  }
  return null;
}

function group(path: string, version: 1 | 2): MemoryGroup {
  const read = async (file: string) => await Deno.readTextFile(`${path}/${file}`);
  const field = (text: string, name: string) =>
    Number(new RegExp(`^${name} (\\d+)`, "m").exec(text)?.[1] ?? NaN);
  return {
    enter: ["sh", "-c", `echo $$ > ${path}/cgroup.procs && exec "$@"`, "sh"],
    used: async () =>
      Number(await read(version === 1 ? "memory.usage_in_bytes" : "memory.current")),
    peak: async () =>
      Number(
        await read(version === 1 ? "memory.max_usage_in_bytes" : "memory.peak").catch(() => NaN),
      ),
    anonymous: async () => field(await read("memory.stat"), version === 1 ? "rss" : "anon"),
    kills: async () =>
      field(await read(version === 1 ? "memory.oom_control" : "memory.events"), "oom_kill"),
    async [Symbol.asyncDispose]() {
      // It is empty only once its processes are gone for good.
      for (let attempt = 0; attempt < 50; attempt++) {
        if (await Deno.remove(path).then(() => true, () => false)) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

const MIB = 1024 ** 2;

/** What the kernel says where there is no limit, or more; v1 gives a number near 2^63 for it. */
const NO_LIMIT = 2 ** 60;

/** Below it what is kept and handled at once is small: the 64 MiB of the compose files. */
const TIGHT_BYTES = 96 * MIB;

/**
 * Bytes of memory that the control groups of this process leave it, as the engine of containers or systemd set
 * them; Infinity without a limit, or where the system does not tell. `root` is for tests.
 *
 * Within a container the path of the group may be that of the host, which is not there; then its own group is
 * what is mounted on top (https://docs.kernel.org/admin-guide/cgroup-v2.html#namespace).
 */
export function memoryLimit(root = ""): number {
  const groups = read(`${root}/proc/self/cgroup`).split("\n").map((line) => line.split(":"));
  const limits = groups.flatMap(([id, controllers = "", path = "/"]) => {
    const [mount, file] = id === "0"
      ? ["/sys/fs/cgroup", "memory.max"]
      : ["/sys/fs/cgroup/memory", "memory.limit_in_bytes"];
    if (id !== "0" && !controllers.split(",").includes("memory")) return [];
    return withParents(path).map((folder) =>
      Number.parseInt(read(`${root}${mount}${folder}/${file}`))
    );
  });
  const least = Math.min(...limits.filter((bytes) => bytes > 0));
  return least < NO_LIMIT ? least : Infinity;
}

/** Whether there is so little memory that some speed is worth less than it. */
export function isMemoryTight(): boolean {
  return memoryLimit() < TIGHT_BYTES;
}

/** `/a/b` is in `/a`, which is in the one at the top. */
function withParents(path: string): readonly string[] {
  const names = path.split("/").filter((name) => name !== "" && name !== "..");
  return ["", ...names.map((_, at) => `/${names.slice(0, at + 1).join("/")}`)];
}

/** Empty for a file that is not there, or that may not be read. */
function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** How much memory a process has resident, in MB (10^6 bytes), as the kernel tells. */

export function residentMemory(pid: number): Promise<number> {
  return statusOf(pid, "VmRSS");
}

/** The most it has had so far. */
export function peakMemory(pid: number): Promise<number> {
  return statusOf(pid, "VmHWM");
}

/** What it has reserved, whether there is anything in it or not. */
export function reservedMemory(pid: number): Promise<number> {
  return statusOf(pid, "VmSize");
}

async function statusOf(pid: number, name: string): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`Process ${pid} tells no ${name}`);
  return Math.round(Number(kibibytes) * 1024 / 1e6);
}

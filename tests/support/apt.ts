/** Finds programs that tests need beside Deno, and installs them where that is possible. */

/**
 * The path of the first of these commands that is there. Where none is, its Debian package is installed, if
 * we are root and apt is there. Throws a sentence otherwise: a test does not skip.
 */
export function ensureCommand(
  commands: readonly string[],
  debianPackage: string,
): Promise<string> {
  return ensure(() => findCommand(commands), `${commands[0]}`, debianPackage);
}

/**
 * What `find` finds. Where that is nothing, the Debian package is installed, if we are root and apt is there,
 * and it is asked again. Throws a sentence with `name` otherwise: a test does not skip.
 */
export async function ensure<Found>(
  find: () => Promise<Found | null>,
  name: string,
  debianPackage: string,
): Promise<Found> {
  const found = await find();
  if (found !== null) return found;
  if (Deno.build.os === "linux" && Deno.uid() === 0) {
    // Test files run in parallel: the first one installs, the others wait and find it.
    using lock = await Deno.open("/tmp/monlight-tests-apt.lock", { create: true, write: true });
    await lock.lock(true);
    const meanwhile = await find();
    if (meanwhile !== null) return meanwhile;
    await apt("update", "-q");
    await apt("install", "-qy", "--no-install-recommends", debianPackage);
    const installed = await find();
    if (installed !== null) return installed;
  }
  throw new Error(`The tests need ${name}; on Debian: apt install ${debianPackage}`);
}

async function findCommand(commands: readonly string[]): Promise<string | null> {
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  for (const command of commands) {
    const places = command.includes("/")
      ? [command]
      : folders.map((folder) => `${folder}/${command}`);
    for (const place of places) {
      if (await isFile(place)) return place;
    }
  }
  return null;
}

async function apt(...args: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const { success, stderr } = await new Deno.Command("apt-get", { args: [...args], env }).output();
  if (!success) throw new Error(`apt-get failed: ${new TextDecoder().decode(stderr)}`);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

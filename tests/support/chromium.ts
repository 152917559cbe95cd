import { type Browser, chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * Starts a headless Chromium with a fresh profile. Where none is installed it is installed with apt, if
 * that is possible. Throws when there is none in the end: a test of the interface does not skip.
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = await findChromium() ?? await installChromium();
  return await chromium.launch({ executablePath, headless: true, args: FLAGS });
}

async function findChromium(): Promise<string | null> {
  const named = Deno.env.get("CHROMIUM");
  if (named) return named;
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  const places = COMMANDS.flatMap((command) => folders.map((folder) => `${folder}/${command}`));
  if (Deno.build.os === "darwin") {
    places.push("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
  }
  for (const place of places) {
    if (await isFile(place)) return place;
  }
  return null;
}

async function installChromium(): Promise<string> {
  if (Deno.build.os === "linux" && Deno.uid() === 0) {
    await run("apt-get", "update", "-q");
    await run("apt-get", "install", "-qy", "--no-install-recommends", "chromium");
    const installed = await findChromium();
    if (installed) return installed;
  }
  throw new Error(
    "Install Chromium (Debian: apt install chromium), or name one in CHROMIUM, to test the web UI",
  );
}

async function run(command: string, ...args: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const { success, stderr } = await new Deno.Command(command, { args: [...args], env }).output();
  if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr)}`);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

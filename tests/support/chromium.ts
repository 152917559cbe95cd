import { type Browser, chromium } from "playwright-core";
import { ensureCommand } from "./apt.ts";

export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const CHROMIUM_COMMANDS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Starts a headless Chromium with a fresh profile: the one that CHROMIUM names, or any that is found. */
export async function launchChromium(): Promise<Browser> {
  const named = Deno.env.get("CHROMIUM");
  const executablePath = named ?? await ensureCommand(CHROMIUM_COMMANDS, "chromium");
  return await chromium.launch({ executablePath, headless: true, args: CHROMIUM_FLAGS });
}

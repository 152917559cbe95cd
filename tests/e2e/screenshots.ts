/**
 * Takes a picture of each page at 1280 and 390 px, light and dark:
 * `deno run -A tests/e2e/screenshots.ts FOLDER [part of a name]`.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { type Program, startProgram } from "../support/program.ts";
import { writeHistory } from "./sample_history.ts";

const WIDTHS = [1280, 390] as const;
const THEMES = ["light", "dark"] as const;

interface Shot {
  readonly name: string;
  readonly path: string;
  /** Which of the two programs: the one with a history, or the empty one. */
  readonly on?: "empty";
  readonly signedOut?: true;
  readonly prepare?: (page: Page) => Promise<unknown>;
}

const SHOTS: readonly Shot[] = [
  { name: "sign-in", path: "/", signedOut: true },
  {
    name: "sign-in-refused",
    path: "/login",
    signedOut: true,
    prepare: (page) => signIn(page, "x"),
  },
  { name: "welcome", path: "/errors", on: "empty" },
  { name: "list", path: "/errors" },
  { name: "list-all", path: "/errors?resolved=all&limit=8" },
  { name: "list-hostile", path: "/errors?search=e&resolved=all&limit=60" },
  { name: "list-filtered", path: "/errors?project=shop&search=value" },
  { name: "list-nothing", path: "/errors?project=shop&search=zzz" },
  { name: "list-selected", path: "/errors", prepare: select },
  { name: "list-resolved-notice", path: "/errors?resolved=all&done=resolved&ids=1,2,3" },
  {
    name: "detail",
    path: "/errors?project=shop&search=ValueError&resolved=all",
    prepare: openFirst,
  },
  { name: "detail-raw", path: "/errors?search=ValueError&resolved=all", prepare: openRaw },
  { name: "detail-browser", path: "/errors?search=undefined&resolved=all", prepare: openFirst },
  { name: "detail-hostile", path: "/errors?search=script&resolved=all", prepare: openFirst },
  { name: "detail-long", path: "/errors?search=EndlessMessage&resolved=all", prepare: openFirst },
  { name: "detail-bare", path: "/errors?search=EmptyMessage&resolved=all", prepare: openFirst },
  { name: "settings", path: "/settings" },
  { name: "keys", path: "/errors", prepare: (page) => page.keyboard.press("?") },
  { name: "not-found", path: "/nothing/here" },
];

async function takeAll(folder: string, shots: readonly Shot[]): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const dataDir = await Deno.makeTempDir();
  await writeHistory({ path: `${dataDir}/errors.db`, now: Date.now(), hostile: true });
  const full = await startProgram({ dataDir, env: ALERTS });
  const empty = await startProgram();
  const browser = await launchChromium();
  try {
    const sites = { full: await signedIn(browser, full), empty: await signedIn(browser, empty) };
    for (const shot of shots) await takeEach(browser, shot, sites[shot.on ?? "full"], folder);
  } finally {
    await browser.close();
    await full.stop();
    await empty.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
}

const ALERTS = {
  ALERT_EMAILS: "ops@example.org,mara@example.org",
  SMTP_HOST: "mail.example.org",
  SMTP_FROM: "monlight@example.org",
};

async function takeEach(
  browser: Browser,
  shot: Shot,
  { url: baseURL, state }: Site,
  folder: string,
): Promise<void> {
  for (const width of WIDTHS) {
    for (const colorScheme of THEMES) {
      const context = await browser.newContext({
        viewport: { width, height: width < 768 ? 844 : 800 },
        colorScheme,
        hasTouch: width < 768,
        isMobile: width < 768,
        baseURL,
        ...(shot.signedOut ? {} : { storageState: state }),
      });
      const page = await context.newPage();
      await page.goto(shot.path);
      await shot.prepare?.(page);
      const path = `${folder}/${shot.name}-${width}-${colorScheme}.png`;
      await page.screenshot({ path, fullPage: !shot.name.startsWith("list-hostile") });
      await context.close();
    }
  }
}

interface Site {
  readonly url: string;
  /** The cookie of a session; signing in for each picture would be over the rate. */
  readonly state: Awaited<ReturnType<BrowserContext["storageState"]>>;
}

async function signedIn(browser: Browser, { url, apiKey }: Program): Promise<Site> {
  const context = await browser.newContext({ baseURL: url });
  const page = await context.newPage();
  await page.goto("/login");
  await signIn(page, apiKey);
  const state = await context.storageState();
  await context.close();
  return { url, state };
}

async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForLoadState();
}

async function select(page: Page): Promise<void> {
  for (const key of ["j", "j", "x", "j", "x"]) await page.keyboard.press(key);
}

async function openFirst(page: Page): Promise<void> {
  await page.locator(".row-link").first().click();
  await page.waitForURL(/\/errors\/\d+$/);
}

async function openRaw(page: Page): Promise<void> {
  await openFirst(page);
  await page.getByRole("link", { name: "Raw" }).click();
  await page.waitForURL(/view=raw/);
}

if (import.meta.main) {
  const [folder, part = ""] = Deno.args;
  if (folder === undefined) {
    throw new Error("Name a folder: deno run -A tests/e2e/screenshots.ts FOLDER");
  }
  await takeAll(folder, SHOTS.filter(({ name }) => name.includes(part)));
}

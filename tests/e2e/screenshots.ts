/**
 * Takes a picture of each page at 1280 and 390 px, light and dark:
 * `deno run -A tests/e2e/screenshots.ts FOLDER [part of a name]`.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { traffic } from "../demo/traffic.ts";
import { launchChromium } from "../support/chromium.ts";
import { ContainerLogs } from "../support/container_logs.ts";
import { type Program, startProgram } from "../support/program.ts";
import { LONG_KEPT, sendSamples } from "./metric_visitor.ts";
import { writeHistory } from "./sample_history.ts";
import { uploadMap } from "./sample_maps.ts";
import { metricHistory } from "./sample_metric_history.ts";

const WIDTHS = [1280, 390] as const;
const LOGS_MS = 3 * 60 * 60 * 1000;
const THEMES = ["light", "dark"] as const;

interface Shot {
  readonly name: string;
  readonly path: string;
  /** Which program: the one with a history, one without errors, or one without logs and metrics. */
  readonly on?: "empty" | "unread";
  readonly signedOut?: true;
  readonly withoutScript?: true;
  readonly prepare?: (page: Page) => Promise<unknown>;
}

const EXPLORE = "/metrics/explore";

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
  { name: "overview", path: "/" },
  { name: "overview-unread", path: "/", on: "unread" },
  { name: "logs", path: "/logs", prepare: untilLive },
  { name: "logs-all", path: "/logs?range=all&live=off", prepare: untilScripted },
  { name: "logs-errors", path: "/logs?range=all&level=WARNING,ERROR", prepare: untilScripted },
  { name: "logs-search", path: "/logs?range=all&search=timed+out", prepare: openLine },
  { name: "logs-fields", path: "/logs?range=all&container=worker", prepare: openLine },
  { name: "logs-context", path: "/logs?context=2000", prepare: untilScripted },
  { name: "logs-wrapped", path: "/logs?range=all&wrap=on&level=ERROR", prepare: untilScripted },
  { name: "logs-newest", path: "/logs?top=newest&time=utc", prepare: untilScripted },
  { name: "logs-picker", path: "/logs", prepare: openPicker },
  { name: "logs-held", path: "/logs", prepare: scrollUp },
  { name: "logs-nothing", path: "/logs?search=nothing-like-this" },
  { name: "logs-welcome", path: "/logs", on: "unread" },
  { name: "dashboard", path: "/dashboard?period=1h", prepare: pointAtChart },
  { name: "dashboard-24h", path: "/dashboard?project=shop", prepare: untilDrawn },
  { name: "dashboard-7d", path: "/dashboard?period=7d", prepare: untilDrawn },
  { name: "dashboard-server", path: "/dashboard?period=1h", withoutScript: true },
  { name: "dashboard-table", path: "/dashboard?period=1h", prepare: openTables },
  { name: "dashboard-zoomed", path: "/dashboard?period=1h", prepare: zoom },
  { name: "dashboard-nothing", path: "/dashboard?since=2020-01-01&until=2020-01-02" },
  { name: "dashboard-unmeasured", path: "/dashboard?project=worker" },
  { name: "dashboard-empty", path: "/dashboard", on: "unread" },
  { name: "explore", path: `${EXPLORE}?name=http_request_duration_seconds&period=1h` },
  {
    name: "explore-grouped",
    path: `${EXPLORE}?name=http_requests_total&period=1h&group_by=endpoint`,
    prepare: pointAtChart,
  },
  { name: "explore-bytes", path: `${EXPLORE}?name=process_resident_memory_bytes&group_by=pool` },
  { name: "explore-counter", path: `${EXPLORE}?name=jobs_total&period=7d&labels=pool:api` },
  { name: "explore-list", path: EXPLORE },
  { name: "explore-unknown", path: `${EXPLORE}?name=no_such_metric` },
  { name: "explore-none", path: `${EXPLORE}?name=jobs_total&labels=pool:nobody&q=total` },
  { name: "explore-empty", path: EXPLORE, on: "unread" },
  { name: "settings", path: "/settings" },
  { name: "settings-open", path: "/settings", prepare: openSettings },
  { name: "keys", path: "/errors", prepare: (page) => page.keyboard.press("?") },
  { name: "not-found", path: "/nothing/here" },
];

async function takeAll(folder: string, shots: readonly Shot[]): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const dataDir = await Deno.makeTempDir();
  await writeHistory({ path: `${dataDir}/errors.db`, now: Date.now(), hostile: true });
  using logs = new ContainerLogs();
  writeTraffic(logs);
  const full = await startProgram({
    dataDir,
    logSources: logs.path,
    env: { ...ALERTS, ...LONG_KEPT, TAIL_BUFFER: "0" },
  });
  await sendSamples(full, [...metricHistory(Date.now())]);
  await fillRelay(full);
  const empty = await startProgram({ args: ["--only", "errors"] });
  const unread = await startProgram({ logSources: "/var/lib/docker/containers-not-mounted" });
  const browser = await launchChromium();
  try {
    const sites = {
      full: await signedIn(browser, full),
      empty: await signedIn(browser, empty),
      unread: await signedIn(browser, unread),
    };
    for (const shot of shots) await takeEach(browser, shot, sites[shot.on ?? "full"], folder);
  } finally {
    await browser.close();
    for (const program of [full, empty, unread]) await program.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** Writes what the containers of the demonstration print within some hours. */
function writeTraffic(logs: ContainerLogs): void {
  const now = Date.now();
  for (const { at, container, stream, text } of traffic({ seed: 7, from: now - LOGS_MS })) {
    if (at > now) return;
    for (const line of text.split("\n")) logs.container(container).write(stream, line, at);
  }
}

/** Makes keys, one of them deactivated, and uploads source maps. */
async function fillRelay(program: Program): Promise<void> {
  for (const project of ["shop-old", "shop-web", "blog"]) {
    await program.fetch("/api/dsn-keys", { method: "POST", body: JSON.stringify({ project }) });
  }
  await program.fetch("/api/dsn-keys/1", { method: "DELETE" });
  for (const release of ["2026.11.19", "2026.11.20"]) {
    for (const file_url of ["/assets/app-4f2a.js", "/assets/checkout-91bc.js"]) {
      await uploadMap(program, { project: "shop-web", release, file_url });
    }
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
        javaScriptEnabled: !shot.withoutScript,
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

async function openSettings(page: Page): Promise<void> {
  for (const fold of [".key-snippet", ".release", ".map-table .confirm"]) {
    await page.locator(`${fold} > summary`).first().click();
  }
}

async function untilScripted(page: Page): Promise<void> {
  await page.locator(".log-list.scripted").waitFor();
}

async function untilLive(page: Page): Promise<void> {
  await page.locator('[data-live-switch][data-state="live"]').waitFor();
}

async function openLine(page: Page): Promise<void> {
  await untilScripted(page);
  for (const key of ["k", "k", "Enter"]) await page.keyboard.press(key);
  await page.locator(".log-detail").waitFor();
}

async function openPicker(page: Page): Promise<void> {
  await untilLive(page);
  const fold = page.locator(".logs-fold");
  if (await fold.isVisible()) await fold.click();
  await page.locator(".picker summary").click();
}

async function scrollUp(page: Page): Promise<void> {
  await untilLive(page);
  await page.locator(".log-scroll").evaluate((scroller) => {
    scroller.scrollTop = 3000;
  });
  await page.locator("[data-pill]").waitFor();
}

async function untilDrawn(page: Page): Promise<void> {
  await page.locator("[data-metric-chart] .u-over").last().waitFor();
}

async function pointAtChart(page: Page): Promise<void> {
  await untilDrawn(page);
  const { x, y, width } = await page.locator(".u-over").first().boundingBox() ??
    { x: 0, y: 0, width: 0 };
  await page.mouse.move(x + width * 0.6, y + 40);
}

async function openTables(page: Page): Promise<void> {
  await untilDrawn(page);
  for (const summary of await page.locator(".chart-table summary").all()) await summary.click();
}

async function zoom(page: Page): Promise<void> {
  await untilDrawn(page);
  await page.getByRole("slider").first().focus();
  for (const key of ["End", "ArrowLeft", "Enter"]) await page.keyboard.press(key);
  await page.locator("[data-zoom-out]").waitFor();
}

if (import.meta.main) {
  const [folder, part = ""] = Deno.args;
  if (folder === undefined) {
    throw new Error("Name a folder: deno run -A tests/e2e/screenshots.ts FOLDER");
  }
  await takeAll(folder, SHOTS.filter(({ name }) => name.includes(part)));
}

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { ensureCommand } from "../support/apt.ts";
import { CHROMIUM_COMMANDS, CHROMIUM_FLAGS } from "../support/chromium.ts";
import { Site } from "./sdk_visitor.ts";
import { e2e } from "./visitor.ts";

const BODY = `<h1>Shop</h1>
  <button onclick="const end = performance.now() + 60; while (performance.now() < end);
    document.querySelector('h1').style.marginTop = '100px'">Work</button>`;
const ALL = [
  ...["page_load_time", "web_vitals_cls", "web_vitals_fcp", "web_vitals_inp", "web_vitals_lcp"],
  "web_vitals_ttfb",
];
const hide = (state: string) => `
  Object.defineProperty(document, "visibilityState", { configurable: true, value: "${state}" });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));`;

function vitals(site: Site) {
  return site.receiver.batches.flatMap(({ metrics, url }) =>
    metrics.filter(({ name }) => ALL.includes(name)).map((metric) => ({ ...metric, url }))
  );
}

/** Waits until the page is on the screen, and who observes that has been told. */
async function isPainted({ page }: Site): Promise<void> {
  await page.waitForFunction("performance.getEntriesByName('first-contentful-paint').length > 0");
  await page.evaluate(`new Promise((resolve) =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))`);
}

async function allVitals(site: Site, count: number) {
  return await site.receiver.first(() => {
    const found = vitals(site);
    return found.length >= count ? found : undefined;
  });
}

e2e("a page view reports each vital once, for the page that was loaded", async () => {
  await using site = await Site.open({ body: BODY });
  const { page } = site;
  await isPainted(site);
  await page.getByRole("button").click();
  await page.waitForFunction(
    "performance.getEntriesByType('event').length + performance.eventCounts.get('click') > 0",
  );
  await page.evaluate(
    `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))`,
  );
  await site.run(`history.pushState({}, "", "/other")`);
  await site.run(hide("hidden"));
  const byName = new Map((await allVitals(site, 6)).map((metric) => [metric.name, metric]));
  assert.deepEqual([...byName.keys()].sort(), ALL);
  for (const { name, type, value, labels, url } of byName.values()) {
    assert.equal(url, `${site.server.url}/`);
    assert.equal(type, "histogram");
    assert.deepEqual(labels, {});
    const [least, most] = name === "web_vitals_cls" ? [0, 1] : [0, 60_000];
    assert.ok(value >= least && value < most, `${name} ${value}`);
  }
  assert.ok((byName.get("web_vitals_inp")?.value ?? 0) >= 40);

  // Shown again, more happens, and it is hidden again: the view has been reported.
  await site.run(hide("visible"));
  await page.getByRole("button").click();
  await site.run(hide("hidden"));
  await site.mark("end");
  assert.equal(vitals(site).length, 6);
});

e2e("a page that comes back from the back/forward cache is a view of its own", async () => {
  const executablePath = Deno.env.get("CHROMIUM") ??
    await ensureCommand(CHROMIUM_COMMANDS, "chromium");
  // Playwright turns the cache off, which people have on.
  const browser = await chromium.launch({
    executablePath,
    args: [...CHROMIUM_FLAGS, "--enable-features=BackForwardCache"],
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  try {
    await using site = await Site.open({ body: BODY, browser });
    site.server.serve("/next", site.html("", null));
    await site.run(
      `window.kept = true; addEventListener("pageshow", ({ persisted }) => { window.restored = persisted })`,
    );
    await isPainted(site);
    await site.page.goto(`${site.server.url}/next`);
    // All but INP: nothing was pressed.
    const before = (await allVitals(site, 5)).length;
    await site.page.goBack({ waitUntil: "commit" });
    await site.page.waitForFunction("window.restored === true");
    await site.run(hide("hidden"));
    await allVitals(site, before + 3);
    await site.mark("restored");
    const again = vitals(site).slice(before).map(({ name }) => name);
    assert.equal(again.includes("page_load_time"), false);
    assert.equal(new Set(again).size, again.length);
  } finally {
    await browser.close();
  }
});

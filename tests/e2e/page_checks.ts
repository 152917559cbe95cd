/** What must hold of every page. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import type { Visitor } from "./visitor.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds serious or critical, in short. The page must let foreign script in (`bypassCSP`). */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(await readFile(AXE, "utf8"));
  // Runs in the page, where axe has put itself on the window.
  const found: { id: string; impact: string; nodes: { html: string }[] }[] = await page.evaluate(
    "axe.run({ resultTypes: ['violations'] }).then((results) => results.violations)",
  );
  return found.filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

/** Of a phone, a tablet and a computer, in px. */
const WIDTHS = [390, 768, 1280];
const HEIGHT = 844;

/**
 * Goes to a page that must keep to the content policy, run no foreign script, and fit a window of any width: as
 * it comes on a phone, where there is the least room, and then as the window grows. `scripted` waits until
 * script has done its part.
 */
export async function visitStrictly(
  visitor: Visitor,
  path: string,
  scripted: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { page } = visitor;
  const [phone = 0, ...wider] = WIDTHS;
  visitor.complaints.length = 0;
  await page.setViewportSize({ width: phone, height: HEIGHT });
  const response = await page.goto(path);
  await fits(page);
  await scripted();
  await fits(page);
  for (const width of wider) {
    await page.setViewportSize({ width, height: HEIGHT });
    // Charts follow some frames later.
    await visitor.until(() => fits(page));
  }
  assert.equal(await page.evaluate(() => "hacked" in window), false);
  // That a page was not found is what the browser may complain of.
  const complaints = visitor.complaints.filter((one) => !/status of (400|404)/.test(one));
  assert.deepEqual(complaints, []);
  assert.equal(response?.headers()["cache-control"], "no-store");
}

async function fits(page: Page): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: document.documentElement.clientWidth,
  }));
  assert.ok(scrollWidth <= clientWidth, `${scrollWidth} px wide in ${clientWidth} px`);
}

/** How much of a page moves in its first moments, as the browser counts it. */
export async function layoutShift(page: Page): Promise<number> {
  return await page.evaluate(() =>
    new Promise<number>((resolve) => {
      let total = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          total += "value" in entry ? Number(entry.value) : 0;
        }
      }).observe({ type: "layout-shift", buffered: true });
      setTimeout(() => resolve(total), 300);
    })
  );
}

/** Bytes of all script that a page loads, gzipped; every file must be kept by the browser for good. */
export async function scriptBytes(visitor: Visitor): Promise<number> {
  const { page, program } = visitor;
  const paths = await page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)
      .filter((path) => path.endsWith(".js"))
  );
  assert.ok(paths.length > 0);
  let bytes = 0;
  for (const path of new Set(paths)) {
    const response = await fetch(program.url + path);
    assert.match(response.headers.get("cache-control") ?? "", /immutable/);
    assert.ok(response.body);
    const zipped = response.body.pipeThrough(new CompressionStream("gzip"));
    bytes += (await new Response(zipped).arrayBuffer()).byteLength;
  }
  return bytes;
}

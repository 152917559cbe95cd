import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { MetricVisitor } from "./metric_visitor.ts";
import { counted, minutesAgo, requests, vitals } from "./sample_metrics.ts";
import { e2e } from "./visitor.ts";

const ENDPOINT = "/an/endpoint/that/is/quite/a/bit/longer/than/a/phone/is/wide/{id}/and/then/some";
const LONG_NAME = "a_metric_with_a_rather_long_name_for_so_small_a_screen_total";

e2e("metrics on a phone", async (t) => {
  await using person = await MetricVisitor.arrive({
    sent: [
      ...[40, 30, 20, 10].flatMap((ago) => requests({ at: minutesAgo(ago), count: ago })),
      ...requests({ at: minutesAgo(10), endpoint: ENDPOINT, status: "500", seconds: 100 }),
      ...vitals("LCP", [3000], { page: ENDPOINT }),
      ...vitals("CLS", [0.05], { page: "/" }),
      ...Array.from(
        { length: 30 },
        (_, at) =>
          counted(LONG_NAME, at, {
            a_label_with_a_long_name_as_well: `${ENDPOINT}/${at}`,
          }),
      ),
    ],
    program: { args: [] },
    browser: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  });
  const { visitor } = person;
  const { page } = visitor;

  await t.step("the bar at the bottom leads to metrics", async () => {
    await page.goto("/");
    const link = page.locator("#sections").getByRole("link", { name: "Metrics", exact: true });
    const box = await link.boundingBox();
    assert.ok(box && box.y > 844 - 80 && box.height >= 44);
    await link.tap();
    await visitor.seesPath("/dashboard");
    assert.equal(await link.getAttribute("aria-current"), "page");
  });

  await t.step("the dashboard fits, one chart below the other", async () => {
    await person.open("/dashboard?period=1h");
    await fits(page);
    const tiles = await boxes(page, ".tile");
    assert.equal(new Set(tiles.map(({ x }) => x)).size, 2);
    const charts = await boxes(page, ".chart");
    assert.equal(new Set(charts.map(({ x }) => x)).size, 1);
    for (const { width } of charts) assert.ok(width > 340);
    await person.seesInk("request-rate", 0);
    await person.seesInk("latency", 2);
    // Nothing of a number is cut off.
    const cut = await page.locator(".tile-figure, .tile-change, .endpoint-table td, .vital p")
      .evaluateAll((all) =>
        all.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
          .map(({ textContent }) => textContent)
      );
    assert.deepEqual(cut, []);
  });

  await t.step("a finger reads the values", async () => {
    await person.chart("latency").scrollIntoViewIfNeeded();
    const { x, y, width, height } = await person.plotBox("latency");
    const { from, to } = await person.drawn("latency");
    await page.touchscreen.tap(x + width * (minutesAgo(30) - from) / (to - from), y + height / 2);
    const values = person.chart("latency").locator("[data-chart-value]");
    await visitor.seesTexts(values, "50 ms", "50 ms", "50 ms");
  });

  await t.step("filters and tabs are large enough for a finger", async () => {
    for (const { height } of await boxes(page, ".segments a, .select, .chart-legend button")) {
      assert.ok(height >= 28, `${height} px`);
    }
  });

  await t.step("the explorer has the chosen metric first, and the list folded away", async () => {
    await page.goto("/metrics/explore?period=1h");
    await fits(page);
    await page.getByRole("link", { name: LONG_NAME, exact: true }).tap();
    await visitor.seesText(page.locator(".explored h2").first(), LONG_NAME);
    await person.scripted();
    await fits(page);
    await page.locator(".metric-names").waitFor({ state: "hidden" });
    await page.getByText("Other metrics").tap();
    await page.locator(".metric-names").waitFor();
    await page.getByRole("link", { name: "http_requests_total", exact: true }).tap();
    await visitor.seesText(page.locator(".explored h2").first(), "http_requests_total");
    await page.locator(".metric-names").waitFor({ state: "hidden" });
  });

  await t.step("groups fit", async () => {
    await page.getByRole("switch", { name: "Group by endpoint", exact: true }).tap();
    await page.locator(".group-table").waitFor();
    await person.scripted();
    await fits(page);
  });
  assert.deepEqual(visitor.complaints, []);
});

async function fits(page: Page): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 390, `${width} px wide`);
}

async function boxes(page: Page, selector: string) {
  const all = await page.locator(selector).all();
  return (await Promise.all(all.map((one) => one.boundingBox()))).flatMap((box) => box ?? []);
}

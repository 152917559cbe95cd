import assert from "node:assert/strict";
import { MetricVisitor } from "./metric_visitor.ts";
import { layoutShift } from "./page_checks.ts";
import { minutesAgo, requests, type Sample } from "./sample_metrics.ts";
import { e2e } from "./visitor.ts";

const MINUTE = 60_000;
const CHARTS = ["request-rate", "latency", "error-rate", "endpoints"] as const;
const PAGE = "/dashboard?period=1h";

/** Requests of each minute but for twenty in the middle of the hour; some of them fail. */
function interrupted(): readonly Sample[] {
  const minutes = Array.from({ length: 50 }, (_, at) => at + 3)
    .filter((ago) => ago < 20 || ago >= 40);
  return minutes.flatMap((ago) => [
    ...requests({ at: minutesAgo(ago), count: 6, seconds: 0.01 * (1 + ago % 7) }),
    ...requests({ at: minutesAgo(ago), count: 3, seconds: 0.3, endpoint: "/orders" }),
    ...requests({ at: minutesAgo(ago), count: 1, seconds: 0.6, endpoint: "/pay", status: "500" }),
  ]);
}

e2e("charts", async (t) => {
  await using person = await MetricVisitor.arrive({
    sent: interrupted(),
    browser: { colorScheme: "light" },
  });
  const { visitor } = person;
  const { page } = visitor;
  const ranges = async () =>
    await Promise.all(CHARTS.map(async (id) => {
      const { from, to } = await person.drawn(id);
      return [from, to] as const;
    }));
  await person.open(PAGE);

  await t.step("show what the API tells", async () => {
    const { request_rate, latency, error_rate } = await person.api("/api/dashboard?period=1h");
    const { buckets, lines: [line] } = await person.drawn("request-rate");
    assert.equal(buckets.stepMs, MINUTE);
    assert.equal(line?.values.length, buckets.count);
    const at = (bucket: string) => (Date.parse(bucket) - buckets.start) / MINUTE;
    const shown = async (id: string, label: string, points: readonly Point[], field: string) => {
      const { values } = await person.line(id, label);
      for (const point of points) {
        const [drawn, told] = [values[at(point.bucket)], point[field]];
        assert.equal(
          drawn?.toPrecision(3),
          Number(told).toPrecision(3),
          `${label} ${point.bucket}`,
        );
      }
      assert.equal(values.filter((value) => value !== null).length, points.length);
    };
    await shown("request-rate", "Requests", request_rate, "rate");
    for (const name of ["p50", "p95", "p99"]) await shown("latency", name, latency, name);
    for (const name of ["4xx", "5xx"]) await shown("error-rate", name, error_rate, name);
    assert.deepEqual(
      (await person.drawn("endpoints")).lines.map(({ label }) => label),
      ["/cart", "/orders", "/pay"],
    );
  });

  await t.step("are drawn by script where the server has drawn them", async () => {
    // No answer was a 4xx, so that line lies on the axis.
    for (const id of CHARTS) await person.seesInk(id, id === "error-rate" ? 1 : 0);
    const [width, height] = [1280, 720];
    const plain = await visitor.context.browser()?.newContext({
      baseURL: visitor.program.url,
      javaScriptEnabled: false,
      storageState: await visitor.context.storageState(),
      viewport: { width, height },
    }) ?? assert.fail();
    const before = await plain.newPage();
    await before.goto(PAGE);
    for (const id of CHARTS) {
      const drawn = await before.locator(`[data-key="chart-${id}"]`).boundingBox();
      assert.deepEqual(await person.chart(id).boundingBox(), drawn, id);
      const lines = await before.locator(`[data-key="chart-${id}"] .chart-lines`).boundingBox();
      const plot = await person.plotBox(id);
      for (const side of ["x", "y", "width", "height"] as const) {
        assert.ok(Math.abs((lines?.[side] ?? 0) - plot[side]) <= 1, `${side} of ${id}`);
      }
    }
    await plain.close();
  });

  await t.step("without anything on the page moving", async () => {
    await person.open(PAGE);
    const shift = await layoutShift(page);
    assert.ok(shift < 0.01, `shifts by ${shift}`);
  });

  await t.step("do not bridge what is missing", async () => {
    const { from, to } = await person.drawn("request-rate");
    const { values } = await person.line("request-rate", "Requests");
    const firstGap = values.indexOf(null, values.findIndex((value) => value !== null));
    const lastGap = values.findLastIndex((value, at) => value === null && at < 45);
    assert.equal(lastGap - firstGap + 1, 20);
    const share = (ago: number) => (minutesAgo(ago) - from) / (to - from);
    for (const id of CHARTS) {
      assert.equal(await person.ink(id, 0, share(38), share(21)), 0, id);
      const path = await person.chart(id).locator(".chart-lines path").first().getAttribute("d");
      assert.equal(path?.match(/M/g)?.length, 2, id);
    }
  });

  await t.step("have one crosshair, with the values beside the names", async () => {
    const { from, to, buckets } = await person.drawn("latency");
    const bucket = Math.round((minutesAgo(10) - buckets.start) / MINUTE);
    await person.point("latency", (minutesAgo(10) - from) / (to - from));
    const times = page.locator("[data-chart-time]");
    await visitor.eventually(async () => new Set(await times.allInnerTexts()).size, 1);
    await visitor.seesText(times.first(), /^\d+ \w+, \d\d:\d\d$/);
    await visitor.seesCount(page.locator(".u-cursor-x:visible"), CHARTS.length);
    const p95 = (await person.line("latency", "p95")).values[bucket] ?? NaN;
    const shown = person.chart("latency").locator("[data-chart-value]");
    await visitor.seesText(shown.nth(1), `${Number(p95.toPrecision(3))} ms`);
    // Ten requests a minute, one of them failed.
    const values = (id: string) => person.chart(id).locator("[data-chart-value]");
    await visitor.seesTexts(values("request-rate"), "10/min");
    await visitor.seesTexts(values("error-rate"), "0%", "10%");
    await page.mouse.move(5, 5);
    await visitor.eventually(async () => (await times.allInnerTexts()).join(""), "");
    await visitor.seesCount(page.locator(".u-cursor-x:visible"), 0);
  });

  await t.step("say where nothing was measured", async () => {
    const { from, to } = await person.drawn("latency");
    await person.point("latency", (minutesAgo(30) - from) / (to - from));
    await visitor.seesTexts(
      person.chart("latency").locator("[data-chart-value]"),
      ...["–", "–", "–"],
    );
    await page.mouse.move(5, 5);
  });

  await t.step("hide a line and show it again", async () => {
    const p99 = person.chart("latency").getByRole("button", { name: "p99", exact: true });
    await person.seesInk("latency", 2);
    await p99.click();
    await visitor.eventually(() => p99.getAttribute("aria-pressed"), "false");
    await visitor.eventually(() => person.ink("latency", 2), 0);
    await p99.click();
    await person.seesInk("latency", 2);
    assert.equal(await p99.getAttribute("aria-pressed"), "true");
  });

  await t.step("take the colours of another theme", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await person.seesInk("latency", 2);
    await page.getByRole("button", { name: /^Theme/ }).click();
    await visitor.eventually(
      () => page.evaluate(() => document.documentElement.dataset.theme),
      "light",
    );
    await person.seesInk("latency", 2);
  });

  await t.step("zoom together to what is dragged over", async () => {
    const [[from, to] = [0, 0]] = await ranges();
    await person.drag("latency", 0.3, 0.6);
    const { since, until, searchParams } = await visitor.seesStretch();
    // To whole buckets, and a pixel more or less.
    assert.ok(Math.abs(since - (from + 0.3 * (to - from))) <= 2 * MINUTE);
    assert.ok(Math.abs(until - (from + 0.6 * (to - from))) <= 2 * MINUTE);
    await visitor.eventually(ranges, CHARTS.map(() => [since, until] as const));
    assert.equal(searchParams.get("period"), "1h");
    await visitor.seesText(page.locator("[data-stretch]"), /\d\d:\d\d – (?:\d+ \w+, )?\d\d:\d\d$/);
    const { summary } = await person.api(`/api/dashboard?since=${iso(since)}&until=${iso(until)}`);
    await person.seesTile("Requests", `${summary.total_requests}`);
    await visitor.eventually(
      () =>
        page.locator(".u-select:visible").evaluateAll((all) =>
          all.filter(({ clientWidth }) => clientWidth > 0).length
        ),
      0,
    );
  });

  await t.step("and back, by a double click, a link or the browser", async () => {
    await person.point("endpoints", 0.5);
    const { x, y, width } = await person.plotBox("endpoints");
    await page.mouse.dblclick(x + width / 2, y + 40);
    await visitor.seesAddress(PAGE);
    await person.drag("request-rate", 0.7, 0.9);
    await page.getByRole("link", { name: "Back to 1h", exact: true }).click();
    await visitor.seesAddress(PAGE);
    await person.drag("error-rate", 0.9, 0.7);
    await visitor.seesStretch();
    await page.goBack();
    await visitor.seesAddress(PAGE);
    await visitor.eventually(async () => {
      const [[from, to] = [0, 0]] = await ranges();
      return to - from > 55 * MINUTE;
    }, true);
  });

  await t.step("in one step back, though one dragged where nothing is left to zoom", async () => {
    await person.drag("latency", 0.5, 0.52);
    const { since, until } = await visitor.seesStretch();
    await visitor.eventually(ranges, CHARTS.map(() => [since, until] as const));
    const steps = await page.evaluate(() => history.length);
    const answer = page.waitForResponse((response) => response.url().includes("since="));
    await person.drag("latency", 0.1, 0.9);
    await (await answer).finished();
    await visitor.seesCount(page.locator("html[data-loading]"), 0);
    assert.equal(await page.evaluate(() => history.length), steps);
    await page.goBack();
    await visitor.seesAddress(PAGE);
  });
  assert.deepEqual(visitor.complaints, []);
});

interface Point extends Readonly<Record<string, unknown>> {
  readonly bucket: string;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

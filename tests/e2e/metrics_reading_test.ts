import assert from "node:assert/strict";
import { MetricVisitor } from "./metric_visitor.ts";
import { isoTime, minutesAgo, requests, type Sample } from "./sample_metrics.ts";
import { e2e } from "./visitor.ts";

const MINUTE = 60_000;
/** Nine hours and a half behind UTC, the whole year. */
const ZONE = "Pacific/Marquesas";
const CHARTS = ["request-rate", "latency", "error-rate", "endpoints"] as const;
const PAGE = "/dashboard?period=1h";

/** As many requests in a minute as it is minutes ago; between these two. */
function falling(from: number, to: number, endpoint = "/cart"): readonly Sample[] {
  return Array.from({ length: from - to }, (_, at) => from - at).flatMap((ago) =>
    requests({ at: minutesAgo(ago), count: ago, seconds: ago / 1000, endpoint })
  );
}

e2e("charts as tables", async (t) => {
  await using person = await MetricVisitor.arrive({
    sent: falling(50, 10),
    browser: { timezoneId: ZONE },
  });
  const { visitor } = person;
  const { page } = visitor;
  const table = (id: string) => person.chart(id).locator(".chart-table");
  const stretch = `/dashboard?since=${isoTime(minutesAgo(40))}&until=${isoTime(minutesAgo(20))}`;

  await t.step("have the numbers of the API", async () => {
    await person.open(stretch);
    const { request_rate, latency } = await person.api(stretch.replace("/", "/api/"));
    assert.equal(request_rate.length, 20);
    await table("request-rate").locator("summary").click();
    await visitor.seesTexts(
      table("request-rate").locator("td:nth-child(2)"),
      ...request_rate.map(({ requests }: { requests: number }) => `${requests}/min`),
    );
    await table("latency").locator("summary").click();
    const rows = table("latency").locator("tbody tr");
    await visitor.seesTexts(table("latency").locator("th"), "From", "p50", "p95", "p99");
    await visitor.seesTexts(
      rows.locator("td:nth-child(3)"),
      ...latency.map(({ p95 }: { p95: number }) => `${Number(p95.toPrecision(3))} ms`),
    );
  });

  await t.step("tell the reader's own time from the second page on", async () => {
    await page.context().clearCookies({ name: "monlight_zone" });
    const caption = async () => {
      await table("latency").locator("caption").waitFor({ state: "attached" });
      return await table("latency").locator("caption").textContent();
    };
    await person.open(stretch);
    assert.equal(await caption(), "Latency by time, UTC");
    await person.open(stretch);
    assert.equal(await caption(), "Latency by time, UTC−9:30");
    const first = await table("latency").locator("tbody td").first().textContent();
    const shifted = new Date(minutesAgo(40) - 9.5 * 60 * MINUTE).toISOString();
    assert.ok(first?.endsWith(`, ${shifted.slice(11, 16)}`), `${first} for ${shifted}`);
    // As the crosshair does.
    await person.point("latency", 0.001);
    await visitor.seesText(person.chart("latency").locator("[data-chart-time]"), first ?? "");
  });

  await t.step("have fewer rows than there are buckets, and say so", async () => {
    await page.goto("/dashboard");
    const caption = await table("request-rate").locator("caption").textContent();
    assert.match(caption ?? "", /the highest of every \d+ min$/);
    const { values } = await person.line("request-rate", "Requests");
    const highest = Math.max(...values.map((value) => value ?? 0));
    const texts = await table("request-rate").locator("td:nth-child(2)").allTextContents();
    assert.ok(texts.includes(`${Number((highest * 60).toPrecision(3))}/min`));
    assert.ok(texts.length < 60);
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("charts by keys", async (t) => {
  await using person = await MetricVisitor.arrive({ sent: falling(50, 10) });
  const { visitor } = person;
  const { page } = visitor;
  const slider = page.getByRole("slider", { name: "Latency by time", exact: true });
  const hears = (text: RegExp) =>
    visitor.until(async () =>
      assert.match(await slider.getAttribute("aria-valuetext") ?? "", text)
    );
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await person.open(PAGE);

  await t.step("tell their values, bucket by bucket", async () => {
    await hears(/^Nothing chosen$/);
    await slider.focus();
    await press("Home");
    await hears(/: p50 –, p95 –, p99 –$/);
    const { buckets } = await person.drawn("latency");
    const bucket = (minutesAgo(30) - buckets.start) / MINUTE;
    for (let at = 0; at < bucket; at++) await press("ArrowRight");
    await hears(/: p50 30 ms, p95 30 ms, p99 30 ms$/);
    assert.equal(await slider.getAttribute("aria-valuenow"), `${bucket + 1}`);
    await visitor.seesTexts(
      person.chart("request-rate").locator("[data-chart-value]"),
      "30/min",
    );
  });

  await t.step("zoom to a stretch that is chosen", async () => {
    await press("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight");
    await press("Enter");
    const { since, until } = await visitor.seesStretch();
    assert.deepEqual([since, until], [minutesAgo(30), minutesAgo(25)]);
    await person.seesTile("Requests", `${30 + 29 + 28 + 27 + 26}`);
    await visitor.eventually(
      () => slider.evaluate((element) => element === document.activeElement),
      true,
    );
  });

  await t.step("and back; Escape lets go", async () => {
    await press("Backspace");
    await visitor.seesAddress(PAGE);
    await press("End");
    await hears(/: p50 /);
    await press("Escape");
    await hears(/^Nothing chosen$/);
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("the dashboard keeps itself up to date", async (t) => {
  await using person = await MetricVisitor.arrive({ sent: falling(50, 10) });
  const { visitor } = person;
  const { page } = visitor;
  await page.clock.install();
  await person.open(PAGE);
  const refresh = async () => {
    const refreshed = page.waitForResponse((response) => response.url().includes("/dashboard"));
    await page.clock.runFor(15_100);
    await refreshed;
  };
  const canvases = await page.locator("[data-metric-chart] canvas").elementHandles();
  const kept = async () =>
    (await Promise.all(canvases.map((canvas) => canvas.evaluate(({ isConnected }) => isConnected))))
      .filter((isConnected) => isConnected).length;
  const total = (from: number, to: number) => (from - to) * (from + to + 1) / 2;

  await t.step("with new data, in the canvases that are there", async () => {
    assert.equal(await person.tile("Requests"), total(50, 10).toLocaleString("en"));
    assert.equal(canvases.length, CHARTS.length);
    await person.chart("latency").getByRole("button", { name: "p99", exact: true }).click();
    await person.chart("latency").locator("summary").click();
    const before = await person.ink("request-rate", 0, 0.84);
    assert.equal(before, 0);
    await person.send(falling(9, 1));
    await refresh();
    await visitor.eventually(
      () => person.tile("Requests"),
      (total(50, 10) + total(9, 1)).toLocaleString("en"),
    );
    assert.equal(await kept(), CHARTS.length);
    await visitor.eventually(async () => await person.ink("request-rate", 0, 0.84) > 0, true);
  });

  await t.step("and leaves what the reader has done in them", async () => {
    const p99 = person.chart("latency").getByRole("button", { name: "p99", exact: true });
    assert.equal(await p99.getAttribute("aria-pressed"), "false");
    await person.chart("latency").locator(".chart-table-body").waitFor();
    await visitor.eventually(() => person.ink("latency", 2), 0);
  });

  await t.step("under the pointer, too", async () => {
    await person.point("latency", 0.5);
    const time = person.chart("error-rate").locator("[data-chart-time]");
    await visitor.seesText(time, /./);
    await refresh();
    await visitor.seesText(time, /./);
    await visitor.seesCount(page.locator(".u-cursor-x:visible"), CHARTS.length);
  });

  await t.step("while a stretch is chosen nothing moves", async () => {
    await person.point("latency", 0.3);
    await page.mouse.down();
    await person.point("latency", 0.5);
    await person.send(requests({ at: minutesAgo(2), endpoint: "/cart" }));
    await refresh();
    const width = () =>
      person.chart("latency").locator(".u-select").evaluate(({ clientWidth }) => clientWidth);
    await visitor.eventually(async () => await width() > 50, true);
    await person.point("latency", 0.6);
    await page.mouse.up();
    await visitor.seesStretch();
    await page.goBack();
    await visitor.seesCount(page.locator("[data-zoom-out]"), 0);
  });

  await t.step("an endpoint that is new gets a line; other charts stay", async () => {
    await person.send(falling(9, 1, "/new"));
    await refresh();
    await visitor.eventually(
      async () => (await person.drawn("endpoints")).lines.map(({ label }) => label),
      ["/cart", "/new"],
    );
    await visitor.eventually(async () => await person.ink("endpoints", 1) > 0, true);
    assert.ok(await kept() >= CHARTS.length - 1);
  });

  await t.step("a stretch that is over stays as it is", async () => {
    const until = isoTime(minutesAgo(1));
    await person.open(`/dashboard?since=${isoTime(minutesAgo(30))}&until=${until}`);
    assert.equal(await page.locator("main [data-refresh]").count(), 0);
  });
  assert.deepEqual(visitor.complaints, []);
});

import assert from "node:assert/strict";
import { MetricVisitor } from "./metric_visitor.ts";
import { isoTime, minutesAgo, requests, type Sample, vitals } from "./sample_metrics.ts";
import { e2e } from "./visitor.ts";

const HOUR = 60 * 60 * 1000;

/** 200 requests of the last hour, half as many of the one before, and some of days ago. */
function shopAndBlog(): readonly Sample[] {
  const hourBefore = minutesAgo(90);
  return [
    ...requests({ at: minutesAgo(40), count: 100, seconds: 0.02, endpoint: "/cart" }),
    ...requests({ at: minutesAgo(30), count: 60, seconds: 0.5, endpoint: "/orders/{id}" }),
    ...requests({ at: minutesAgo(20), count: 20, seconds: 2, endpoint: "/pay", status: "503" }),
    ...requests({ at: minutesAgo(10), count: 20, endpoint: "/posts", project: "blog" }),
    ...requests({ at: hourBefore, count: 98, seconds: 0.1 }),
    ...requests({ at: hourBefore, count: 2, seconds: 0.1, status: "500" }),
    ...requests({ at: minutesAgo(3 * 24 * 60), count: 50, endpoint: "/old" }),
  ];
}

e2e("the dashboard in numbers", async (t) => {
  await using person = await MetricVisitor.arrive({ sent: shopAndBlog() });
  const { visitor } = person;
  const { page } = visitor;

  await t.step("tiles have what the API tells, in the server's HTML already", async () => {
    const html = await (await page.goto("/dashboard?period=1h"))?.text() ?? "";
    const { summary } = await person.api("/api/dashboard?period=1h");
    const { p95_latency_ms: p95, ...exact } = summary;
    assert.deepEqual(exact, { total_requests: 200, error_rate: 0.1, avg_latency_ms: 365 });
    assert.equal(await person.tile("Requests"), "200");
    assert.equal(await person.tile("Error rate"), "10%");
    assert.equal(await person.tile("Average latency"), "365 ms");
    assert.equal(
      await person.tile("p95 latency"),
      `${Number((p95 / 1000).toPrecision(3))} s`,
    );
    assert.match(html, />365<small>ms</);
  });

  await t.step("beside the hour before", async () => {
    const { previous } = await person.api("/api/dashboard?period=1h");
    assert.deepEqual([previous.total_requests, previous.error_rate], [100, 0.02]);
    const change = async (name: string) =>
      (await person.tileNamed(name).locator(".tile-change").innerText()).replace(/\s+/g, " ");
    assert.equal(await change("Requests"), "↑ 100% more before: 100");
    assert.equal(await change("Error rate"), "↑ 8 points more before: 2%");
    assert.equal(await change("Average latency"), "↑ 3.7 times as slow before: 100 ms");
    assert.match(await change("p95 latency"), /^↑ 20 times as slow before: [\d.]+ ms$/);
    assert.equal(
      await person.tileNamed("Error rate").locator(".change-error").innerText(),
      "↑ 8 points more",
    );
    // Minutes are gone there, and an hour is too long to stand for the half of one.
    const day = 24 * 60;
    const [since = "", until = ""] = [20 * day, 20 * day - 30].map((ago) =>
      isoTime(minutesAgo(ago))
    );
    await page.goto(`/dashboard?${new URLSearchParams({ since, until })}`);
    await visitor.eventually(() => change("Requests"), "–");
    await page.getByRole("link", { name: "7d", exact: true }).click();
    await visitor.eventually(() => change("Requests"), "No earlier data");
  });

  await t.step("of another range, and back", async () => {
    await visitor.seesAddress("/dashboard?period=7d");
    assert.equal(await person.tile("Requests"), "350");
    await page.getByRole("link", { name: "24h", exact: true }).click();
    await person.seesTile("Requests", "300");
    await visitor.seesAddress("/dashboard");
    assert.equal(
      await page.getByRole("link", { name: "24h", exact: true }).getAttribute("aria-current"),
      "true",
    );
    await page.goBack();
    await person.seesTile("Requests", "350");
  });

  await t.step("of a stretch that the address names", async () => {
    const [since, until] = [minutesAgo(35), minutesAgo(15)].map(isoTime);
    await page.goto(`/dashboard?period=1h&since=${since}&until=${until}`);
    assert.equal(await person.tile("Requests"), "80");
    const back = page.getByRole("link", { name: "Back to 1h", exact: true });
    assert.equal(await back.getAttribute("href"), "/dashboard?period=1h");
    assert.equal(await page.locator(".segments [aria-current=true]").count(), 0);
    await back.click();
    await person.seesTile("Requests", "200");
  });

  await t.step("of one project", async () => {
    await page.getByLabel("Project", { exact: true }).selectOption("blog");
    await person.seesTile("Requests", "20");
    await visitor.seesAddress("/dashboard?period=1h&project=blog");
    assert.equal(await person.tile("Error rate"), "0%");
    // It goes along to other ranges and to the explorer.
    await page.getByRole("link", { name: "24h", exact: true }).click();
    await visitor.seesAddress("/dashboard?project=blog");
    const explorer = page.getByRole("link", { name: "Explorer", exact: true });
    assert.equal(await explorer.getAttribute("href"), "/metrics/explore?project=blog");
    await page.getByLabel("Project", { exact: true }).selectOption("");
    await person.seesTile("Requests", "300");
  });

  await t.step("refuses a bad range in words", async () => {
    const response = await page.goto("/dashboard?period=2w");
    assert.equal(response?.status(), 400);
    assert.match(await page.locator("main").innerText(), /'period' must be/);
    visitor.complaints.length = 0;
  });

  await t.step("of a stretch without requests it has dashes, and no numbers", async () => {
    const [since, until] = [Date.now() - 50 * HOUR, Date.now() - 49 * HOUR].map(isoTime);
    await page.goto(`/dashboard?since=${since}&until=${until}`);
    assert.equal(await person.tile("Requests"), "0");
    assert.equal(await person.tile("p95 latency"), "–");
    assert.equal(await page.locator(".chart-empty").count(), 4);
    assert.equal(await page.locator(".endpoint-table").count(), 0);
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("endpoints", async (t) => {
  await using person = await MetricVisitor.arrive({ sent: shopAndBlog() });
  const { visitor } = person;
  const { page } = visitor;
  const rows = page.locator(".endpoint-table tbody th");
  const names = () => rows.allInnerTexts();
  const sortBy = async (column: string) => {
    await page.locator(".endpoint-table thead").getByRole("link", { name: column, exact: true })
      .click();
  };
  await page.goto("/dashboard?period=1h");

  await t.step("stand by their requests, with their own numbers", async () => {
    assert.deepEqual(await names(), ["/cart", "/orders/{id}", "/pay", "/posts"]);
    assert.deepEqual(
      await page.locator(".endpoint-table tbody tr").nth(2).locator("td")
        .allInnerTexts(),
      ["20", "2 s", "100%"],
    );
    const { top_endpoints } = await person.api("/api/dashboard?period=1h");
    assert.deepEqual(
      await page.locator(".endpoint-table tbody td:nth-child(2)").allInnerTexts(),
      top_endpoints.map(({ requests }: { requests: number }) => `${requests}`),
    );
  });

  await t.step("are sorted by links", async () => {
    await sortBy("Average");
    await visitor.seesTexts(rows, "/pay", "/orders/{id}", "/posts", "/cart");
    await visitor.seesAddress("/dashboard?period=1h&sort=average");
    const sorted = page.locator(".endpoint-table th[aria-sort]");
    assert.deepEqual(await sorted.allTextContents(), ["Average↓"]);
    await sortBy("Average");
    await visitor.seesTexts(rows, "/cart", "/posts", "/orders/{id}", "/pay");
    assert.equal(await sorted.getAttribute("aria-sort"), "ascending");
    await sortBy("Endpoint");
    await visitor.seesTexts(rows, "/cart", "/orders/{id}", "/pay", "/posts");
    await sortBy("Error rate");
    await visitor.seesText(rows.first(), "/pay");
    await page.reload();
    assert.equal((await names())[0], "/pay");
    // How the table is sorted is no step of the history.
    await page.goBack();
    await visitor.seesParameter("sort", null);
  });

  await t.step("lead to their requests in the explorer", async () => {
    await page.goto("/dashboard?period=1h");
    await page.getByRole("link", { name: "/orders/{id}", exact: true }).click();
    await visitor.seesPath("/metrics/explore");
    assert.equal(await page.locator(".explored h2").first().innerText(), "http_requests_total");
    const { data, groups } = await person.api(
      await page.getByRole("link", { name: "JSON", exact: true }).getAttribute("href") ?? "",
    );
    assert.equal(data, undefined);
    assert.deepEqual(groups.map(({ labels }: { labels: object }) => labels), [{ status: "200" }]);
    assert.deepEqual(await page.locator(".chip.chosen bdi").allTextContents(), [
      "/orders/{id}",
    ]);
  });

  await t.step("beyond the first dozen are shown when they are asked for", async () => {
    await person.send(
      Array.from({ length: 30 }, (_, at) => requests({ at: minutesAgo(5), endpoint: `/e/${at}` }))
        .flat(),
    );
    await page.goto("/dashboard?period=1h");
    assert.equal((await names()).length, 12);
    await page.getByRole("link", { name: "All 34", exact: true }).click();
    await visitor.seesCount(rows, 34);
    await page.getByRole("link", { name: "The first 12", exact: true }).click();
    await visitor.seesCount(rows, 12);
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("web vitals", async (t) => {
  await using person = await MetricVisitor.arrive({
    sent: [
      ...requests({ at: minutesAgo(10) }),
      ...vitals("LCP", [2500, 2500, 2500], { page: "/" }),
      ...vitals("INP", [450], { page: "/" }),
      ...vitals("CLS", [0.4, 0.4], { page: "/pay" }),
      ...vitals("TTFB", [90], { page: "/pay", project: "blog" }),
    ],
  });
  const { visitor } = person;
  const { page } = visitor;
  const cards = async () =>
    (await page.locator(".vital").allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
  await page.goto("/dashboard?period=1h");

  await t.step("have a rating, and the threshold that it is by", async () => {
    assert.deepEqual(await cards(), [
      "LCP Largest Contentful Paint 2.5 s 3 visits Good good ≤ 2.5 s",
      "INP Interaction to Next Paint 450 ms 1 visit Needs improvement good ≤ 200 ms",
      "CLS Cumulative Layout Shift 0.4 2 visits Poor poor > 0.25",
      "FCP First Contentful Paint No data yet good ≤ 1.8 s",
      "TTFB Time to First Byte 90 ms 1 visit Good good ≤ 800 ms",
    ]);
    const { web_vitals } = await person.api("/api/dashboard?period=1h");
    assert.deepEqual(
      Object.entries(web_vitals).map(([name, vital]) => [name, vital]),
      [
        ["LCP", { p75: 2500, rating: "good", count: 3 }],
        ["INP", { p75: 450, rating: "needs-improvement", count: 1 }],
        ["CLS", { p75: 0.4, rating: "poor", count: 2 }],
        ["TTFB", { p75: 90, rating: "good", count: 1 }],
      ],
    );
  });

  await t.step("stand by page as well", async () => {
    const table = page.getByRole("group", { name: "Web vitals by page", exact: true });
    assert.deepEqual(
      (await table.locator("tbody tr").allInnerTexts()).map((row) => row.replace(/\s+/g, " ")),
      [
        "/ Good: 2.5 s Needs improvement: 450 ms – – –",
        "/pay – – Poor: 0.4 – Good: 90 ms",
      ],
    );
  });

  await t.step("are those of the project that is chosen", async () => {
    await page.goto("/dashboard?period=1h&project=blog");
    assert.deepEqual(await page.locator(".vital-rating").allInnerTexts(), ["Good"]);
  });
  assert.deepEqual(visitor.complaints, []);
});

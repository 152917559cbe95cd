import assert from "node:assert/strict";
import { MetricVisitor } from "./metric_visitor.ts";
import { layoutShift, scriptBytes, violations, visitStrictly } from "./page_checks.ts";
import { counted, isoTime, minutesAgo, requests, type Sample, vitals } from "./sample_metrics.ts";
import { e2e, named } from "./visitor.ts";

const ALL_SERVICES = { program: { args: [] } };

const HOSTILE: readonly string[] = [
  "<script>window.hacked = true</script>",
  '"><svg onload="window.hacked = true">',
  "/without/end/" + "x".repeat(80),
  "日本語の名前",
  "\u202eright to left",
  "a,b:c\\d",
];

/** Requests of all kinds, and texts that are not meant well wherever there can be texts. */
function everyKind(): readonly Sample[] {
  return [
    ...[50, 49, 48, 30, 12, 11, 10, 6].flatMap((ago) => [
      ...requests({ at: minutesAgo(ago), count: ago, seconds: ago / 200 }),
      ...requests({ at: minutesAgo(ago), count: 2, endpoint: "/orders/{id}", status: "404" }),
      ...requests({ at: minutesAgo(ago), count: 1, endpoint: "/pay", status: "502" }),
    ]),
    ...requests({ at: minutesAgo(26 * 60), count: 20 }),
    ...HOSTILE.flatMap((text) => [
      ...requests({ at: minutesAgo(8), endpoint: text, project: text, status: text }),
      ...vitals("LCP", [1000, 3000], { page: text, project: text }),
      counted(text, 3, { [text]: text, other: "one" }),
    ]),
    ...requests({ at: minutesAgo(8), endpoint: " ", status: "" }),
    ...vitals("INP", [350]),
    ...vitals("CLS", [0.3]),
    ...["api", "db", "cache", "mail", "search", "billing", "images"].map((pool, at) => ({
      name: "pool_size",
      type: "gauge" as const,
      value: at - 2,
      labels: { pool },
      timestamp: isoTime(minutesAgo(15)),
    })),
  ];
}

const PATHS = [
  "/",
  "/dashboard",
  "/dashboard?period=1h&sort=-errors&endpoints=all",
  "/dashboard?period=7d&project=shop",
  "/dashboard?project=" + encodeURIComponent(HOSTILE[0] ?? ""),
  "/dashboard?project=nobody",
  "/dashboard?since=2020-01-01&until=2020-01-02",
  `/dashboard?since=${isoTime(minutesAgo(50))}&until=${isoTime(minutesAgo(47))}`,
  "/dashboard?period=2w",
  "/metrics/explore",
  "/metrics/explore?q=nothing-like-this",
  "/metrics/explore?name=http_request_duration_seconds&period=1h",
  "/metrics/explore?name=http_requests_total&period=1h&group_by=endpoint,status&stat=sum",
  "/metrics/explore?name=http_request_duration_seconds&group_by=method",
  "/metrics/explore?name=pool_size&group_by=pool&period=1h",
  "/metrics/explore?name=pool_size&labels=pool:nobody",
  "/metrics/explore?name=no_such_metric",
  ...HOSTILE.map((text) => `/metrics/explore?${new URLSearchParams({ name: text })}`),
  ...HOSTILE.slice(0, 3).map((text) =>
    `/metrics/explore?${new URLSearchParams({ name: text, group_by: text, period: "30d" })}`
  ),
  "/metrics/explore?name=pool_size&labels=nonsense",
  "/settings",
];

for (const colorScheme of ["light", "dark"] as const) {
  e2e(`every page of the metrics is accessible (${colorScheme})`, async (t) => {
    await using person = await MetricVisitor.arrive({
      ...ALL_SERVICES,
      browser: { colorScheme, bypassCSP: true },
    });
    const { visitor } = person;
    const { page } = visitor;
    const check = async (name: string) => {
      await t.step(name, async () => assert.deepEqual(await violations(page), []));
    };
    await page.goto("/dashboard");
    await check("the empty collector");
    await person.send([counted("only_total", 1)]);
    await page.goto("/dashboard");
    await check("without requests");
    await person.send(everyKind());
    for (const path of PATHS) {
      await person.open(path);
      await check(path);
    }
    await person.open("/dashboard?period=1h");
    for (const summary of await page.locator(".chart-table summary").all()) await summary.click();
    await person.chart("latency").getByRole("button", { name: "p99", exact: true }).click();
    await person.chart("latency").getByRole("slider").focus();
    for (const key of ["ArrowLeft", "Shift+ArrowLeft"]) await page.keyboard.press(key);
    await visitor.seesText(person.chart("latency").locator("[data-chart-time]"), /./);
    await check("tables, a hidden line and the crosshair");
  });
}

e2e(
  "every page of the metrics keeps to the content policy, runs no foreign script and fits",
  async (t) => {
    await using person = await MetricVisitor.arrive({ ...ALL_SERVICES, sent: everyKind() });
    for (const path of PATHS) {
      await t.step(path, () => visitStrictly(person.visitor, path, () => person.scripted()));
    }
  },
);

e2e("the pages of the metrics are small and still", async (t) => {
  await using person = await MetricVisitor.arrive({
    ...ALL_SERVICES,
    sent: [
      ...everyKind(),
      ...Array.from({ length: 55 }, (_, ago) => ago + 2).flatMap((ago) =>
        Array.from(
          { length: 8 },
          (_, at) =>
            requests({ at: minutesAgo(ago), endpoint: `/endpoint/${at}`, seconds: ago * at / 777 }),
        )
          .flat()
      ),
      ...Array.from({ length: 60 }, (_, at) => vitals("LCP", [at * 100], { page: `/page/${at}` }))
        .flat(),
    ],
    browser: { timezoneId: "Asia/Kolkata" },
  });
  const { visitor } = person;
  const { page } = visitor;
  const heavy = [
    "/dashboard?endpoints=all",
    "/dashboard?period=1h&endpoints=all",
    "/dashboard?period=7d",
    "/metrics/explore?name=http_requests_total&period=1h&group_by=endpoint",
    "/metrics/explore?name=http_request_duration_seconds",
    "/",
  ];

  await t.step("the HTML is under 100 KB", async () => {
    for (const path of heavy) {
      const response = await page.goto(path);
      const { length } = await response?.body() ?? [];
      assert.ok(length !== undefined && length < 100_000, `${path} has ${length} B`);
    }
  });

  await t.step("all script is under 60 KB gzipped, and only these pages load theirs", async () => {
    await page.goto("/settings");
    const plain = await scriptBytes(visitor);
    await person.open("/dashboard");
    const bytes = await scriptBytes(visitor);
    assert.ok(plain < 20_000 && bytes < 60_000, `${plain} B, with the charts ${bytes} B`);
  });

  await t.step("nothing shifts after the first paint", async () => {
    for (const path of heavy) {
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 844 });
        await page.goto(path);
        const shift = await layoutShift(page);
        assert.ok(shift < 0.01, `${path} shifts by ${shift} at ${width} px`);
      }
    }
  });
});

e2e("from errors and logs to metrics and back", async (t) => {
  await using person = await MetricVisitor.arrive({ ...ALL_SERVICES, sent: everyKind() });
  const { visitor } = person;
  const { page } = visitor;
  await visitor.report(named("One"), named("Two", { project: "other" }));
  const goTo = async (key: string, path: string) => {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await visitor.seesPath(path);
  };

  await t.step("by keys", async () => {
    await page.goto("/errors");
    await goTo("m", "/dashboard");
    await goTo("e", "/errors");
    await goTo("m", "/dashboard");
    await goTo("s", "/settings");
    await page.keyboard.press("?");
    const keys = page.getByRole("dialog");
    await visitor.seesText(keys, /Go to Metrics[^]*In a chart[^]*Zoom to it/);
    await page.keyboard.press("Escape");
  });

  await t.step("the way back from a stretch stays in the explorer", async () => {
    await page.goto("/errors?project=other");
    const [since, until] = [minutesAgo(35), minutesAgo(25)].map(isoTime);
    await person.open(`/metrics/explore?name=pool_size&since=${since}&until=${until}`);
    const back = page.locator("[data-back]");
    assert.equal(await back.getAttribute("href"), "/metrics/explore?name=pool_size");
    await page.keyboard.press("Escape");
    await visitor.seesAddress("/metrics/explore?name=pool_size");
  });

  await t.step("the way back from an error leads to the errors", async () => {
    await page.goto("/errors/1");
    assert.match(await page.locator("[data-back]").getAttribute("href") ?? "", /^\/errors/);
    await page.keyboard.press("Escape");
    await visitor.seesPath("/errors");
  });
  assert.deepEqual(visitor.complaints, []);
});

import assert from "node:assert/strict";
import { iso, MetricApi, minutesAgo, type Sample } from "./support/metric_api.ts";

/** Values of each vital up to which it is good, and up to which it is not poor (https://web.dev/articles/vitals). */
const THRESHOLDS = [
  ["LCP", 2500, 4000],
  ["INP", 200, 500],
  ["CLS", 0.1, 0.25],
  ["FCP", 1800, 3000],
  ["TTFB", 800, 1800],
] as const;

type Vital = (typeof THRESHOLDS)[number][0];

function sample(vital: Vital, value: number, page?: string, project = "shop"): Sample {
  return {
    name: `web_vitals_${vital.toLowerCase()}`,
    type: "histogram",
    value,
    project,
    ...(page === undefined ? {} : { labels: { page, source: "browser" } }),
    timestamp: iso(minutesAgo(5)),
  };
}

Deno.test("GET /api/dashboard rates web vitals by the published thresholds", async (t) => {
  await using metrics = await MetricApi.start();
  for (const [vital, good, poor] of THRESHOLDS) {
    const rated = [
      [0, "good"],
      [good / 2, "good"],
      [good, "good"],
      [good * 1.001, "needs-improvement"],
      [poor, "needs-improvement"],
      [poor * 1.001, "poor"],
      [poor * 100, "poor"],
    ] as const;
    await metrics.record(rated.map(([value]) => sample(vital, value, `/${vital}/${value}`)));
    const { web_vitals_pages } = (await metrics.ok("/api/dashboard")).json();
    const pages = new Map(
      web_vitals_pages.map(({ page, vitals }: { page: string; vitals: unknown }) => [page, vitals]),
    );
    for (const [value, rating] of rated) {
      await t.step(`GET /api/dashboard rates ${vital} ${value} as ${rating}`, () => {
        assert.deepEqual(pages.get(`/${vital}/${value}`), {
          [vital]: { p75: value, rating, count: 1 },
        });
      });
    }
  }
});

Deno.test("GET /api/dashboard tells web vitals in all and by page", async (t) => {
  await using metrics = await MetricApi.start();
  const hundred = Array.from({ length: 100 }, (_, n) => n + 1);
  await metrics.record([
    ...hundred.map((n) => sample("LCP", n * 40, "/busy")),
    ...hundred.slice(0, 20).map(() => sample("LCP", 5000, "/slow")),
    ...[0, 0.3, 0.3, 0.3].map((value) => sample("CLS", value, "/slow")),
    sample("TTFB", 100, "/busy"),
    sample("TTFB", 300),
    sample("INP", 150, "/other", "blog"),
    { ...sample("FCP", 9000, "/none"), type: "gauge" },
  ]);

  await t.step("GET /api/dashboard has those that were measured", async () => {
    const { web_vitals: { LCP, CLS, TTFB, ...others } } = (await metrics.ok("/api/dashboard"))
      .json();
    // Of 120 values the 90th.
    assertNear(LCP.p75, 3600);
    assertNear(CLS.p75, 0.3);
    assert.deepEqual([LCP.rating, LCP.count], ["needs-improvement", 120]);
    assert.deepEqual([CLS.rating, CLS.count], ["poor", 4]);
    assert.deepEqual([TTFB.rating, TTFB.count], ["good", 2]);
    assert.deepEqual(others, { INP: { p75: 150, rating: "good", count: 1 } });
  });

  await t.step("GET /api/dashboard has pages, the most visited first", async () => {
    const { web_vitals_pages: pages } = (await metrics.ok("/api/dashboard?period=1h")).json();
    assert.deepEqual(pages.map(({ page }: { page: string }) => page), ["/busy", "/slow", "/other"]);
    const { LCP, CLS, ...others } = pages[1].vitals;
    assert.deepEqual(LCP, { p75: 5000, rating: "poor", count: 20 });
    assertNear(CLS.p75, 0.3);
    assert.deepEqual([CLS.rating, CLS.count, others], ["poor", 4, {}]);
  });

  await t.step("GET /api/dashboard?project has the vitals of that project", async () => {
    const { web_vitals, web_vitals_pages } = (await metrics.ok("/api/dashboard?project=blog"))
      .json();
    assert.deepEqual(web_vitals, { INP: { p75: 150, rating: "good", count: 1 } });
    assert.deepEqual(web_vitals_pages, [{ page: "/other", vitals: web_vitals }]);
  });

  await t.step("GET /api/dashboard has the 50 most visited pages", async () => {
    const pages = Array.from({ length: 60 }, (_, n) => n);
    for (const n of pages) {
      await metrics.record(Array.from({ length: n + 200 }, () => sample("FCP", 1, `/page/${n}`)));
    }
    const { web_vitals_pages } = (await metrics.ok("/api/dashboard")).json();
    assert.deepEqual(
      web_vitals_pages.map(({ page }: { page: string }) => page),
      pages.slice(10).toReversed().map((n) => `/page/${n}`),
    );
  });
});

Deno.test("GET /api/dashboard without requests has no numbers and empty lists", async () => {
  await using metrics = await MetricApi.start();
  // None of these is a request.
  await metrics.record([
    { name: "http_requests_total", type: "gauge", value: 5, labels: { endpoint: "/" } },
    { name: "http_request_duration_seconds", type: "counter", value: 5, labels: { endpoint: "/" } },
    { name: "HTTP_requests_total", type: "counter", value: 5, labels: { endpoint: "/" } },
  ]);
  const { since, until, ...answer } = (await metrics.ok("/api/dashboard")).json();
  const nothing = {
    total_requests: 0,
    error_rate: null,
    avg_latency_ms: null,
    p95_latency_ms: null,
  };
  assert.deepEqual(answer, {
    period: "24h",
    interval_s: 300,
    summary: nothing,
    previous: nothing,
    request_rate: [],
    latency: [],
    error_rate: [],
    top_endpoints: [],
    web_vitals: {},
    web_vitals_pages: [],
  });
  const hours = (Date.parse(until) - Date.parse(since)) / 3_600_000;
  assert.ok(hours >= 24 && hours < 24.1, `${hours}`);
});

Deno.test("GET /api/dashboard takes requests with labels or durations that are missing", async () => {
  await using metrics = await MetricApi.start();
  const count = (value: number, labels: Readonly<Record<string, string | number>>) => ({
    name: "http_requests_total",
    type: "counter",
    value,
    labels,
  });
  await metrics.record([
    count(4, { endpoint: "/a", status: 500 }),
    count(4, { endpoint: "/a" }),
    count(2, { status: "5xx" }),
    count(5, { endpoint: "/b", status: "" }),
    count(0, { endpoint: "/c", status: 200 }),
    {
      name: "http_request_duration_seconds",
      type: "histogram",
      value: 0.25,
      labels: { endpoint: "/d" },
    },
  ]);
  const { summary, top_endpoints, latency, error_rate } =
    (await metrics.ok("/api/dashboard?period=1h")).json();
  assert.deepEqual(summary, {
    total_requests: 15,
    error_rate: 0.4,
    avg_latency_ms: 250,
    p95_latency_ms: 250,
  });
  assert.deepEqual(top_endpoints, [
    { endpoint: "/a", requests: 8, avg_ms: null, error_rate: 0.5 },
    { endpoint: "/b", requests: 5, avg_ms: null, error_rate: 0 },
  ]);
  assert.deepEqual([latency.length, latency[0].p50, error_rate.length], [1, 250, 1]);
});

Deno.test("GET /api/dashboard has the 50 endpoints with the most requests", async () => {
  await using metrics = await MetricApi.start();
  const endpoints = Array.from({ length: 80 }, (_, n) => n);
  await metrics.record(endpoints.map((n) => ({
    name: "http_requests_total",
    type: "counter",
    value: n + 1,
    labels: { endpoint: `/${n}`, status: "200" },
  })));
  const { top_endpoints } = (await metrics.ok("/api/dashboard")).json();
  assert.deepEqual(
    top_endpoints.map(({ endpoint }: { endpoint: string }) => endpoint),
    endpoints.slice(30).toReversed().map((n) => `/${n}`),
  );
});

/** Quantiles of several values are within 1 %. */
function assertNear(told: number, wanted: number): void {
  assert.ok(Math.abs(told - wanted) <= 0.0101 * wanted, `${told} is not ${wanted}`);
}

import assert from "node:assert/strict";
import { type Case, runCases } from "./support/cases.ts";
import { iso, MetricApi, minutesAgo, pathOf } from "./support/metric_api.ts";

/** Samples by project: name, type and labels. */
const RECORDED = [
  { project: "shop", name: "requests", type: "counter", labels: { method: "GET", status: "200" } },
  { project: "shop", name: "requests", type: "counter", labels: { method: "POST", status: "500" } },
  { project: "shop", name: "Requests", type: "gauge", labels: {} },
  { project: "blog", name: "requests", type: "counter", labels: { method: "PUT", host: "b" } },
  { project: "blog", name: "duration", type: "histogram", labels: { empty: "" } },
  { project: "größe", name: "a b&c=d", type: "gauge", labels: { "l:1": "v,1" } },
].map((one) => ({ ...one, value: 1, timestamp: iso(minutesAgo(5)) }));

Deno.test("The names, labels and projects of metrics", async (t) => {
  await using metrics = await MetricApi.start({ env: { AGGREGATION_INTERVAL: "1" } });
  await metrics.record(RECORDED);

  for (const state of ["as they come in", "rolled up"]) {
    if (state === "rolled up") await metrics.rolledUp();

    await t.step(
      `GET /api/metrics/names has each name and type once, sorted, ${state}`,
      async () => {
        const all = [
          "Requests: gauge",
          "a b&c=d: gauge",
          "duration: histogram",
          "requests: counter",
        ];
        assert.deepEqual(await metrics.names(), all);
        assert.deepEqual(await metrics.names({ project: "" }), all);
        assert.deepEqual(await metrics.names({ project: "shop" }), [
          "Requests: gauge",
          "requests: counter",
        ]);
        assert.deepEqual(await metrics.names({ project: "größe" }), ["a b&c=d: gauge"]);
        assert.deepEqual(await metrics.names({ project: "none" }), []);
      },
    );

    await t.step(`GET /api/metrics/labels has the labels with their values, ${state}`, async () => {
      const labels = await metrics.labels({ name: "requests" });
      assert.deepEqual(labels, {
        host: ["b"],
        method: ["GET", "POST", "PUT"],
        status: ["200", "500"],
      });
      assert.deepEqual(Object.keys(labels), ["host", "method", "status"]);
      assert.deepEqual(await metrics.labels({ name: "requests", project: "blog" }), {
        host: ["b"],
        method: ["PUT"],
      });
      assert.deepEqual(await metrics.labels({ name: "duration" }), { empty: [""] });
      assert.deepEqual(await metrics.labels({ name: "a b&c=d" }), { "l:1": ["v,1"] });
      assert.deepEqual(await metrics.labels({ name: "Requests" }), {});
      assert.deepEqual(await metrics.labels({ name: "none" }), {});
      assert.deepEqual(await metrics.labels({ name: "requests", project: "none" }), {});
    });

    await t.step(`GET /api/metrics/projects is sorted, ${state}`, async () => {
      assert.deepEqual(await metrics.projects(), ["blog", "größe", "shop"]);
    });
  }

  await t.step("GET /api/metrics/labels has the first 200 values and counts all", async () => {
    const values = Array.from({ length: 250 }, (_, n) => `${n}`);
    await metrics.record(
      values.map((value) => ({ name: "many", type: "gauge", value: 1, labels: { value } })),
    );
    const { labels } = (await metrics.ok("/api/metrics/labels?name=many")).json();
    assert.deepEqual(labels, [{
      name: "value",
      values: values.toSorted().slice(0, 200),
      value_count: 250,
    }]);
  });

  await t.step(
    "GET /api/metrics?group_by has the 100 largest groups and counts the others",
    async () => {
      const { groups = [], groups_left_out } = await metrics.query({
        name: "many",
        group_by: "value",
      });
      assert.deepEqual([groups.length, groups_left_out], [100, 150]);
      await metrics.record([{ name: "many", type: "gauge", value: 1, labels: { value: "249" } }]);
      const { groups: [largest] = [] } = await metrics.query({ name: "many", group_by: "value" });
      assert.deepEqual(largest?.labels, { value: "249" });
      assert.ok(
        !("groups_left_out" in await metrics.query({ name: "duration", group_by: "empty" })),
      );
    },
  );
});

Deno.test("A collector without metrics answers with what is empty", async () => {
  await using metrics = await MetricApi.start();
  for (
    const [path, answer] of [
      ["/api/metrics/names", '{"metrics":[]}'],
      ["/api/metrics/projects", '{"projects":[]}'],
      ["/api/metrics/labels?name=none", '{"labels":[]}'],
      ["/api/metrics?name=none", '{"name":"none","resolution":"minute","period":"24h","data":[]}'],
      [
        "/api/metrics?name=none&period=30d&group_by=a",
        '{"name":"none","resolution":"hour","period":"30d","groups":[]}',
      ],
    ] as const
  ) {
    assert.equal((await metrics.ok(path)).text, answer);
  }
  const { status, metrics_received_24h } = await metrics.health();
  assert.deepEqual([status, metrics_received_24h], ["ok", 0]);
});

const refused = (path: string, query: Readonly<Record<string, string>>, detail: string): Case => ({
  name: `GET ${pathOf(path, query).slice(0, 90)} is refused`,
  path: pathOf(path, query),
  status: 400,
  has: JSON.stringify({ detail }),
});

const TIME = "an ISO 8601 date or time, such as 2026-11-20 or 2026-11-20T17:31:00Z";
const LABELS = "Query parameter 'labels' must be labels as key:value, separated by commas";
const SPANS = [
  ["/api/metrics", { name: "a" }, "1h, 24h, 7d, 30d", [
    "1",
    "24",
    "1H",
    "2h",
    "31d",
    "1h,7d",
    "__proto__",
  ]],
  ["/api/dashboard", {}, "1h, 24h, 7d", ["30d", "1", "minute", "constructor"]],
] as const;

const REFUSED: readonly Case[] = [
  ...["/api/metrics", "/api/metrics/labels"].flatMap((path) => [
    refused(path, {}, "Query parameter 'name' is required"),
    refused(path, { name: "" }, "Query parameter 'name' is required"),
    refused(path, { Name: "a", names: "a" }, "Query parameter 'name' is required"),
    refused(
      path,
      { name: "a".repeat(201) },
      "Query parameter 'name' must be at most 200 characters long",
    ),
    refused(
      path,
      { name: "😀".repeat(201) },
      "Query parameter 'name' must be at most 200 characters long",
    ),
  ]),
  ...["/api/metrics", "/api/metrics/names", "/api/metrics/labels", "/api/dashboard"].map((path) =>
    refused(
      path,
      { name: "a", project: "p".repeat(101) },
      "Query parameter 'project' must be at most 100 characters long",
    )
  ),
  ...SPANS.flatMap(([path, query, periods, bad]) => [
    ...bad.map((period) =>
      refused(path, { ...query, period }, `Query parameter 'period' must be one of ${periods}`)
    ),
    ...["since", "until"].flatMap((name) => [
      ...["yesterday", "1763659860", "2026-11", "now-1h", "-1"].map((value) =>
        refused(path, { ...query, [name]: value }, `Query parameter '${name}' must be ${TIME}`)
      ),
      refused(
        path,
        { ...query, [name]: "2026-02-30" },
        `Query parameter '${name}' must be a time that exists; 2026-02-30 is no day`,
      ),
    ]),
    refused(
      path,
      { ...query, until: "2026-11-20" },
      "Query parameter 'until' must not be given without 'since'",
    ),
    ...["2026-11-20", "2026-11-19"].map((until) =>
      refused(
        path,
        { ...query, since: "2026-11-20", until },
        "Query parameter 'since' must be before 'until'",
      )
    ),
  ]),
  ...["second", "day", "Minute", "60", "minute,hour"].map((resolution) =>
    refused(
      "/api/metrics",
      { name: "a", resolution },
      "Query parameter 'resolution' must be one of minute, hour, auto",
    )
  ),
  ...["a", ":b", ",", "a:b,", "a:b,,c:d", "a\\:b", '{"a":"b"}'.replaceAll(":", ""), "a=b"].map((
    labels,
  ) => refused("/api/metrics", { name: "a", labels }, LABELS)),
  refused(
    "/api/metrics",
    { name: "a", labels: "a:b,c:d,a:e" },
    "Query parameter 'labels' must be labels that are given once; a is there twice",
  ),
  refused(
    "/api/metrics",
    { name: "a", group_by: "a,b,c,d,e,f" },
    "Query parameter 'group_by' must be at most 5 names of labels",
  ),
  ...[
    "/api/metrics?name=%",
    "/api/metrics/names?project=%ff",
    "/api/metrics/labels?name=%ed%a0%80",
    "/api/dashboard?project=%e",
  ].map((path) => ({
    name: `GET ${path} is refused`,
    path,
    status: 400,
    has: '{"detail":"Query string has a malformed percent-encoding"}',
  })),
];

Deno.test("Queries of metrics with a bad parameter are refused, and say why", async (t) => {
  await using metrics = await MetricApi.start();
  await runCases(t, metrics.api, REFUSED);
});

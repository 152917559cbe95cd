import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { withinAMinute } from "../support/one_minute.ts";
import { type Case, runCases } from "./support/cases.ts";
import { iso, MetricApi, type MetricApiOptions, MINUTE, minutesAgo } from "./support/metric_api.ts";
import { sendRaw } from "./support/raw.ts";

const METRIC = { name: "requests", type: "counter", value: 1 };

const unauthorized = (method: string, path: string, key: string | null): Case => ({
  name: `${method} ${path} with ${key === null ? "no key" : "a wrong key"} is unauthorized`,
  method,
  path,
  key,
  ...(method === "POST" ? { body: [METRIC] } : {}),
  status: 401,
  has: '{"detail":"Invalid API key"}',
});

Deno.test("Under /api/metrics authentication comes before everything", async (t) => {
  await using metrics = await MetricApi.start();
  const paths = [
    "/api/metrics?name=requests",
    "/api/metrics?name=%",
    "/api/metrics/names",
    "/api/metrics/labels",
    "/api/metrics/projects",
    "/api/metrics/none",
    "/api/dashboard",
  ];
  await runCases(t, metrics.api, [
    ...[null, "wrong"].flatMap((key) => [
      ...paths.map((path) => unauthorized("GET", path, key)),
      unauthorized("POST", "/api/metrics", key),
      unauthorized("DELETE", "/api/metrics", key),
    ]),
    {
      name: "DELETE /api/metrics is not allowed",
      method: "DELETE",
      path: "/api/metrics",
      status: 405,
      answerHeaders: { allow: "POST, GET, HEAD" },
    },
    {
      name: "POST /api/dashboard is not allowed",
      method: "POST",
      path: "/api/dashboard",
      status: 405,
      answerHeaders: { allow: "GET, HEAD" },
    },
    { name: "GET /api/metrics/1 is no route", path: "/api/metrics/1", status: 404 },
    { name: "GET /api/errors is another service's", path: "/api/errors", status: 404 },
    {
      name: "HEAD /api/metrics/names is answered",
      method: "HEAD",
      path: "/api/metrics/names",
      status: 200,
    },
  ]);
  assert.deepEqual(await metrics.names(), []);
});

Deno.test("RATE_LIMIT of the Metrics Collector is 200 unless given", () =>
  withinAMinute(async () => {
    await using metrics = await MetricApi.start({ env: { RATE_LIMIT: "" } });
    // Asking for the API's document was the first.
    let passed = 1;
    let answer = await metrics.api.post("/api/metrics", [METRIC]);
    for (; answer.status === 202 && passed < 300; passed++) {
      answer = await metrics.api.post("/api/metrics", [METRIC]);
    }
    assert.equal(passed, 200);
    assert.equal(answer.status, 429);
    const { detail, retry_after } = answer.json();
    assert.equal(detail, "Rate limit exceeded");
    assert.ok(retry_after >= 1 && retry_after <= 61);
    assert.equal(answer.headers.get("retry-after"), `${retry_after}`);
    assert.equal((await metrics.api.get("/api/dashboard")).status, 429);
    // What was refused is not counted.
    assert.equal((await metrics.health()).metrics_received_24h, passed - 1);
  }));

const LIMIT = 512 * 1024;
const TOO_LARGE = '{"detail":"Request body exceeds maximum size"}';

/** A batch of one metric in so many bytes. */
function batchOf(bytes: number): string {
  return JSON.stringify([METRIC]).padEnd(bytes);
}

Deno.test("POST /api/metrics takes a body of 512 KiB and no byte more", async (t) => {
  await using metrics = await MetricApi.start();
  const { url, apiKey } = metrics.api.program;
  const head = (length: string) =>
    ["POST /api/metrics HTTP/1.1", "Host: localhost", `X-API-Key: ${apiKey}`, length, "", ""].join(
      "\r\n",
    );

  await t.step("POST /api/metrics takes 512 KiB", async () => {
    assert.equal((await metrics.api.post("/api/metrics", batchOf(LIMIT))).status, 202);
  });
  await t.step("POST /api/metrics refuses a byte more by Content-Length, unread", async () => {
    const answer = await sendRaw(url, head(`Content-Length: ${LIMIT + 1}`));
    assert.deepEqual([answer.status, answer.body], [413, TOO_LARGE]);
  });
  await t.step("POST /api/metrics refuses a byte more in chunks while they stream in", async () => {
    const chunk = `${(LIMIT + 1).toString(16)}\r\n${batchOf(LIMIT + 1)}\r\n`;
    const answer = await sendRaw(url, head("Transfer-Encoding: chunked"), chunk);
    assert.deepEqual([answer.status, answer.body], [413, TOO_LARGE]);
  });
  await t.step("POST /api/metrics takes 1000 metrics with long names and some labels", async () => {
    const samples = Array.from({ length: 1000 }, (_, n) => ({
      ...METRIC,
      name: `http_client_request_duration_seconds_of_the_whole_shop_${n % 10}`,
      labels: {
        endpoint: `/api/v1/customers/{customer}/orders/{order}/${n % 50}`,
        method: "GET",
        status: "200",
      },
      timestamp: iso(minutesAgo(1)),
      project: "shop",
    }));
    assert.ok(JSON.stringify(samples).length < LIMIT);
    await metrics.record(samples);
  });
  assert.equal((await metrics.health()).metrics_received_24h, 1001);
});

/** How many samples came for each label set of a metric. */
async function countsBy(metrics: MetricApi, name: string, label: string) {
  const { groups = [] } = await metrics.query({ name, group_by: `${label},monlight_overflow` });
  return groups.map(({ labels, data }) => {
    const count = data.reduce((sum, point) => sum + point.count, 0);
    return `${labels.monlight_overflow === "true" ? "overflow" : labels[label]}: ${count}`;
  }).sort();
}

const user = (name: string, user: number) => ({ ...METRIC, name, labels: { user: `${user}` } });

Deno.test("MAX_SERIES_PER_METRIC: label sets beyond it share one series", async (t) => {
  await using folder = await makeFolder();
  const options: MetricApiOptions = {
    dataDir: folder.path,
    env: { MAX_SERIES_PER_METRIC: "3", AGGREGATION_INTERVAL: "1" },
  };
  const counts = ["0: 2", "1: 1", "2: 1", "overflow: 4"];
  {
    await using metrics = await MetricApi.start(options);
    await metrics.record([0, 1, 2, 3, 4, 0, 3, 5].map((id) => user("logins", id)));
    await metrics.record([user("others", 7)]);

    await t.step("GET /api/metrics has them under monlight_overflow", async () => {
      assert.deepEqual(await countsBy(metrics, "logins", "user"), counts);
      assert.deepEqual(await metrics.labels({ name: "logins" }), {
        monlight_overflow: ["true"],
        user: ["0", "1", "2"],
      });
      assert.equal(
        (await metrics.points({ name: "logins", labels: "monlight_overflow:true" })).length,
        1,
      );
      const [all] = await metrics.points({ name: "logins" });
      assert.equal(all?.sum, 8);
      assert.deepEqual(await countsBy(metrics, "others", "user"), ["7: 1"]);
    });
    await t.step("GET /metrics counts them, and the log tells of them once", async () => {
      const { text } = await metrics.ok("/metrics");
      assert.match(text, /^monlight_metric_overflow_samples_total 4$/m);
      assert.match(text, /^monlight_metric_series 5$/m);
      await metrics.record([user("logins", 9)]);
      const warnings = metrics.api.program.logs().filter(({ level }) => level === "WARN");
      assert.deepEqual(warnings.map(({ metric }) => metric), ["logins"]);
    });
  }
  await using metrics = await MetricApi.start(options);
  await t.step("After a restart it is the same series", async () => {
    await metrics.record([user("logins", 10), user("logins", 1)]);
    await metrics.rolledUp();
    assert.deepEqual(await countsBy(metrics, "logins", "user"), [
      "0: 2",
      "1: 2",
      "2: 1",
      "overflow: 6",
    ]);
  });
});

Deno.test("MAX_SERIES: metrics beyond it share one, and known series go on", async () => {
  await using metrics = await MetricApi.start({ env: { MAX_SERIES: "4" } });
  for (const name of ["a", "b", "c"]) {
    await metrics.record([0, 1, 2].map((id) => user(name, id)));
  }
  await metrics.record([{ ...user("gauges", 0), type: "gauge", project: "shop" }]);
  await metrics.record([user("a", 0), user("b", 0)]);
  assert.deepEqual(await countsBy(metrics, "a", "user"), ["0: 2", "1: 1", "2: 1"]);
  assert.deepEqual(await countsBy(metrics, "b", "user"), ["0: 2", "overflow: 2"]);
  assert.deepEqual(await metrics.names(), [
    "a: counter",
    "b: counter",
    "monlight_overflow: counter",
    "monlight_overflow: gauge",
  ]);
  const beyond = async (filter: Readonly<Record<string, string>>) =>
    (await metrics.points({ name: "monlight_overflow", ...filter }))
      .reduce((sum, { count }) => sum + count, 0);
  assert.equal(await beyond({}), 3);
  assert.equal(await beyond({ type: "gauge", project: "shop" }), 1);
  assert.equal(await beyond({ type: "gauge", project: "default" }), 0);
});

Deno.test("GET /health counts what came in the last 24 hours, after a restart too", async () => {
  await using folder = await makeFolder();
  const options = { dataDir: folder.path, env: { AGGREGATION_INTERVAL: "1" } };
  {
    await using metrics = await MetricApi.start(options);
    for (let batch = 0; batch < 5; batch++) {
      await metrics.record(
        Array.from({ length: 20 }, (_, n) => ({ ...METRIC, timestamp: iso(minutesAgo(n)) })),
      );
    }
    await metrics.rolledUp();
    await metrics.record([METRIC]);
    const health = await metrics.health();
    assert.deepEqual([health.status, health.metrics_received_24h], ["ok", 101]);
    assert.ok(Math.abs(Date.now() - Date.parse(health.last_aggregation ?? "")) < 2 * MINUTE);
    assert.deepEqual(Object.keys(health), ["status", "metrics_received_24h", "last_aggregation"]);
    assert.equal(await metrics.api.program.stop(), 0);
  }
  await using metrics = await MetricApi.start(options);
  assert.equal((await metrics.health()).metrics_received_24h, 101);
});

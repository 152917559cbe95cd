import assert from "node:assert/strict";
import type { Api } from "./support/api.ts";
import { runCases } from "./support/cases.ts";
import {
  BLOG_KEY,
  browserMetrics,
  SHOP_KEY,
  startTogether,
  submitMetrics,
  withDsn,
} from "./support/relay_api.ts";

/** Labels of a metric with their values, by name. */
async function labelsOf(api: Api, name: string): Promise<Record<string, readonly string[]>> {
  const { labels } = (await api.get(`/api/metrics/labels?name=${name}`)).json();
  return Object.fromEntries(
    labels.map((label: { name: string; values: string[] }) => [label.name, label.values]),
  );
}

function metric(fields: Readonly<Record<string, unknown>>) {
  return { name: "m", type: "counter", value: 1, ...fields };
}

Deno.test("POST /api/browser/metrics records a page's metrics as its project's", async (t) => {
  await using api = await startTogether();

  await t.step("The answer counts them, and the relay's labels are there", async () => {
    const answer = await submitMetrics(api, browserMetrics());
    assert.deepEqual([answer.status, answer.json()], [202, { status: "accepted", count: 1 }]);
    assert.deepEqual(await labelsOf(api, "web_vitals_lcp"), {
      page: ["/cart/:id"],
      project: ["shop"],
      source: ["browser"],
    });
    assert.deepEqual((await api.get("/api/metrics/projects")).json().projects, ["shop"]);
    const { web_vitals } = (await api.get("/api/dashboard?period=1h")).json();
    assert.equal(web_vitals.LCP.p75, 1200);
  });

  await t.step(
    "What the page says of project, source, page and session is not believed",
    async () => {
      const labels = {
        project: "blog",
        source: "server",
        page: "/other",
        session_id: "8d1c0f5e",
        method: "GET",
        ok: true,
        status: 200,
      };
      const metrics = [metric({ name: "spoofed", project: "blog", labels })];
      assert.equal(
        (await submitMetrics(api, browserMetrics({ metrics, project: "x" }))).status,
        202,
      );
      assert.deepEqual(await labelsOf(api, "spoofed"), {
        method: ["GET"],
        ok: ["true"],
        page: ["/cart/:id"],
        project: ["shop"],
        source: ["browser"],
        status: ["200"],
      });
      const { projects } = (await api.get("/api/metrics/projects")).json();
      assert.deepEqual(projects, ["shop"]);
    },
  );

  await t.step("Without an address a page's own label stays", async () => {
    const metrics = [metric({ name: "unplaced", labels: { page: "/own" } })];
    await submitMetrics(api, { metrics });
    assert.deepEqual((await labelsOf(api, "unplaced")).page, ["/own"]);
  });

  await t.step("Another project's are another project's", async () => {
    await submitMetrics(api, browserMetrics({ metrics: [metric({ name: "both" })] }));
    await submitMetrics(api, browserMetrics({ metrics: [metric({ name: "both" })] }), BLOG_KEY);
    assert.deepEqual((await labelsOf(api, "both")).project, ["blog", "shop"]);
    const { data } = (await api.get("/api/metrics?name=both&period=1h&project=blog")).json();
    assert.equal(data[0].sum, 1);
  });

  await t.step("The same event_id counts once", async () => {
    const body = browserMetrics({ metrics: [metric({ name: "once" })], event_id: "a".repeat(32) });
    for (let times = 0; times < 3; times++) {
      assert.deepEqual((await submitMetrics(api, body)).json(), { status: "accepted", count: 1 });
    }
    const { data } = (await api.get("/api/metrics?name=once&period=1h")).json();
    assert.equal(data[0].sum, 1);
  });

  await t.step("1000 at once, and 17 labels of a page's own", async () => {
    const labels = Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`l${n}`, n]));
    const one = await submitMetrics(api, browserMetrics({ metrics: [metric({ labels })] }));
    assert.equal(one.status, 202, one.text);
    const metrics = Array.from({ length: 1000 }, () => metric({}));
    const many = await submitMetrics(api, { metrics });
    assert.deepEqual(many.json(), { status: "accepted", count: 1000 });
  });

  await t.step("A time that the collector refuses is a 400 in its words", async () => {
    const late = "2020-01-01T00:00:00Z";
    const metrics = [metric({}), metric({ timestamp: late })];
    const answer = await submitMetrics(api, { metrics });
    assert.equal(answer.status, 400);
    assert.match(answer.json().detail, /^Item 1: 'timestamp' must not be more than 3600 s in the/);
  });

  const labels = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [n, 1]));
  const item = (fields: Readonly<Record<string, unknown>>) => ({
    metrics: [metric({}), metric(fields)],
  });
  await runCases(
    t,
    api,
    ([
      ["no body", "", "Request body is empty"],
      ["a bare array", [metric({})], "Request body must be a JSON object"],
      ["no metrics", {}, "Field 'metrics' must be an array of 1 to 1000 metrics"],
      ["an empty array", { metrics: [] }, "Field 'metrics' must be an array of 1 to 1000 metrics"],
      ["1001", { metrics: Array(1001).fill(1) }, "Field 'metrics' must be an array of 1 to 1000"],
      ["no object", { metrics: [metric({}), 7] }, "Item 1: must be an object"],
      ["no name", item({ name: undefined }), "Item 1: 'name' must be a text of 1 to 200 char"],
      ["a long name", item({ name: "x".repeat(201) }), "Item 1: 'name' must be a text of 1 to 200"],
      ["a wrong type", item({ type: "summary" }), "Item 1: 'type' must be one of counter, histogr"],
      ["no value", item({ value: null }), "Item 1: 'value' must be a finite number"],
      [
        "an infinite value",
        '{"metrics":[{"name":"m","type":"gauge","value":1e999}]}',
        "Item 0: 'v",
      ],
      ["labels that are an array", item({ labels: [] }), "Item 1: 'labels' must be an object"],
      ["18 labels", item({ labels: labels(18) }), "Item 1: 'labels' must be at most 17"],
      [
        "a label that is null",
        item({ labels: { a: null } }),
        'Item 1: label \\"a\\" must be a text',
      ],
      [
        "a long label",
        item({ labels: { a: "x".repeat(1001) } }),
        "must be at most 1000 characters",
      ],
      ["a long label name", item({ labels: { ["x".repeat(101)]: 1 } }), "the name of a label must"],
      ["a blank label name", item({ labels: { " ": 1 } }), "Item 1: the name of a label must be"],
      ["a time that is none", item({ timestamp: "soon" }), "Item 1: 'timestamp' must be an ISO"],
      ["a time as a number", item({ timestamp: 1 }), "Item 1: 'timestamp' must be a text"],
      ["a url that is an object", { metrics: [metric({})], url: {} }, "Field 'url' must be a str"],
      ["a long session", { metrics: [metric({})], session_id: "x".repeat(201) }, "'session_id'"],
    ] as const).map(([name, body, has]) => ({
      name: `POST /api/browser/metrics refuses ${name}`,
      method: "POST",
      path: "/api/browser/metrics",
      ...withDsn(SHOP_KEY),
      body,
      status: 400,
      has,
    })),
  );

  await t.step("Nothing of what was refused is there", async () => {
    const { data } = (await api.get("/api/metrics?name=m&period=1h")).json();
    const sum = data.reduce((total: number, point: { sum: number }) => total + point.sum, 0);
    assert.equal(sum, 1001);
  });

  await t.step("A batch that the labels make too large for the collector is told so", async () => {
    const project = "\u65e5".repeat(100);
    const { public_key } = (await api.post("/api/dsn-keys", { project })).json();
    const url = `https://shop.example/${"a-/".repeat(100)}`;
    const send = (count: number) =>
      submitMetrics(api, { metrics: Array(count).fill(metric({ name: "l" })), url }, public_key);
    const answer = await send(1000);
    assert.equal(answer.status, 400);
    assert.match(answer.text, /Field 'metrics' is too large with the labels of the relay/);
    assert.equal((await send(400)).status, 202);
  });
});

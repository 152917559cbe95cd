import assert from "node:assert/strict";
import { Api } from "./support/api.ts";

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (NaN|[+-]?Inf|[-+]?[0-9.]+(?:e[-+]?\\d+)?)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

/** Reads the Prometheus text format 0.0.4 line by line; throws at a line that is none. */
function parseMetrics(text: string) {
  assert.ok(text.endsWith("\n"));
  const types = new Map<string, string>();
  const helps = new Set<string>();
  const samples: Sample[] = [];
  for (const line of text.slice(0, -1).split("\n")) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment) {
      const [, kind, name = "", rest = ""] = comment;
      const known: { has(name: string): boolean } = kind === "TYPE" ? types : helps;
      assert.ok(!known.has(name), `${kind} of ${name} twice`);
      if (kind === "TYPE") types.set(name, rest);
      else helps.add(name);
      continue;
    }
    const [, name = "", labels = "", value] = SAMPLE.exec(line) ??
      assert.fail(`No sample: ${line}`);
    samples.push({ name, labels: parseLabels(labels), value: Number(value) });
    const family = name.replace(/_(bucket|sum|count)$/, "");
    assert.ok(types.has(name) || types.get(family) === "histogram", `No TYPE before ${line}`);
    assert.ok(helps.has(name) || helps.has(family));
  }
  return { types, samples };
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name = "", value = ""] = LABEL.exec(text) ?? assert.fail(`No label: ${text}`);
    labels[name] = value;
  }
  return labels;
}

Deno.test("GET /metrics tells Prometheus of the program", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });
  const read = async () => {
    const answer = await api.get("/metrics");
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    const { samples, types } = parseMetrics(answer.text);
    const value = (name: string, labels: Record<string, string> = {}) =>
      samples.find((one) =>
        one.name === name &&
        Object.entries(labels).every(([label, text]) => one.labels[label] === text)
      )?.value;
    return { samples, types, value };
  };

  await t.step("GET /metrics wants the key", async () => {
    assert.equal((await api.get("/metrics", { key: null })).status, 401);
  });
  await t.step("GET /metrics tells sizes, depths and the process", async () => {
    const { value } = await read();
    assert.ok(Number(value("monlight_database_size_bytes", { service: "errors" })) > 4096);
    assert.equal(value("monlight_ingest_queue_depth", { service: "errors" }), 0);
    assert.equal(value("monlight_unresolved_errors"), 0);
    assert.ok(Number(value("monlight_reader_queue_depth", { service: "errors" })) >= 0);
    assert.ok(Number(value("process_resident_memory_bytes")) > 1e6);
    const startedAt = Number(value("process_start_time_seconds"));
    assert.ok(Math.abs(Date.now() / 1000 - startedAt) < 60);
  });
  await t.step("GET /metrics counts requests by route, method and status", async () => {
    const labels = { service: "errors", method: "POST", route: "/api/errors" };
    for (let n = 0; n < 3; n++) await api.report({}, n + 1);
    await api.report({}, 1);
    await api.post("/api/errors", "{}");
    const { value } = await read();
    const name = "monlight_http_requests_total";
    assert.equal(value(name, { ...labels, status: "201" }), 3);
    assert.equal(value(name, { ...labels, status: "200" }), 1);
    assert.equal(value(name, { ...labels, status: "400" }), 1);
    assert.equal(value("monlight_unresolved_errors"), 3);
  });
  await t.step("GET /metrics has histograms that add up", async () => {
    const { samples, types } = await read();
    const histograms = [...types].filter(([, type]) => type === "histogram").map(([name]) => name);
    assert.deepEqual(histograms, ["monlight_http_request_duration_seconds"]);
    const seconds = "monlight_http_request_duration_seconds";
    for (
      const { labels, value: count } of samples.filter(({ name }) => name === `${seconds}_count`)
    ) {
      const buckets = samples.filter((one) =>
        one.name === `${seconds}_bucket` && one.labels.route === labels.route &&
        one.labels.service === labels.service
      );
      assert.equal(buckets.at(-1)?.labels.le, "+Inf");
      assert.equal(buckets.at(-1)?.value, count);
      const values = buckets.map(({ value }) => value);
      assert.deepEqual(values, values.toSorted((a, b) => a - b));
      const bounds = buckets.map(({ labels }) => Number(labels.le?.replace("+Inf", "Infinity")));
      assert.deepEqual(bounds, bounds.toSorted((a, b) => a - b));
    }
  });
  await t.step(
    "GET /metrics does not grow with paths and methods that clients make up",
    async () => {
      for (let n = 0; n < 20; n++) {
        await api.send({ method: `M${n}`, path: `/api/made-up/${n}` });
        await api.get(`/made-up/${n}`);
        await api.get(`/api/errors/${n}999`);
      }
      const { samples, value } = await read();
      for (const { labels } of samples) {
        assert.doesNotMatch(
          JSON.stringify(labels),
          /made-up|999|M1/,
        );
      }
      assert.equal(value("monlight_http_requests_total", { method: "other", status: "404" }), 20);
      assert.equal(
        value("monlight_http_requests_total", { route: "/api/errors/{id}", status: "404" }),
        20,
      );
    },
  );
});

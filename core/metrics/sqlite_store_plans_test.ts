/**
 * That the queries of the stores use their indexes. Their SQL is listened to while the stores work, so it is
 * what runs, not a copy of it.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { DAY, HOUR } from "../clock.ts";
import { type TestCollector, withCollector } from "./collector_test_support.ts";
import { exportMetrics } from "./export.ts";

/**
 * What may be looked through whole, by the start of its step: single rows; counts of a day; metrics, which are
 * few; hours that are open, a few for each metric; all series at the start and for an export; and what comes from a
 * subquery that is searched itself.
 */
const WHOLE = [
  "SCAN sqlite_schema",
  "SCAN metrics_rollup",
  "SCAN metrics_received",
  "SEARCH metrics_received",
  "SCAN metrics_names",
  "SCAN metrics_open_hours",
  "SCAN metrics_series USING COVERING INDEX",
  "SCAN s USING COVERING INDEX",
  "SCAN json_each",
  "SCAN (subquery",
];
/** Those that grow and shrink. */
const TABLES = ["names", "series", "labels", "chunks", "packs"].map((name) => `metrics_${name}`);
/** All series are told whole by these alone. */
const OF_ALL_SERIES = /^SELECT (id, metric, labels FROM metrics_series$|s\.id, n\.project)/;
/** Every id up to one is nearly every id. */
const FROM_THE_FIRST = /USING INTEGER PRIMARY KEY \(rowid<\?\)/;

Deno.test("MetricStore finds what it keeps by indexes, never by looking at every bucket or chunk", () =>
  withCollector(async (collector) => {
    const heard = await listen(() => useEverything(collector));
    for (const table of TABLES) {
      for (const verb of ["INSERT INTO", "DELETE FROM"]) {
        assert.ok([...heard].some((sql) => sql.includes(`${verb} ${table}`)), `${verb} ${table}`);
      }
    }
    const database = new DatabaseSync(collector.path);
    const wholes: string[] = [];
    for (const sql of heard) {
      if (!/^\s*(SELECT|UPDATE|DELETE|INSERT)/.test(sql)) continue;
      for (const { detail } of database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()) {
        const step = String(detail);
        const isAllowed = WHOLE.some((start) => step.startsWith(start)) &&
          (!/^SCAN (s|metrics_series) /.test(step) || OF_ALL_SERIES.test(sql));
        const isWhole = step.startsWith("SCAN") || FROM_THE_FIRST.test(step);
        if (isWhole && !isAllowed) wholes.push(`${step} | ${sql}`);
      }
    }
    database.close();
    assert.deepEqual(wholes, []);
  }));

/** Statements that are prepared while `work` runs. */
async function listen(work: () => Promise<void>): Promise<ReadonlySet<string>> {
  const heard = new Set<string>();
  const { prepare } = DatabaseSync.prototype;
  DatabaseSync.prototype.prepare = function (sql, ...rest) {
    heard.add(sql);
    return prepare.call(this, sql, ...rest);
  };
  try {
    await work();
  } finally {
    DatabaseSync.prototype.prepare = prepare;
  }
  return heard;
}

async function useEverything(collector: TestCollector): Promise<void> {
  const samples = [
    { name: "http_requests_total", type: "counter", value: 1, labels: { endpoint: "/a" } },
    { name: "http_request_duration_seconds", type: "histogram", value: 1, project: "shop" },
    { name: "web_vitals_lcp", type: "histogram", value: 1, labels: { page: "/" } },
  ];
  for (const pause of [HOUR, 2 * HOUR, DAY, 40 * DAY]) {
    await collector.record(samples);
    collector.rollUp();
    collector.now += pause;
    await collector.record(samples);
    ask(collector);
    collector.rollUp();
    collector.retain();
    ask(collector);
    collector.close();
  }
  collector.now += 40 * DAY;
  collector.rollUp();
  collector.retain();
  assert.equal(collector.kept.series, 0);
}

function ask(collector: TestCollector): void {
  const { read } = collector;
  const [metric] = read.metrics({ name: "web_vitals_lcp", project: "default" });
  assert.ok(metric);
  for (const resolution of ["minute", "hour"] as const) {
    const query = { name: metric.name, span: { period: "24h" as const }, resolution };
    collector.query({ ...query, labels: {}, groupBy: [] });
    collector.query({ ...query, labels: { page: "/" }, groupBy: [], project: "default" });
    collector.query({ ...query, labels: {}, groupBy: ["page"] });
  }
  collector.dashboard({ span: { period: "24h" } });
  read.names("shop");
  read.projects();
  read.labels([metric.id]);
  [...exportMetrics(collector.path, { tier: undefined, name: "x", project: "y" })];
  collector.store.receivedByHour();
}

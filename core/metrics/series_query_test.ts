import assert from "node:assert/strict";
import { HOUR, MINUTE } from "../clock.ts";
import { Failure } from "../failure.ts";
import { finish } from "../stepwise.ts";
import { type TestCollector, withCollector } from "./collector_test_support.ts";
import type { MetricQuery } from "./model.ts";
import { ReadBudget } from "./read_budget.ts";
import { queryMetric } from "./series_query.ts";

const QUERY: MetricQuery = {
  name: "hits",
  labels: {},
  groupBy: ["path"],
  span: { period: "1h" },
  resolution: "minute",
};

/** Ten minutes of ten series, the last of them with samples that are not rolled up. */
async function record(collector: TestCollector): Promise<void> {
  for (let minute = 0; minute < 10; minute++) {
    await collector.record(
      Array.from({ length: 10 }, (_, at) => ({
        name: "hits",
        type: "counter",
        value: at,
        labels: { path: `/${at}` },
      })),
    );
    if (minute < 9) collector.rollUp();
    collector.now += MINUTE;
  }
}

Deno.test("queryMetric() refuses to read more than it may, and says what to ask for instead", () =>
  withCollector(async (collector) => {
    await record(collector);
    const { read, now } = collector;
    const ask = (query: MetricQuery, most: number) =>
      finish(queryMetric(read, query, { now, budget: new ReadBudget(most) }));
    assert.equal(ask(QUERY, 200).groups?.length, 10);
    assert.throws(
      () => ask(QUERY, 99),
      (error) =>
        error instanceof Failure && error.code === "invalid" &&
        error.detail.startsWith("Query reads more than 99 buckets: ask for a shorter time"),
    );
    // All series together are read as one bucket a minute.
    assert.equal(ask({ ...QUERY, groupBy: [] }, 10).data?.length, 10);
  }));

Deno.test("queryMetric() can be ended between any two steps, and the connection goes on", () =>
  withCollector(async (collector) => {
    await record(collector);
    const { read, now } = collector;
    let steps = 0;
    for (const _ of read.atOneMomentInSteps(queryMetric(read, QUERY, { now }))) steps++;
    assert.ok(steps >= 10, `${steps} steps`);
    for (let cut = 0; cut <= steps; cut++) {
      const work = read.atOneMomentInSteps(queryMetric(read, QUERY, { now }));
      for (let step = 0; step < cut; step++) work.next();
      work.return(undefined as never);
    }
    assert.equal(collector.query(QUERY).groups?.length, 10);
  }));

Deno.test("queryMetric() orders groups by what it is asked to, also where it tells some alone", () =>
  withCollector(async (collector) => {
    const path = (name: string) => ({ name: "hits", type: "gauge", labels: { path: name } });
    await collector.record([
      ...[1, 1, 1, 1].map((value) => ({ ...path("/often"), value })),
      ...[2, 3].map((value) => ({ ...path("/much"), value: 10 * value })),
      { ...path("/high"), value: 40 },
      ...[-5, 45].map((value) => ({ ...path("/wide"), value })),
    ]);
    const hundreds = Array.from({ length: 150 }, (_, at) => ({ ...path(`/${at}`), value: 0 }));
    for (const isMany of [false, true]) {
      if (isMany) await collector.record(hundreds);
      const ask = (topBy: MetricQuery["topBy"]) =>
        collector.query({ ...QUERY, topBy }).groups?.slice(0, 4).map(({ labels }) => labels.path);
      assert.deepEqual(ask(undefined), ask("count"));
      assert.equal(ask("count")?.[0], "/often");
      assert.deepEqual(ask("sum")?.slice(0, 2), ["/much", "/high"]);
      assert.deepEqual(ask("avg"), ["/high", "/much", "/wide", "/often"]);
      assert.deepEqual(ask("max"), ["/wide", "/high", "/much", "/often"]);
      assert.deepEqual(ask("min")?.slice(0, 3), ["/high", "/much", "/often"]);
    }
    const { groups = [], groups_left_out } = collector.query({ ...QUERY, topBy: "max" });
    assert.deepEqual([groups.length, groups_left_out], [100, 54]);
    collector.now += HOUR;
  }));

import assert from "node:assert/strict";
import { chosenStatistic, statisticsOf } from "./statistics.ts";

Deno.test("statisticsOf() offers what a metric of a type has, the usual first", () => {
  assert.deepEqual(statisticsOf(["counter"], false), ["rate", "sum"]);
  assert.deepEqual(statisticsOf(["gauge"], true), ["avg", "min", "max"]);
  assert.deepEqual(statisticsOf(["histogram"], false), ["percentiles", "avg", "count", "sum"]);
});

Deno.test("statisticsOf() offers one percentile at a time where groups have a line each", () => {
  assert.deepEqual(statisticsOf(["histogram"], true), ["p95", "p50", "p99", "avg", "count", "sum"]);
});

Deno.test("statisticsOf() offers no rate of what is not only a counter", () => {
  assert.deepEqual(statisticsOf(["counter", "gauge"], false), ["sum", "avg", "min", "max"]);
});

Deno.test("chosenStatistic() falls back to the usual one", () => {
  const offered = statisticsOf(["histogram"], false);
  assert.equal(chosenStatistic("sum", offered), "sum");
  assert.equal(chosenStatistic("rate", offered), "percentiles");
  assert.equal(chosenStatistic(undefined, offered), "percentiles");
});

import assert from "node:assert/strict";
import { chipsOf } from "./labels.tsx";
import { foundMetrics, type ListedMetric } from "./load.ts";

const METRICS: readonly ListedMetric[] = ["http_requests_total", "HTTP.errors", "queue_depth"]
  .map((name) => ({ name, types: ["counter"] }));

Deno.test("foundMetrics() finds names that have all the words", () => {
  const found = (search: string | undefined) =>
    foundMetrics(METRICS, search).map((one) => one.name);
  assert.deepEqual(found(undefined), ["http_requests_total", "HTTP.errors", "queue_depth"]);
  assert.deepEqual(found("Http"), ["http_requests_total", "HTTP.errors"]);
  assert.deepEqual(found("total  req"), ["http_requests_total"]);
  assert.deepEqual(found("(.*"), []);
});

Deno.test("chipsOf() shows the first values, and the chosen one in any case", () => {
  const values = ["a", "b", "c", "d", "e", "f", "g", "h"];
  assert.deepEqual(chipsOf(values, undefined), ["a", "b", "c", "d", "e", "f"]);
  assert.deepEqual(chipsOf(values, "b"), ["a", "b", "c", "d", "e", "f"]);
  assert.deepEqual(chipsOf(values, "h"), ["h", "a", "b", "c", "d", "e", "f"]);
  assert.deepEqual(chipsOf(["a"], "zzz"), ["zzz", "a"]);
});

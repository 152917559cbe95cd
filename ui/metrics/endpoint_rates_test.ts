import assert from "node:assert/strict";
import { condensed } from "./condensed.ts";
import { mergedRates } from "./endpoint_rates.ts";

const time = (clock: string) => `2026-11-20T${clock}:00.000Z`;
const requests = (clock: string) => ({ bucket: time(clock), requests: 1, rate: 1 });

Deno.test("mergedRates() adds minutes up to the buckets of the dashboard", () => {
  const points = [
    { bucket: time("12:01"), sum: 30 },
    { bucket: time("12:04"), sum: 30 },
    { bucket: time("12:10"), sum: 60 },
  ];
  const rates = mergedRates(points, {
    interval_s: 300,
    since: time("12:00"),
    until: time("12:12"),
    request_rate: [requests("12:00"), requests("12:05"), requests("12:10")],
  });
  assert.deepEqual(rates, [
    { bucket: time("12:00"), rate: 0.2 },
    // Others had requests then.
    { bucket: time("12:05"), rate: 0 },
    // Two of its five minutes are within the range.
    { bucket: time("12:10"), rate: 0.5 },
  ]);
});

Deno.test("condensed() puts neighbours together", () => {
  assert.deepEqual(condensed([1, 2, null, 4], 2, "sum"), [3, 4]);
  assert.deepEqual(condensed([1, 2, null, 4], 2, "highest"), [2, 4]);
  assert.deepEqual(condensed([5], 24, "sum"), [5]);
});

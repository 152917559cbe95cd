import assert from "node:assert/strict";
import { valueText } from "../units.ts";
import { unitOf } from "./metric_unit.ts";
import type { Measure } from "./statistics.ts";

/** How a stored value of a metric reads. */
const CASES: readonly (readonly [name: string, measure: Measure, value: number, text: string])[] = [
  ["http_request_duration_seconds", "p95", 0.042, "42 ms"],
  ["http_request_duration_seconds", "avg", 1.5, "1.5 s"],
  ["http_request_duration_seconds", "count", 1284, "1,284"],
  ["http_request_duration_seconds", "sum", 300, "5 min"],
  ["browser_http_request_duration_ms", "p50", 340, "340 ms"],
  ["requestDurationMs", "p50", 340, "340 ms"],
  ["db.query.duration_us", "p99", 2500, "2.5 ms"],
  ["gc_pause_ns", "max", 2_500_000, "2.5 ms"],
  ["session_minutes", "avg", 90, "90 min"],
  ["memory_bytes", "avg", 3 * 1024 * 1024, "3 MiB"],
  ["heap_kib", "avg", 2048, "2 MiB"],
  ["cache_hit_ratio", "avg", 0.93, "93%"],
  ["disk_used_percent", "max", 93, "93%"],
  ["http_requests_total", "rate", 12.5, "12.5/s"],
  ["http_requests_total", "sum", 1284, "1,284"],
  ["logins", "rate", 0.5, "30/min"],
  ["bytes_sent_total", "rate", 5, "5/s"],
  ["sent_bytes_total", "rate", 2048, "2 KiB"],
  ["cpu_seconds_total", "rate", 0.37, "0.37"],
  ["cpu_seconds_total", "sum", 37, "37 s"],
  ["queue_depth", "avg", 12_500, "12.5k"],
  ["queue_depth", "sum", 5, "5"],
  ["web_vitals_lcp", "p95", 2100, "2.1 s"],
  ["web_vitals_cls", "p95", 0.12, "0.12"],
  ["page_load_time", "p50", 800, "800 ms"],
  // One word alone names a thing, not its unit.
  ["bytes", "avg", 5, "5"],
  ["constructor_toString", "avg", 5, "5"],
  ["🙂", "avg", 5, "5"],
];

Deno.test("unitOf() guesses from the name what values are measured in", () => {
  for (const [name, measure, value, text] of CASES) {
    const { kind, factor } = unitOf(name, measure);
    assert.equal(valueText(value * factor, kind), text, `${name} ${measure}`);
  }
});

Deno.test("unitOf() says what a rate is by", () => {
  assert.equal(unitOf("sent_bytes_total", "rate").per, "per second");
  assert.equal(unitOf("cpu_seconds_total", "rate").per, "seconds per second");
  assert.equal(unitOf("http_requests_total", "rate").per, "");
});

import assert from "node:assert/strict";
import type { ChartData } from "./chart_data.ts";
import { highestRows } from "./chart_table.tsx";
import { axisOf, linePath } from "./drawing.ts";

function chart(...values: (number | null)[]): ChartData {
  return {
    id: "a",
    unit: "plain",
    from: 0,
    to: values.length * 1000,
    buckets: { start: 0, stepMs: 1000, count: values.length },
    lines: [{ label: "a", tone: "one", values }],
  };
}

function path(...values: (number | null)[]): string {
  const data = chart(...values);
  return linePath(values, data, { ...axisOf(data), from: 0, to: 10 });
}

Deno.test("linePath() is broken where there is no data", () => {
  assert.equal(path(0, 10, null, 5, 5), "M0 400l200-400M600 200l200 0");
});

Deno.test("linePath() makes a dot of a value that stands alone", () => {
  assert.equal(path(null, 10, null, null), "M250 0h0");
  assert.equal(path(null, null), "");
});

Deno.test("highestRows() puts several buckets into a row, and leaves empty ones out", () => {
  const rows = highestRows(chart(1, 4, null, null, null, 2), 3);
  assert.deepEqual(rows, [{ time: 0, values: [4] }, { time: 4000, values: [2] }]);
});

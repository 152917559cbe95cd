import assert from "node:assert/strict";
import { dashboardPath, dashboardQuery, readDashboardPageQuery } from "./dashboard_query.ts";

const read = (query: string) => readDashboardPageQuery(`http://localhost/dashboard${query}`);

Deno.test("readDashboardPageQuery() and dashboardPath() are each other's opposites", () => {
  const addresses = [
    "",
    "?period=7d&project=shop",
    "?period=1h&since=2026-11-20T12%3A00%3A00.000Z&until=2026-11-20T12%3A30%3A00.000Z",
    "?sort=-average&endpoints=all",
  ];
  for (const address of addresses) {
    assert.equal(dashboardPath(read(address)), `/dashboard${address}`);
  }
});

Deno.test("readDashboardPageQuery() keeps the period to go back to beside a stretch", () => {
  const query = read("?period=7d&since=2026-11-20T12:00Z");
  assert.equal(query.period, "7d");
  assert.deepEqual(dashboardQuery(query).span, {
    period: null,
    from: Date.UTC(2026, 10, 20, 12),
    to: Infinity,
  });
});

Deno.test("readDashboardPageQuery() refuses what the API refuses", () => {
  assert.throws(() => read("?period=2h"), /'period'/);
  assert.throws(() => read("?sort=color"), /'sort'/);
  assert.throws(() => read("?until=2026-11-20T12:00Z"), /'until'/);
});

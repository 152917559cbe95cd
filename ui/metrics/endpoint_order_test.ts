import assert from "node:assert/strict";
import type { EndpointSummary } from "../../core/metrics/model.ts";
import { directionOf, type EndpointOrder, sortedEndpoints } from "./endpoint_order.ts";

const ENDPOINTS: readonly EndpointSummary[] = [
  { endpoint: "/cart", requests: 20, avg_ms: 30, error_rate: 0 },
  { endpoint: "/search", requests: 90, avg_ms: null, error_rate: 0 },
  { endpoint: "/buy", requests: 5, avg_ms: 400, error_rate: 0.2 },
];

function order(column: EndpointOrder["column"], isReversed = false): string {
  return sortedEndpoints(ENDPOINTS, { column, isReversed }).map(({ endpoint }) => endpoint).join(
    " ",
  );
}

Deno.test("sortedEndpoints() begins with the greatest number, and with A", () => {
  assert.equal(order("requests"), "/search /cart /buy");
  assert.equal(order("endpoint"), "/buy /cart /search");
});

Deno.test("sortedEndpoints() puts what was not measured last, both ways", () => {
  assert.equal(order("average"), "/buy /cart /search");
  assert.equal(order("average", true), "/cart /buy /search");
});

Deno.test("sortedEndpoints() decides between equals by requests", () => {
  assert.equal(order("errors"), "/buy /search /cart");
  assert.equal(order("errors", true), "/search /cart /buy");
});

Deno.test("directionOf() says how the chosen column is sorted, and nothing of others", () => {
  assert.equal(directionOf({ column: "requests", isReversed: false }, "requests"), "descending");
  assert.equal(directionOf({ column: "endpoint", isReversed: false }, "endpoint"), "ascending");
  assert.equal(directionOf({ column: "endpoint", isReversed: true }, "endpoint"), "descending");
  assert.equal(directionOf({ column: "requests", isReversed: false }, "errors"), undefined);
});

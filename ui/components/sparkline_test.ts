import assert from "node:assert/strict";
import { bars } from "./sparkline.tsx";

Deno.test("bars() draws the highest hour in full and every other in proportion", () => {
  assert.equal(bars([0, 5, 10]), "M5.5 20v-9M9.5 20v-18");
});

Deno.test("bars() lets a single event be seen beside many", () => {
  assert.equal(bars([1, 100_000]), "M1.5 20v-2M5.5 20v-18");
});

Deno.test("bars() draws nothing of nothing", () => {
  assert.equal(bars(Array(24).fill(0)), "");
});

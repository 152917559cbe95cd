import assert from "node:assert/strict";
import { ratingShare, thresholdText, vitalText } from "./vitals_words.ts";

Deno.test("thresholdText() names what is good, and what is poor where it is", () => {
  assert.equal(thresholdText("LCP", "good"), "good ≤ 2.5 s");
  assert.equal(thresholdText("CLS", null), "good ≤ 0.1");
  assert.equal(thresholdText("INP", "poor"), "poor > 500 ms");
});

Deno.test("vitalText() has units but for CLS, which has none", () => {
  assert.equal(vitalText("CLS", 0.13849), "0.138");
  assert.equal(vitalText("TTFB", 623.7), "624 ms");
});

Deno.test("ratingShare() gives each rating a third of the scale", () => {
  assert.equal(ratingShare("INP", 200), 1 / 3);
  assert.equal(ratingShare("INP", 500), 2 / 3);
  assert.equal(ratingShare("INP", 350), 0.5);
  assert.ok(ratingShare("INP", 100_000) <= 1);
});

import assert from "node:assert/strict";
import { errorRateChange, latencyChange, requestsChange } from "./change.ts";

Deno.test("requestsChange() is neither good nor bad", () => {
  assert.deepEqual(requestsChange(112, 100), { direction: "up", text: "12% more", tone: null });
  assert.deepEqual(requestsChange(20, 100), { direction: "down", text: "80% fewer", tone: null });
  assert.equal(requestsChange(570, 100)?.text, "5.7 times as many");
  assert.equal(requestsChange(1001, 1000)?.text, "the same");
});

Deno.test("requestsChange() has nothing to say where there were none before", () => {
  assert.equal(requestsChange(12, 0), null);
});

Deno.test("latencyChange() warns of what got notably slower", () => {
  assert.deepEqual(latencyChange(120, 100), {
    direction: "up",
    text: "20% slower",
    tone: "warning",
  });
  assert.equal(latencyChange(105, 100)?.tone, null);
  assert.deepEqual(latencyChange(50, 100), { direction: "down", text: "50% faster", tone: "ok" });
  assert.equal(latencyChange(400, 100)?.text, "4 times as slow");
});

Deno.test("latencyChange() compares nothing with what was not measured", () => {
  assert.equal(latencyChange(null, 100), null);
  assert.equal(latencyChange(100, null), null);
});

Deno.test("errorRateChange() tells points of percent, and more of them as an error", () => {
  assert.deepEqual(errorRateChange(0.025, 0.01), {
    direction: "up",
    text: "1.5 points more",
    tone: "error",
  });
  assert.deepEqual(errorRateChange(0.01, 0.025), {
    direction: "down",
    text: "1.5 points less",
    tone: "ok",
  });
  assert.equal(errorRateChange(0.0105, 0.01)?.tone, null);
  assert.equal(errorRateChange(0, 0)?.text, "the same");
  assert.equal(errorRateChange(0.02, null), null);
});

import assert from "node:assert/strict";
import { OnceAMinute } from "./once_a_minute.ts";

Deno.test("OnceAMinute.take() is true at once, and then once a minute", () => {
  let now = 0;
  const said = new OnceAMinute(() => now);
  const taken = [0, 1, 59_999, 60_000, 60_001, 119_999, 500_000, 500_001].filter((at) => {
    now = at;
    return said.take();
  });
  assert.deepEqual(taken, [0, 60_000, 500_000]);
});

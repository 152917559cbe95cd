import assert from "node:assert/strict";
import fc from "fast-check";
import { Heights } from "./heights.ts";

const HEIGHT = fc.integer({ min: 1, max: 400 });

type Step =
  | { readonly kind: "reset"; readonly heights: readonly number[] }
  | { readonly kind: "push"; readonly height: number }
  | { readonly kind: "set"; readonly at: number; readonly height: number };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("reset" as const), heights: fc.array(HEIGHT, { maxLength: 60 }) }),
  fc.record({ kind: fc.constant("push" as const), height: HEIGHT }),
  fc.record({ kind: fc.constant("set" as const), at: fc.nat(60), height: HEIGHT }),
);

Deno.test("Heights is a list of heights, whatever is done to it", () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 40 }), fc.nat(20_000), (steps, place) => {
      const heights = new Heights();
      let plain: number[] = [];
      for (const step of steps) {
        if (step.kind === "reset") {
          plain = [...step.heights];
          heights.reset(plain.length, (at) => plain[at] ?? 0);
        } else if (step.kind === "push") {
          plain.push(step.height);
          heights.push(step.height);
        } else if (step.at < plain.length) {
          plain[step.at] = step.height;
          heights.set(step.at, step.height);
        }
      }
      const tops = plain.map((_, at) => plain.slice(0, at).reduce((sum, one) => sum + one, 0));
      assert.equal(heights.length, plain.length);
      assert.deepEqual(plain.map((_, at) => heights.top(at)), tops);
      assert.equal(heights.total, plain.reduce((sum, one) => sum + one, 0));
      const found = tops.findLastIndex((top) => top <= place);
      assert.equal(heights.find(place), found);
    }),
  );
});

Deno.test("Heights.find() gives the ends for places beyond them", () => {
  const heights = new Heights();
  assert.equal(heights.find(0), -1);
  heights.reset(3, () => 20);
  assert.deepEqual([-5, 0, 19, 20, 59, 60, 1e9].map((place) => heights.find(place)), [
    ...[0, 0, 0, 1, 2, 2, 2],
  ]);
});

Deno.test("Heights holds a hundred thousand rows", () => {
  const heights = new Heights();
  heights.reset(100_000, () => 20);
  heights.set(50_000, 300);
  assert.equal(heights.top(50_001), 50_000 * 20 + 300);
  assert.equal(heights.find(50_000 * 20 + 299), 50_000);
  for (let at = 0; at < 5000; at++) heights.push(20);
  assert.equal(heights.total, 105_000 * 20 + 280);
});

import assert from "node:assert/strict";
import { finish } from "../stepwise.ts";
import { sortInSteps, STEP } from "./step_sort.ts";

const SIZES = [0, 1, 2, 1000, STEP - 1, STEP, STEP + 1, 2 * STEP, 3 * STEP + 7, 5 * STEP + 1];

for (const size of SIZES) {
  Deno.test(`sortInSteps() sorts ${size} numbers as sort() does`, () => {
    let seed = size + 1;
    const values = Float64Array.from({ length: size }, () => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      // Equal ones too, of either sign.
      return seed % 5 === 0 ? 0 : seed % 30_000 - 15_000.5;
    });
    const expected = values.toSorted();
    finish(sortInSteps(values));
    assert.deepEqual(values, expected);
  });
}

Deno.test("sortInSteps() does no more than a run of numbers in a step", () => {
  const length = 20 * STEP;
  const values = Float64Array.from({ length }, (_, at) => (at * 7919) % 100_003);
  let steps = 0;
  for (const _ of sortInSteps(values)) steps++;
  // Twenty runs, merged five times.
  assert.equal(steps, 20 + 5 * 20);
  assert.ok(values.every((value, at) => at === 0 || (values[at - 1] ?? 0) <= value));
});

import assert from "node:assert/strict";
import { memoize } from "./memo.ts";

Deno.test("memoize() works a text out once", () => {
  const worked: string[] = [];
  const upper = memoize((text) => {
    worked.push(text);
    return text.toUpperCase();
  }, { maxEntries: 10, maxLength: 10 });
  assert.deepEqual([upper("a"), upper("b"), upper("a")], ["A", "B", "A"]);
  assert.deepEqual(worked, ["a", "b"]);
});

Deno.test("memoize() forgets when it is full and never keeps long texts", () => {
  let worked = 0;
  const length = memoize((text) => {
    worked++;
    return text.length;
  }, { maxEntries: 2, maxLength: 3 });
  for (const text of ["a", "b", "c", "a", "long", "long"]) length(text);
  assert.equal(worked, 6);
});

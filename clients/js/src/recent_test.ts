import assert from "node:assert/strict";
import { rememberRecent } from "./recent.ts";

Deno.test("rememberRecent() lets a key pass once in 60 s, counted from when it passed", () => {
  let now = 0;
  const isNew = rememberRecent(() => now);
  assert.equal(isNew("a"), true);
  now = 59_999;
  assert.equal(isNew("a"), false);
  assert.equal(isNew("b"), true);
  now = 60_000;
  assert.equal(isNew("a"), true);
  assert.equal(isNew("b"), false);
});

Deno.test("rememberRecent() forgets the oldest of more than 100 keys", () => {
  const isNew = rememberRecent(() => 0);
  for (let i = 0; i <= 100; i++) assert.equal(isNew(`key ${i}`), true);
  assert.equal(isNew("key 100"), false);
  assert.equal(isNew("key 1"), false);
  assert.equal(isNew("key 0"), true);
});

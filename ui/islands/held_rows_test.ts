import assert from "node:assert/strict";
import { heldRows } from "./held_rows.ts";

function held(shown: string, next: string) {
  const { gone, added, changed } = heldRows([...shown], [...next]);
  return { gone: [...gone].join(""), added, changed };
}

Deno.test("heldRows() has nothing to do where nothing moved", () => {
  assert.deepEqual(held("abc", "abc"), { gone: "", added: 0, changed: false });
  assert.deepEqual(held("", ""), { gone: "", added: 0, changed: false });
});

Deno.test("heldRows() counts what waits", () => {
  assert.deepEqual(held("abc", "xyabc"), { gone: "", added: 2, changed: true });
});

Deno.test("heldRows() tells another order", () => {
  assert.deepEqual(held("abc", "cab"), { gone: "", added: 0, changed: true });
});

Deno.test("heldRows() tells what is gone", () => {
  assert.deepEqual(held("abc", "ac"), { gone: "b", added: 0, changed: true });
  assert.deepEqual(held("abc", "ab"), { gone: "c", added: 0, changed: true });
  assert.deepEqual(held("abc", ""), { gone: "abc", added: 0, changed: true });
});

Deno.test("heldRows() does not take for gone what went to the next page", () => {
  assert.deepEqual(held("abcd", "xyab"), { gone: "", added: 2, changed: true });
  assert.deepEqual(held("abcd", "xacd"), { gone: "b", added: 1, changed: true });
  assert.deepEqual(held("abcd", "wxyz"), { gone: "", added: 4, changed: true });
});

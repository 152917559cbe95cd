import assert from "node:assert/strict";
import fc from "fast-check";
import { byteLength } from "./text.ts";

Deno.test("byteLength() is what an encoder makes of a text", () => {
  const encoder = new TextEncoder();
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.equal(byteLength(text), encoder.encode(text).length);
  }));
  for (const text of ["", "a", "\u007f\u0080\u07ff\u0800\uffff", "a😀é€b", "\u{10ffff}"]) {
    assert.equal(byteLength(text), encoder.encode(text).length, text);
  }
});

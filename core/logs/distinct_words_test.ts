import assert from "node:assert/strict";
import fc from "fast-check";
import { distinctWords } from "./distinct_words.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const listed = (text: string) => distinctWords(bytes(text)).trim().split(" ");

Deno.test("distinct words: each once, in the order they came", () => {
  assert.equal(
    distinctWords(bytes("get /api/v1/orders 200 get /api 200")),
    " get api v1 orders 200 ",
  );
});

Deno.test("distinct words: of a text without words there are none", () => {
  for (const text of ["", " ", "---", "…", "\x1e"]) {
    assert.equal(distinctWords(bytes(text)).trim(), "");
  }
});

Deno.test("distinct words: bytes that are not of ASCII separate", () => {
  assert.deepEqual(listed("größe naïve 12€5"), ["gr", "e", "na", "ve", "12", "5"]);
});

Deno.test("distinct words: a word is not taken for one that it begins", () => {
  assert.deepEqual(listed("order orders orde order"), ["order", "orders", "orde"]);
});

Deno.test("distinct words: as many as a table has to grow for", () => {
  const words = Array.from({ length: 100_000 }, (_, n) => n.toString(36));
  assert.deepEqual(listed([...words, ...words].join(" ")), words);
});

Deno.test("distinct words: those that a look at the text finds", () => {
  const words = fc.string({ unit: fc.constantFrom(..."ab1 _é\x1e") });
  fc.assert(fc.property(words, (text) => {
    const expected = [...new Set(text.match(/[a-z0-9]+/g) ?? [])];
    assert.deepEqual(distinctWords(bytes(text)).split(" ").filter(Boolean), expected);
  }));
});

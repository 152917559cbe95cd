import assert from "node:assert/strict";
import { TextTable } from "./text_table.ts";

Deno.test("TextTable.at() gives each text, whatever its characters take", () => {
  const texts = ["", "a", "ä", "€", "🙂", "", "\ud83d", "\ude42", "last"];
  const table = TextTable.of(texts);
  const halves = "\ufffd";
  assert.deepEqual(texts.map((_, index) => table.at(index)), [
    ...["", "a", "ä", "€", "🙂", "", halves, halves, "last"],
  ]);
  assert.equal(table.at(texts.length), null);
  assert.equal(table.at(-1), null);
});

Deno.test("TextTable.of() keeps no more than the texts take", () => {
  assert.equal(TextTable.of(["ab", "€"]).data.texts.buffer.byteLength, 5);
  assert.equal(TextTable.of([]).at(0), null);
});

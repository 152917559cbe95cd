import fc from "fast-check";
import assert from "node:assert/strict";
import { LEVELS } from "./model.ts";
import { containersParam, levelsParam } from "./parse.ts";

const LEVEL_TABLE: readonly (readonly [text: string, levels: readonly string[]])[] = [
  ["ERROR", ["ERROR"]],
  ["error", ["ERROR"]],
  ["Warning", ["WARNING"]],
  ["ERROR,DEBUG", ["DEBUG", "ERROR"]],
  [" info , error ,", ["INFO", "ERROR"]],
  ["ERROR,ERROR", ["ERROR"]],
  [">=WARNING", ["WARNING", "ERROR", "CRITICAL"]],
  [">= warning", ["WARNING", "ERROR", "CRITICAL"]],
  [">=CRITICAL", ["CRITICAL"]],
  ["DEBUG,>=ERROR", ["DEBUG", "ERROR", "CRITICAL"]],
  // All of them narrow nothing.
  [">=DEBUG", []],
  ["DEBUG,INFO,>=WARNING", []],
];

for (const [text, levels] of LEVEL_TABLE) {
  Deno.test(`levelsParam reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(levelsParam.parse(text), { value: levels });
  });
}

Deno.test("levelsParam refuses what is no level, and lists those there are", () => {
  const must =
    "levels of DEBUG, INFO, WARNING, ERROR, CRITICAL, separated by commas, or one with >= before it";
  for (
    const bad of ["WARN", "ERR", "5", ">WARNING", "<=INFO", ">=", ",", " ", "ERROR;INFO", "ERROR,x"]
  ) {
    assert.deepEqual(levelsParam.parse(bad), { must }, bad);
  }
});

Deno.test("containersParam reads names separated by commas, each once", () => {
  assert.deepEqual(containersParam.parse("shop-api"), { value: ["shop-api"] });
  assert.deepEqual(containersParam.parse("b, a ,,b,"), { value: ["b", "a"] });
  assert.deepEqual(containersParam.parse("Ü 1"), { value: ["Ü 1"] });
  assert.deepEqual(containersParam.parse("😀".repeat(255)), { value: ["😀".repeat(255)] });
  for (const bad of [",", " ", "a".repeat(256), `ok,${"a".repeat(256)}`]) {
    assert.ok("must" in containersParam.parse(bad), bad);
  }
});

Deno.test("levelsParam gives levels from the least severe on, each once, or a reason", () => {
  const item = fc.oneof(fc.constantFrom(...LEVELS, ">=INFO", ">=ERROR"), fc.string());
  fc.assert(fc.property(fc.array(item), (items) => {
    const read = levelsParam.parse(items.join(","));
    if ("must" in read) return;
    assert.deepEqual(read.value, LEVELS.filter((level) => read.value.includes(level)));
    assert.ok(read.value.length < LEVELS.length);
  }));
});

import assert from "node:assert/strict";
import { cut, plainCopy, textOf } from "./plain.ts";

const round: unknown[] = [];
round.push(round, { round });

const CASES: readonly (readonly [string, unknown, unknown])[] = [
  ["plain values", { a: 1, b: "x", c: [true, null] }, { a: 1, b: "x", c: [true, null] }],
  ["what JSON has no word for", [NaN, Infinity, 10n, Symbol("s")], [
    "NaN",
    "Infinity",
    "10",
    "Symbol(s)",
  ]],
  ["nothing", undefined, "undefined"],
  ["undefined fields, by leaving them out", { a: undefined, b: 1 }, { b: 1 }],
  ["functions", { f: () => 1 }, { f: "[function]" }],
  ["times and addresses", [new Date(0), new URL("https://a.example/b")], [
    "1970-01-01T00:00:00.000Z",
    "https://a.example/b",
  ]],
  ["a time that is none", new Date(NaN), "null"],
  ["errors", new RangeError("too far"), "RangeError: too far"],
  ["maps by their kind", new Map([[1, 2]]), "[object Map]"],
  ["objects without a prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  [
    "a name that is special",
    JSON.parse('{"__proto__":{"x":1}}'),
    JSON.parse('{"__proto__":{"x":1}}'),
  ],
];

for (const [name, value, expected] of CASES) {
  Deno.test(`plainCopy() takes ${name}`, () => {
    assert.deepEqual(JSON.stringify(plainCopy(value)), JSON.stringify(expected));
  });
}

Deno.test("plainCopy() survives getters and proxies that throw", () => {
  const hostile = {
    get a() {
      throw new Error("no");
    },
    b: 2,
  };
  assert.deepEqual(plainCopy({ hostile, b: 2 }), { hostile: "[unreadable]", b: 2 });
});

Deno.test("plainCopy() ends, whatever leads to itself and however wide it is", () => {
  assert.ok(JSON.stringify(plainCopy(round)).length < 100_000);
  const wide = Array.from({ length: 10_000 }, (_, i) => Array.from({ length: 100 }, () => ({ i })));
  assert.ok(JSON.stringify(plainCopy(wide)).length < 20_000);
  const long = { text: "x".repeat(1_000_000) };
  assert.equal(JSON.stringify(plainCopy(long)).length, 1000 + '{"text":""}'.length);
});

Deno.test("textOf() runs no code of an object", () => {
  let ran = 0;
  const value = { toString: () => `${ran++}`, valueOf: () => ran++ };
  assert.equal(textOf(value), "[object Object]");
  assert.equal(ran, 0);
});

Deno.test("cut() says that something is missing", () => {
  assert.equal(cut("abc", 3), "abc");
  assert.equal(cut("abcd", 3), "ab…");
});

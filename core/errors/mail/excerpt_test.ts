import assert from "node:assert/strict";
import { quickest } from "../../../tests/support/quickest.ts";
import { firstCharacters } from "../../text.ts";
import { cutTraceback, readable, shorten } from "./excerpt.ts";

const family = "👨‍👩‍👧‍👦";
const CUTS: readonly [string, string, number, string][] = [
  ["a short text", "abc", 5, "abc"],
  ["a text of just the length", "abcde", 5, "abcde"],
  ["a longer text", "abcdef", 5, "abcde"],
  ["letters of two units", "🛒🛒🛒", 2, "🛒🛒"],
  ["Chinese", "数据库连接失败", 3, "数据库"],
  ["an accent set upon the last letter", "abe\u0301d", 3, "ab"],
  ["an accent that fits", "abe\u0301d", 4, "abe\u0301"],
  ["a flag", "ab🇩🇪", 3, "ab"],
  ["a family of seven code points", `ab${family}c`, 8, "ab"],
  ["a family that fits", `ab${family}c`, 9, `ab${family}`],
  ["Hindi", "नमस्ते", 5, "नम"],
  ["a character longer than the limit", `a${"\u0301".repeat(99)}b`, 5, `a${"\u0301".repeat(4)}`],
  ["nothing", "", 5, ""],
];

for (const [name, text, limit, kept] of CUTS) {
  Deno.test(`firstCharacters() cuts ${name}`, () => {
    assert.equal(firstCharacters(text, limit), kept);
  });
}

Deno.test("firstCharacters() looks at the beginning of a long text only", () => {
  const text = "🛒".repeat(5_000_000);
  assert.equal(firstCharacters(text, 50), "🛒".repeat(50));
  const took = quickest(() => firstCharacters(text, 50), 100);
  assert.ok(took < 100, `took ${took} ms`);
});

Deno.test("shorten() shows that something is left out", () => {
  assert.equal(shorten("one two", 7), "one two");
  assert.equal(shorten("one two", 4), "one…");
});

Deno.test("cutTraceback() keeps beginning and end, by whole lines, and says what is missing", () => {
  const lines = Array.from({ length: 1000 }, (_, at) => `  File "app.py", line ${at}`);
  const traceback = ["Traceback:", ...lines, "ValueError: no"].join("\n");
  const cut = cutTraceback(traceback, 3000);
  assert.match(cut, /^Traceback:\n/);
  assert.match(cut, /\nValueError: no$/);
  const [head = "", tail = ""] = cut.split(/\n\n\[… \d+ characters left out; .* …\]\n\n/);
  const left = Number(/\[… (\d+) /.exec(cut)?.[1]);
  assert.equal(head.length + tail.length + left, traceback.length);
  assert(tail.length > head.length && head.length + tail.length <= 3000);
  assert(head.split("\n").every((line) => traceback.split("\n").includes(line)));
  assert(tail.split("\n").every((line) => traceback.split("\n").includes(line)));
});

Deno.test("cutTraceback() cuts one endless line too", () => {
  const cut = cutTraceback("🛒".repeat(5000), 300);
  assert(cut.isWellFormed());
  assert(cut.length > 300 && cut.length < 450);
  assert.equal(cutTraceback("short\n", 300), "short\n");
});

Deno.test("readable() drops what cannot be shown", () => {
  assert.equal(readable("a\r\nb\rc\td\0\x1b[31me\ud800"), "a\nb\nc\td[31me\ufffd");
});

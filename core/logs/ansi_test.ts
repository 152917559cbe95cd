import assert from "node:assert/strict";
import { quickest } from "../../tests/support/quickest.ts";
import fc from "fast-check";
import { stripAnsi } from "./ansi.ts";

const TEXTS: readonly (readonly [string, string])[] = [
  ["plain", "plain"],
  ["\x1b[31mred\x1b[0m", "red"],
  ["\x1b[1;38;5;185mbold\x1b[m", "bold"],
  ["\x1b[38:2::255:0:0mtrue\x1b[39m", "true"],
  ["\x1b[?25l\x1b[2K\x1b[1Gprogress", "progress"],
  ["\x1b]0;title\x07text", "text"],
  ["\x1b]8;;https://shop.example\x1b\\link\x1b]8;;\x1b\\", "link"],
  ["\x1bP1$r0m\x1b\\text", "text"],
  ["\x1b(Bascii\x1b)0", "ascii"],
  ["\x1b7saved\x1b8\x1b=\x1bc", "saved"],
  ["lone \x1b", "lone "],
  ["cut \x1b[3", "cut "],
  ["cut \x1b]0;tit", "cut "],
  ["\x1b\x1b[0mtwo", "two"],
  ["\x1b[31\nnot a colour", "[31\nnot a colour"],
  ["tab\tbell\x07 ä 😀", "tab\tbell\x07 ä 😀"],
];

for (const [text, wanted] of TEXTS) {
  Deno.test(`stripAnsi() of ${JSON.stringify(text)}`, () => {
    assert.equal(stripAnsi(text), wanted);
  });
}

Deno.test("stripAnsi() leaves no escape character, and all text that has none", () => {
  const unit = fc.oneof(
    fc.constantFrom("\x1b", "[", "]", "0", ";", "m", "\x07", "\\", " "),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
      const stripped = stripAnsi(text);
      assert.ok(!stripped.includes("\x1b"));
      assert.equal(stripAnsi(stripped), stripped);
      if (!text.includes("\x1b")) assert.equal(stripped, text);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("stripAnsi() stays quick on hostile text", () => {
  for (
    const text of ["\x1b", "\x1b[", "\x1b]", "\x1b[;", "\x1b[0;", "\x1b]0", "\x1b ", "\x1b[0m"]
  ) {
    for (
      const whole of [
        text.repeat(500_000),
        text + " ".repeat(1_000_000),
        text + ";".repeat(1_000_000),
      ]
    ) {
      const took = quickest(() => stripAnsi(whole), 1000);
      // They take 1 to 60 ms.
      assert.ok(took < 1000, `${JSON.stringify(text)} took ${took} ms`);
    }
  }
});

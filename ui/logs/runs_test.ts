import assert from "node:assert/strict";
import fc from "fast-check";
import { cutRuns, findMatches, type Highlight, markMatches, type Run, textOf } from "./runs.ts";

function whole(text: string): Highlight {
  return { text, wholeStart: true, wholeEnd: true };
}

function part(text: string): Highlight {
  return { text, wholeStart: false, wholeEnd: false };
}

function found(text: string, ...highlights: readonly Highlight[]): readonly string[] {
  return findMatches(text, highlights).map(({ start, end }) => text.slice(start, end));
}

Deno.test("findMatches() finds texts whatever their case, at the ends of words where that is asked", () => {
  assert.deepEqual(found("GET /cart got cart", whole("cart")), ["cart", "cart"]);
  assert.deepEqual(found("cartoon cart_id Cart", whole("cart")), ["cart", "Cart"]);
  assert.deepEqual(found("cartoon", { text: "cart", wholeStart: true, wholeEnd: false }), ["cart"]);
  assert.deepEqual(found("192.168.1.10", whole("192.168.1.1")), []);
  assert.deepEqual(found("anything", part("")), []);
});

Deno.test("findMatches() joins what overlaps", () => {
  assert.deepEqual(found("aaa", part("aa")), ["aaa"]);
  assert.deepEqual(found("timed out", part("timed"), part("d o"), part("out")), ["timed out"]);
});

Deno.test("findMatches() keeps its places where small letters are longer than great ones", () => {
  assert.deepEqual(found("İstanbul error", whole("error")), ["error"]);
});

Deno.test("markMatches() cuts runs where matches begin and end, and changes no text", () => {
  const runs: readonly Run[] = [{ text: "timed", style: "a" }, { text: " out now", style: "" }];
  assert.deepEqual(markMatches(runs, [whole("timed out")]), [
    { text: "timed", style: "a", isMatch: true },
    { text: " out", style: "", isMatch: true },
    { text: " now", style: "" },
  ]);
  const anyRuns = fc.array(fc.record({ text: fc.string(), style: fc.constantFrom("", "a") }));
  fc.assert(fc.property(anyRuns, fc.string({ minLength: 1, maxLength: 3 }), (given, wanted) => {
    const highlights = [part(wanted.toLowerCase())];
    const marked = markMatches(given, highlights);
    assert.equal(textOf(marked), textOf(given));
    const length = marked.filter(({ isMatch }) => isMatch)
      .reduce((sum, { text }) => sum + text.length, 0);
    const spans = findMatches(textOf(given), highlights);
    assert.equal(length, spans.reduce((sum, { start, end }) => sum + end - start, 0));
  }));
});

Deno.test("cutRuns() cuts no character in two", () => {
  const runs: readonly Run[] = [{ text: "ab", style: "a" }, { text: "c😀d", style: "" }];
  assert.equal(textOf(cutRuns(runs, 6)), "abc😀d");
  assert.equal(textOf(cutRuns(runs, 5)), "abc😀…");
  assert.equal(textOf(cutRuns(runs, 4)), "abc…");
  assert.equal(textOf(cutRuns(runs, 2)), "ab…");
});

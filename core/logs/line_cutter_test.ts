import assert from "node:assert/strict";
import fc from "fast-check";
import { LineCutter } from "./line_cutter.ts";

const encoder = new TextEncoder();

function cut(chunks: readonly Uint8Array[], isEnded = false) {
  const lines: string[] = [];
  const long: (readonly [string, string])[] = [];
  const cutter = new LineCutter(0, {
    line: (text) => lines.push(text),
    longLine: (head, tail) => long.push([head, tail]),
  });
  for (const chunk of chunks) cutter.push(chunk);
  if (isEnded) cutter.end();
  return { lines, long, position: cutter.position };
}

Deno.test("LineCutter cuts the same lines wherever the chunks end", () =>
  fc.assert(fc.property(
    fc.array(
      fc.string({ unit: "grapheme", maxLength: 12 }).map((line) => line.replace(/\n|\0/g, "")),
    ),
    fc.string({ maxLength: 5 }).map((rest) => rest.replace(/\n|\0/g, "")),
    fc.array(fc.nat(200)),
    (lines, rest, cuts) => {
      const bytes = encoder.encode(lines.map((line) => `${line}\n`).join("") + rest);
      const ends = [...new Set(cuts.map((at) => at % (bytes.length + 1)))].sort((a, b) => a - b);
      const chunks = [...ends, bytes.length].map((end, at) => bytes.slice(ends[at - 1] ?? 0, end));
      const whole = lines.filter((line) => line !== "");
      const found = cut(chunks);
      assert.deepEqual(found.lines, whole);
      assert.equal(found.position, bytes.length - encoder.encode(rest).length);
      const ended = cut(chunks, true);
      assert.deepEqual(ended.lines, rest === "" ? whole : [...whole, rest]);
      assert.equal(ended.position, bytes.length);
    },
  )));

Deno.test("LineCutter keeps the beginning and the end of a line that is too long", () => {
  const long = "a".repeat(8 * 1024 * 1024) + '"}';
  const bytes = encoder.encode(`before\n${long}\nafter\n`);
  for (const size of [1024 * 1024 + 1, bytes.length]) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
    const found = cut(chunks);
    assert.deepEqual(found.lines, ["before", "after"]);
    assert.equal(found.position, bytes.length);
    const [[head, tail] = ["", ""]] = found.long;
    assert.ok(head.length > 6 * 1024 * 1024 && head.startsWith("aaa"));
    assert.ok(tail.length === 1024 && tail.endsWith('a"}'));
  }
});

Deno.test("LineCutter takes away the zeros that a crash of the machine leaves", () => {
  assert.deepEqual(cut([encoder.encode("one\n\0\0\0two\n\0\0\n")]).lines, ["one", "two"]);
});

Deno.test("LineCutter reads invalid UTF-8 as replacement characters", () => {
  assert.deepEqual(cut([new Uint8Array([65, 0xff, 66, 10])]).lines, ["A\ufffdB"]);
});

import assert from "node:assert/strict";
import { Failure } from "../failure.ts";
import { checkSourceMap } from "./map_format.ts";

const PLAIN = { version: 3, sources: ["a.ts"], names: ["x"], mappings: "AAAAA" };

const REFUSED: readonly (readonly [name: string, map: unknown, says: string])[] = [
  ["text that is no JSON", "{", "it is not JSON"],
  ["nothing", "", "it is not JSON"],
  ["a list", [], "it is not a JSON object"],
  ["null", null, "it is not a JSON object"],
  ["no version", {}, "`version` is missing, only 3 is understood"],
  ["version 2", { ...PLAIN, version: 2 }, "`version` is 2, only 3"],
  ["a version as text", { ...PLAIN, version: "3" }, '`version` is "3", only 3'],
  ["no mappings", { version: 3, sources: [] }, "`mappings` is not a string"],
  ["mappings as a list", { ...PLAIN, mappings: [] }, "`mappings` is not a string"],
  ["no sources", { version: 3, mappings: "" }, "`sources` is not an array of strings"],
  ["a source that is a number", { ...PLAIN, sources: [1] }, "`sources` is not an array of strings"],
  ["contents as text", { ...PLAIN, sourcesContent: "x" }, "`sourcesContent` is not an array"],
  ["a name that is null", { ...PLAIN, names: [null] }, "`names` is not an array of strings"],
  ["a root that is a number", { ...PLAIN, sourceRoot: 1 }, "`sourceRoot` is not a string"],
  ["a character that is no digit", { ...PLAIN, mappings: "AAA!" }, 'the character "!" at 3'],
  ["a letter beyond ASCII", { ...PLAIN, mappings: "AAAé" }, "at 3, which is no digit"],
  ["half a segment", { ...PLAIN, mappings: "AA" }, "breaks off within a segment at character 2"],
  ["a number that goes on", { ...PLAIN, mappings: "AAAg" }, "breaks off within a segment"],
  ["a segment of six", { ...PLAIN, mappings: "AAAAAA" }, "over 5 fields"],
  [
    "a huge number",
    { ...PLAIN, mappings: "gggggggggggggB" },
    "a number of `mappings` is too large",
  ],
  ["a source beyond the last", { ...PLAIN, mappings: "ACAA" }, "names source 1 of 1"],
  ["a source before the first", { ...PLAIN, mappings: "ADAA" }, "names source -1 of 1"],
  ["a name beyond the last", { ...PLAIN, mappings: "AAAAC" }, "names name 1 of 1"],
  ["a name before the first", { ...PLAIN, mappings: "AAAAD" }, "names name -1 of 1"],
  ["a line before the first", { ...PLAIN, mappings: "AADA" }, "names original line -1"],
  ["a column before the first", { ...PLAIN, mappings: "D" }, "names column -1"],
  ["sections as an object", { version: 3, sections: {} }, "`sections` is not an array"],
  ["a section without its place", index([{ map: PLAIN }]), "`sections[0].offset` is not a line"],
  ["a section of half a line", index([at(0.5, 0)]), "`sections[0].offset` is not a line"],
  ["sections out of order", index([at(2, 0), at(1, 0)]), "`sections[1]` begins before"],
  ["a section without a map", index([{ offset: { line: 0, column: 0 } }]), "not a JSON object"],
  ["a broken section", index([at(0, 0), at(1, 0, { ...PLAIN, mappings: "?" })]), '"?" at 0'],
  ["sections without end", nested(5), "nested over 4 deep"],
  ["10,001 sections", index(Array.from({ length: 10_001 }, (_, line) => at(line, 0))), "sections"],
];

for (const [name, map, says] of REFUSED) {
  Deno.test(`checkSourceMap() refuses ${name}`, () => {
    const text = typeof map === "string" ? map : JSON.stringify(map);
    assert.throws(() => checkSourceMap(text), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, "invalid");
      assert.ok(error.detail.startsWith("Not a valid source map: "), error.detail);
      assert.ok(error.detail.includes(says), error.detail);
      return true;
    });
  });
}

Deno.test("checkSourceMap() names no more of the map than a sentence takes", () => {
  const huge = JSON.stringify({ version: "x".repeat(100_000) });
  assert.throws(() => checkSourceMap(huge), (error) => {
    return error instanceof Failure && error.detail.length < 200;
  });
});

const TAKEN: readonly (readonly [name: string, text: string])[] = [
  ["a plain map", JSON.stringify(PLAIN)],
  ["a map of nothing", JSON.stringify({ version: 3, sources: [], mappings: "" })],
  ["sources that are not known", JSON.stringify({ ...PLAIN, sources: [null] })],
  ["contents that are not known", JSON.stringify({ ...PLAIN, sourcesContent: [null] })],
  ["fewer contents than sources", JSON.stringify({ ...PLAIN, sourcesContent: [] })],
  ["nulls where fields may be absent", JSON.stringify({ ...PLAIN, names: [], mappings: ";;A;,," })],
  ["fields of later versions", JSON.stringify({ ...PLAIN, scopes: "x", ignoreList: [0] })],
  ["the line that keeps other sites from it", `)]}'\n${JSON.stringify(PLAIN)}`],
  ["a byte order mark", `\ufeff${JSON.stringify(PLAIN)}`],
  ["an index map", JSON.stringify(index([at(0, 0), at(0, 0), at(5, 1)]))],
  ["index maps in index maps", JSON.stringify(nested(4))],
];

for (const [name, text] of TAKEN) {
  Deno.test(`checkSourceMap() takes ${name}`, () => checkSourceMap(text));
}

function index(sections: readonly unknown[]) {
  return { version: 3, sections };
}

function at(line: number, column: number, map: unknown = PLAIN) {
  return { offset: { line, column }, map };
}

function nested(depth: number): unknown {
  return depth === 0 ? PLAIN : index([at(0, 0, nested(depth - 1))]);
}

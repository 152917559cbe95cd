import assert from "node:assert/strict";
import { encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import fc from "fast-check";
import { readSourceMap } from "./map_format.ts";
import { Mappings } from "./mappings.ts";
import { SourceMap } from "./source_map.ts";

const SOURCES = ["src/a.ts", "src/b.ts", "src/c.ts"];
const NAMES = ["load", "total", "render"];

const segment: fc.Arbitrary<SourceMapSegment> = fc.tuple(
  fc.nat(300),
  fc.option(fc.tuple(fc.nat(2), fc.nat(5000), fc.nat(300), fc.option(fc.nat(2)))),
).map(([column, origin]): SourceMapSegment => {
  if (origin === null) return [column];
  const [source, line, sourceColumn, name] = origin;
  return name === null
    ? [column, source, line, sourceColumn]
    : [column, source, line, sourceColumn, name];
});

/** Lines of segments in order: an empty one now and then, others over several checkpoints. */
const mappings = fc.array(
  fc.array(segment, { maxLength: 200, size: "max" }).map((segments) =>
    segments.sort(([one], [other]) => one - other)
  ),
  { maxLength: 12 },
);

Deno.test("SourceMap.find() gives what trace-mapping does, at any place of any map", () => {
  const places = fc.array(fc.tuple(fc.nat(13), fc.nat(320)), { minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(mappings, places, (lines, places) => {
      const map = { version: 3, sources: SOURCES, names: NAMES, mappings: encode(lines) };
      const oracle = new TraceMap({ ...map, version: 3 });
      const own = sourceMap(map);
      for (const [line, column] of places) {
        const expected = originalPositionFor(oracle, { line: line + 1, column });
        const found = own.find(line + 1, column + 1);
        assert.deepEqual(
          found && { source: found.file, line: found.line, column: found.column - 1 },
          expected.source === null
            ? null
            : { source: expected.source, line: expected.line, column: expected.column },
        );
        if (found?.name) assert.equal(found.name, expected.name);
      }
    }),
    { numRuns: 150 },
  );
});

Deno.test("SourceMap.find() finds its way in lines whose segments are out of order", () => {
  fc.assert(
    fc.property(mappings, fc.nat(320), (lines, column) => {
      const shuffled = lines.map((segments) => segments.toReversed());
      const ordered = sourceMap({ mappings: encode(lines), sources: SOURCES, names: NAMES });
      const other = sourceMap({ mappings: encode(shuffled), sources: SOURCES, names: NAMES });
      lines.forEach((segments, line) => {
        // Which one counts of those at one place, the order says.
        if (new Set(segments.map(([column]) => column)).size < segments.length) return;
        assert.deepEqual(other.find(line + 1, column), ordered.find(line + 1, column));
      });
    }),
    { numRuns: 30 },
  );
});

Deno.test("SourceMap.find() takes places of an index map from the section they are in", () => {
  const one = { version: 3, sources: ["a.ts"], names: ["load"], mappings: "AAAAA" };
  const other = { version: 3, sources: ["b.ts"], names: ["total"], mappings: "AAAAA;EACA" };
  const map = {
    version: 3,
    sections: [
      { offset: { line: 0, column: 0 }, map: one },
      { offset: { line: 0, column: 40 }, map: other },
      {
        offset: { line: 7, column: 10 },
        map: { version: 3, sections: [{ offset: { line: 0, column: 5 }, map: one }] },
      },
    ],
  };
  const found = (line: number, column: number) => {
    const position = sourceMap(map).find(line, column);
    return position && `${position.file}:${position.line}:${position.column} ${position.name}`;
  };
  assert.equal(found(1, 1), "a.ts:1:1 load");
  assert.equal(found(1, 40), "a.ts:1:1 null");
  assert.equal(found(1, 41), "b.ts:1:1 total");
  assert.equal(found(2, 2), null);
  assert.equal(found(2, 3), "b.ts:2:1 null");
  assert.equal(found(8, 15), null);
  assert.equal(found(8, 16), "a.ts:1:1 load");
  assert.equal(sourceMap({ version: 3, sections: [] }).find(1, 1), null);
});

Deno.test("SourceMap.find() without a column answers where the line was made of one line alone", () => {
  const lines: SourceMapSegment[][] = [
    [[0, 0, 4, 2], [9, 0, 4, 8]],
    [[0, 0, 4, 2], [9, 0, 5, 0]],
    [[0, 0, 4, 2], [9, 1, 4, 2]],
    [],
    [[3]],
    [[5, 1, 8, 1]],
  ];
  const map = sourceMap({ mappings: encode(lines), sources: SOURCES, names: [] });
  const found = lines.map((_, line) => {
    const position = map.find(line + 1, null);
    return position && `${position.file}:${position.line}`;
  });
  assert.deepEqual(found, ["src/a.ts:5", null, null, null, null, "src/b.ts:9"]);
});

Deno.test("Mappings take 7 bytes a segment at most where a bundle is minified", () => {
  const segments = Array.from(
    { length: 100_000 },
    (_, index): SourceMapSegment => [index * 9, index % 3, index >> 2, index % 80],
  );
  const text = encode([segments]);
  const steps = Mappings.read(text, { sources: 3, names: 0 });
  let result = steps.next();
  while (!result.done) result = steps.next();
  assert.ok(result.value.bytes < text.length + 100_000, `${result.value.bytes}`);
  assert.equal(result.value.find(0, 9 * 77_777)?.sourceLine, 77_777 >> 2);
});

function sourceMap(map: object): SourceMap {
  const steps = SourceMap.read(readSourceMap(JSON.stringify({ version: 3, ...map })));
  let result = steps.next();
  while (!result.done) result = steps.next();
  return result.value;
}

import assert from "node:assert/strict";
import fc from "fast-check";
import { type TraceSegment, traceSegments } from "./trace_segments.ts";

const LIBRARY = '  File "/x/site-packages/lib.py", line 1, in call\n    call()';
const APP = '  File "/srv/app.py", line 2, in run\n    run()';

/** A word for each segment; the number of frames where it is folded. */
function outline(traceback: string): readonly string[] {
  return traceSegments(traceback).map((segment) => {
    if (segment.kind === "fold") return segment.label;
    if (segment.kind === "text") return "text";
    return segment.failing ? "failing" : segment.frame.inApp ? "app" : "library";
  });
}

function python(...frames: readonly string[]): string {
  return ["Traceback (most recent call last):", ...frames, "ValueError: no"].join("\n");
}

Deno.test("traceSegments() folds runs of library frames and marks where it failed", () => {
  assert.deepEqual(
    outline(python(LIBRARY, LIBRARY, LIBRARY, APP, LIBRARY, APP, LIBRARY, LIBRARY)),
    ["text", "3 library frames", "app", "library", "failing", "2 library frames", "text"],
  );
});

Deno.test("traceSegments() leaves the failing frame open where all are of libraries", () => {
  assert.deepEqual(outline(python(LIBRARY, LIBRARY, LIBRARY)), [
    "text",
    "2 library frames",
    "failing",
    "text",
  ]);
});

Deno.test("traceSegments() folds the middle of a recursion", () => {
  const segments = outline(python(...Array(500).fill(APP)));
  assert.equal(segments.length, 27);
  assert.equal(segments[13], "476 more frames");
  assert.equal(segments.at(-2), "failing");
});

Deno.test("traceSegments() takes text for what it is", () => {
  assert.deepEqual(outline("something broke"), ["text"]);
});

Deno.test("traceSegments() loses no letter, whatever the traceback", () => {
  const line = fc.oneof(fc.constantFrom(LIBRARY, APP, "", "at f (a.js:1:2)"), fc.string());
  fc.assert(fc.property(fc.array(line), (lines) => {
    const traceback = lines.join("\n");
    assert.equal(traceSegments(traceback).flatMap(texts).join("\n"), traceback);
  }));
});

function texts(segment: TraceSegment): readonly string[] {
  return segment.kind === "fold" ? segment.frames.map(({ text }) => text) : [segment.text];
}

import assert from "node:assert/strict";
import { CUT_MARK, LIMITS } from "./model.ts";
import { Pieces } from "./pieces.ts";

const FULL = "x".repeat(16 * 1024);

Deno.test("Pieces.add() gives a whole message at once", () => {
  const pieces = new Pieces();
  assert.equal(pieces.add("hello", true, 0), "hello");
  assert.equal(pieces.open, null);
});

Deno.test("Pieces.add() joins pieces until one ends in a newline", () => {
  const pieces = new Pieces();
  assert.equal(pieces.add(FULL, false, 7), null);
  assert.equal(pieces.add(FULL, false, 8), null);
  assert.equal(pieces.open?.time, 7);
  assert.equal(pieces.add("end", true, 9), `${FULL}${FULL}end`);
  assert.equal(pieces.open, null);
});

Deno.test("Pieces.add() keeps a message of just the limit", () => {
  const text = "x".repeat(LIMITS.message);
  assert.equal(new Pieces().add(text, true, 0), text);
});

Deno.test("Pieces.add() cuts a longer message, and passes over the rest", () => {
  const pieces = new Pieces();
  let given: string | null = null;
  let read = 0;
  while (given === null) {
    given = pieces.add(FULL, false, 0);
    read += FULL.length;
  }
  assert.equal(given, "x".repeat(LIMITS.message) + CUT_MARK);
  assert.equal(read, LIMITS.message + FULL.length);
  assert.equal(pieces.open?.text, "");
  assert.equal(pieces.add(FULL, false, 0), null);
  assert.equal(pieces.add("end", true, 0), null);
  assert.equal(pieces.add("next", true, 0), "next");
});

Deno.test("Pieces.add() breaks neither a character nor an escape sequence", () => {
  const start = "x".repeat(LIMITS.message - 1);
  assert.equal(new Pieces().add(`${start}😀`, true, 0), start + CUT_MARK);
  const colour = "\x1b[38;5;185m";
  const before = "x".repeat(LIMITS.message - 5);
  assert.equal(new Pieces().add(before + colour, true, 0), before + CUT_MARK);
});

Deno.test("Pieces.add() marks a message whose end is missing", () => {
  const pieces = new Pieces();
  assert.equal(pieces.add("begin", true, 0, true), `begin${CUT_MARK}`);
  assert.equal(pieces.open, null);
  assert.equal(pieces.add("begin", false, 0, true), `begin${CUT_MARK}`);
  assert.equal(pieces.add("end", true, 0), null);
});

Deno.test("Pieces.end() gives out what there is", () => {
  const pieces = new Pieces();
  assert.equal(pieces.end(), null);
  pieces.add("last words", false, 0);
  assert.equal(pieces.end(), "last words");
  assert.equal(pieces.open, null);
  pieces.add("x".repeat(LIMITS.message + 1), false, 0);
  assert.equal(pieces.end(), null);
  assert.equal(pieces.add("next", true, 0), "next");
});

Deno.test("Pieces.endedBefore() tells a last line without newline from a piece that Docker cut", () => {
  const endedAfter = (text: string, ms: number) => {
    const pieces = new Pieces();
    pieces.add(text, false, 1000);
    return pieces.endedBefore(1000 + ms);
  };
  assert.equal(endedAfter("last words", 100), false);
  assert.equal(endedAfter("last words", 101), true);
  assert.equal(endedAfter(FULL, 60_000), false);
  // Docker counts bytes.
  assert.equal(endedAfter("ä".repeat(8 * 1024), 60_000), false);
  assert.equal(endedAfter("€".repeat(5461) + "x", 60_000), false);
  assert.equal(endedAfter("😀".repeat(4 * 1024), 60_000), false);
  assert.equal(endedAfter("😀".repeat(4 * 1024 - 1), 60_000), true);
  assert.equal(new Pieces().endedBefore(60_000), false);
});

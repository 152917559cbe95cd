import assert from "node:assert/strict";
import { LineJoiner } from "./multiline.ts";
import { joinLines, LOGGED, testJoiner, TRACEBACK } from "./multiline_test_support.ts";

testJoiner([
  { sentence: "takes a line without any pattern for an entry", entries: [["hello"], ["world"]] },
  { sentence: "keeps numbered lines apart", entries: [["line 1"], ["line 2"], ["line 3"]] },
  {
    sentence: "keeps lines with a level apart",
    entries: [["INFO: a"], ["ERROR: b"], ["[WARN] c"]],
  },
  {
    sentence: "keeps lines with a time apart",
    entries: [["2026-11-20 17:31:00 a"], ["17:31:01 b"], ["Nov 20 17:31:02 c"]],
  },
  { sentence: "keeps JSON objects apart", entries: [['{"msg":"a"}'], ['{"msg":"b"}'], ["c"]] },
  { sentence: "joins indented lines", entries: [["a", "  b", "\tc", "    d"], ["e"]] },
  { sentence: "joins indented lines to a JSON object", entries: [['{"a":1}', "  more"], ["b"]] },
  { sentence: "begins with an indented line where nothing is open", entries: [["  a", "  b"]] },
  { sentence: "begins at a padded level", entries: [[" INFO shop: a"], [" WARN shop: b"]] },
  {
    sentence: "begins at a padded level in FastAPI's columns",
    entries: [["      INFO   Started"], ["   WARNING   slow", "           more"]],
  },
  {
    sentence: "joins what .NET prints below a level",
    entries: [["info: Shop[14]", "      Now listening"], [
      "fail: Shop[13]",
      "      a",
      "         at b()",
    ]],
  },
  {
    sentence: "drops blank lines between entries",
    entries: [[""], ["a"], [""], [""], ["b"], [""]],
  },
  { sentence: "keeps blank lines within an entry", entries: [["a", "", "", "  b"], [""], ["c"]] },
  { sentence: "drops lines of blanks alone", entries: [["a"], ["   "], ["b"], ["\t"]] },
  {
    sentence: "joins pretty JSON with its closing brackets",
    entries: [["{", '  "a": [', "    1", "  ]", "}"], ["done"]],
  },
  {
    sentence: "joins other closing brackets",
    entries: [["f(", "  a", ");"], ["[", "  1", "],"], ["b"]],
  },
  { sentence: "joins indented SQL", entries: [["STATEMENT: select id", "\t  from carts"], ["b"]] },
  {
    sentence: "joins a traceback to the line of its logger",
    entries: [[LOGGED, ...TRACEBACK], ["b"]],
  },
  {
    sentence: "joins a traceback to a line that announces it",
    entries: [["Internal Server Error: /cart/", ...TRACEBACK], ["Not Found: /"]],
  },
  { sentence: "begins with a traceback where nothing is open", entries: [TRACEBACK, ["hello"]] },
  {
    sentence: "begins with a traceback after a plain line",
    entries: [["line 1"], TRACEBACK, ["line 2"]],
  },
  {
    sentence: "begins with a traceback after a quiet line on stderr: the process broke down",
    entries: [["INFO:     Started"], TRACEBACK],
  },
  {
    sentence: "joins a traceback to a quiet line on stdout: only a logger prints it there",
    stream: "stdout",
    entries: [["INFO:     retrying", ...TRACEBACK], ["INFO:     done"]],
  },
  { sentence: "keeps two tracebacks apart", entries: [[LOGGED, ...TRACEBACK], TRACEBACK] },
  {
    sentence: "begins with a traceback after a JSON object",
    entries: [['{"level":50}'], TRACEBACK],
  },
]);

Deno.test("LineJoiner gives an entry the level of its first line", () => {
  assert.deepEqual(joinLines(["INFO: a", "  ERROR: b"]), [["INFO", "INFO: a\n  ERROR: b"]]);
  assert.deepEqual(joinLines(["a", "  b"], "stdout").map(([level]) => level), ["INFO"]);
  assert.deepEqual(joinLines(["a", "  b"], "stderr").map(([level]) => level), ["ERROR"]);
});

Deno.test("LineJoiner gives a traceback the level ERROR where no line told another", () => {
  const levels = (lines: readonly string[]) => joinLines(lines, "stdout").map(([level]) => level);
  assert.deepEqual(levels(TRACEBACK), ["ERROR"]);
  assert.deepEqual(levels(["2026-11-20 17:31:00 request failed", ...TRACEBACK]), ["ERROR"]);
  assert.deepEqual(levels(["WARNING: retrying", ...TRACEBACK]), ["WARNING"]);
});

Deno.test("LineJoiner keeps text with ANSI codes beside that without", () => {
  const given: (string | null)[] = [];
  const joiner = new LineJoiner("stdout", ({ message, raw }) => given.push(message, raw));
  joiner.add("a", "a", 0);
  joiner.add("  b", "  \x1b[1mb\x1b[0m", 0);
  joiner.add("  c", "  c", 0);
  joiner.add("d", "d", 0);
  joiner.flush();
  assert.deepEqual(given, ["a\n  b\n  c", "a\n  \x1b[1mb\x1b[0m\n  c", "d", null]);
});

Deno.test("LineJoiner begins a new entry where one would get too long", () => {
  const half = " ".repeat(2) + "x".repeat(600 * 1024);
  assert.deepEqual(joinLines(["a", half, half, "  b"]).map(([, message]) => message), [
    `a\n${half}`,
    `${half}\n  b`,
  ]);
});

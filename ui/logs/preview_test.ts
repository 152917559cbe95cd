import assert from "node:assert/strict";
import { type Line, lineOf } from "./line.ts";
import { rowPreview, wrappedPreview } from "./preview.ts";
import { type Highlight, textOf } from "./runs.ts";

const TRACEBACK = `Traceback (most recent call last):
  File "/srv/app.py", line 7, in run
    charge(card)
ValueError: card 42 was refused`;

function line(message: string, raw = message): Line {
  return lineOf({
    id: 1,
    timestamp: "2026-11-20T17:31:00.123Z",
    container: "web",
    stream: "stdout",
    level: "INFO",
    message,
    raw,
  });
}

function row(one: Line, ...searched: readonly string[]): string {
  return textOf(rowPreview(one, searched.map(highlight)).runs);
}

function highlight(text: string): Highlight {
  return { text, wholeStart: true, wholeEnd: true };
}

Deno.test("rowPreview() is the first line, and says how many follow", () => {
  const { runs, hiddenLines, isCut } = rowPreview(line(TRACEBACK), []);
  assert.equal(textOf(runs), "Traceback (most recent call last):");
  assert.equal(hiddenLines, 3);
  assert.ok(isCut);
  assert.equal(rowPreview(line("one line\n"), []).hiddenLines, 0);
  assert.equal(row(line("windows\r\nlines")), "windows");
});

Deno.test("rowPreview() cuts long lines", () => {
  const { runs, isCut } = rowPreview(line("x".repeat(5000)), []);
  assert.equal(textOf(runs), `${"x".repeat(180)}…`);
  assert.ok(isCut);
});

Deno.test("rowPreview() shows what a search found further on", () => {
  assert.equal(
    row(line(TRACEBACK), "refused"),
    "Traceback (most recent call last): … ValueError: card 42 was refused",
  );
  const long = line(`${"a ".repeat(100)}needle and more`);
  assert.equal(row(long, "needle"), `${"a ".repeat(18)}… ${"a ".repeat(17)}needle and more`);
  const narrow = textOf(rowPreview(long, [highlight("needle")], 40).runs);
  assert.equal(narrow, `${"a ".repeat(8)}… ${"a ".repeat(3)}needle and more`);
  assert.equal(row(line(`${"a ".repeat(10)}needle`), "needle"), `${"a ".repeat(10)}needle`);
});

Deno.test("rowPreview() shows what a JSON message says, then its fields", () => {
  const cases: readonly (readonly [object, string])[] = [
    [{ level: 30, time: 1, msg: "done", user: 7 }, "done  user=7"],
    [{ message: "done", note: "two words", ok: true }, 'done  note="two words" ok=true'],
    [{ event: "a\nb", err: { code: "E1" } }, 'a ↵ b  err={"code":"E1"}'],
    [{ severity: "INFO", text: "alone" }, "alone"],
    [{ EventId: 14, LogLevel: "Information", Message: "done" }, "done  EventId=14"],
    [{ "@t": "2026-11-20", "@l": "Error", "@m": "done", User: 7 }, "done  User=7"],
  ];
  for (const [message, expected] of cases) {
    assert.equal(row(line(JSON.stringify(message))), expected);
  }
});

Deno.test("rowPreview() leaves JSON that says nothing as it is, and what is no JSON", () => {
  for (const text of ['{"level":"info","user":7}', '{"msg":""}', "{broken", "[1,2]", "{}"]) {
    assert.equal(row(line(text)), text);
  }
});

Deno.test("rowPreview() shows JSON as it was written where a search found its punctuation", () => {
  const text = '{"msg":"done","user":{"id":7}}';
  assert.equal(row(line(text), "7"), 'done  user={"id":7}');
  assert.equal(row(line(text), '"msg":"done"'), text);
});

Deno.test("rowPreview() keeps the colours of the first line", () => {
  const { runs } = rowPreview(line("red\nblue", "\x1b[31mred\n\x1b[34mblue"), []);
  assert.deepEqual(runs, [{ text: "red", style: "ansi-red" }]);
});

Deno.test("wrappedPreview() is the message with its lines, to a measure", () => {
  assert.equal(textOf(wrappedPreview(line(TRACEBACK), []).runs), TRACEBACK);
  const many = Array.from({ length: 45 }, (_, at) => `line ${at}`).join("\n");
  const { runs, hiddenLines } = wrappedPreview(line(many), []);
  assert.equal(textOf(runs).split("\n").length, 30);
  assert.equal(hiddenLines, 15);
  const long = wrappedPreview(line("x".repeat(9000)), []);
  assert.equal(textOf(long.runs).length, 1501);
  assert.ok(long.isCut);
});

Deno.test("lineOf() keeps what rows need of a message", () => {
  const one = line("a".repeat(10_000));
  assert.equal(one.text.length, 4000);
  assert.ok(one.isCut);
  assert.equal(one.raw, "");
  assert.equal(one.time, Date.parse("2026-11-20T17:31:00.123Z"));
  assert.equal(line("x", "\x1b[1mx").raw, "\x1b[1mx");
});

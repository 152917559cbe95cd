import assert from "node:assert/strict";
import type { Stream } from "./model.ts";
import { LineJoiner } from "./multiline.ts";

/** Lines, and what is to become of them. */
export interface JoinerCase {
  readonly sentence: string;
  /** The lines of each entry; a blank line by itself is one that is dropped. */
  readonly entries: readonly (readonly string[])[];
  /** stderr unless given. */
  readonly stream?: Stream;
}

/** Level and message of the entries that lines become. */
export function joinLines(lines: readonly string[], stream: Stream = "stderr"): string[][] {
  const entries: string[][] = [];
  const joiner = new LineJoiner(stream, ({ level, message }) => entries.push([level, message]));
  for (const line of lines) joiner.add(line, line, 0);
  joiner.flush();
  return entries;
}

/** Makes a test of each case. */
export function testJoiner(cases: readonly JoinerCase[]): void {
  for (const { sentence, entries, stream } of cases) {
    Deno.test(`LineJoiner ${sentence}`, () => {
      const wanted = entries.map((lines) => lines.join("\n")).filter((text) => text.trim() !== "");
      assert.deepEqual(joinLines(entries.flat(), stream).map(([, message]) => message), wanted);
    });
  }
}

export const LOGGED = "2026-11-20 17:31:00,123 - shop - ERROR - no price";

/** A traceback of Python. */
export const TRACEBACK: readonly string[] = [
  "Traceback (most recent call last):",
  '  File "/srv/shop/cart.py", line 12, in price',
  "    return float(raw)",
  "           ^^^^^^^^^^",
  "ValueError: could not convert string to float: 'n/a'",
];

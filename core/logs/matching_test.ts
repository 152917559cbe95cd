import assert from "node:assert/strict";
import fc from "fast-check";
import { OpenEntries } from "./block.ts";
import { compileFilter, countMatches, matchingPositions } from "./matching.ts";
import type { StoredEntry } from "./model.ts";

const message = fc.array(fc.constantFrom("a", "b", "ab", " ", "", "user_id=4", "B"))
  .map((parts) => parts.join(" "));
const search = fc.constantFrom("a", "ab", "a b", "NOT a", "a OR user_id=4", '"a b"', "ab NOT b");

Deno.test("countMatches() counts the lines that matchingPositions() finds", () => {
  fc.assert(fc.property(fc.array(message, { minLength: 1 }), search, (messages, search) => {
    const list = new OpenEntries(messages.map(entryOf));
    const matcher = compileFilter({ containers: [], levels: [], search });
    assert(matcher.search !== null);
    assert.equal(
      countMatches(matcher.search, list.lowerText()),
      matchingPositions(matcher, list).length,
    );
  }));
});

function entryOf(message: string, id: number): StoredEntry {
  return {
    id,
    time: id,
    container: "web",
    stream: "stdout",
    level: "INFO",
    message,
    raw: message,
  };
}

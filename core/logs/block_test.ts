import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeBlock, encodeBlock } from "./block.ts";
import { ENTRY_SEPARATOR, LEVELS, type StoredEntry, STREAMS } from "./model.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";

const storable = fc.string({ unit: "binary", maxLength: 60 })
  .map((text) => text.toWellFormed().replaceAll("\0", "").replaceAll(ENTRY_SEPARATOR, ""));

Deno.test("decodeBlock() gives back what encodeBlock() took", () =>
  fc.assert(fc.property(
    fc.array(
      fc.record({
        time: fc.integer({ min: -1e12, max: 4e12 }),
        container: fc.constantFrom("web", "db", "wörker"),
        stream: fc.constantFrom(...STREAMS),
        level: fc.constantFrom(...LEVELS),
        message: storable,
        raw: fc.option(storable),
      }),
      { minLength: 1, maxLength: 40 },
    ),
    fc.nat(2 ** 40),
    (drafts, firstId) => {
      const entries: StoredEntry[] = drafts.map((draft, at) => ({
        ...draft,
        id: firstId + at,
        raw: draft.raw ?? draft.message,
      }));
      const text = entries.map(({ message }) => message).join(ENTRY_SEPARATOR);
      const { data, indexWords } = encodeBlock({ firstId, entries });
      assert.equal(indexWords.trim(), words(text));
      const block = decodeBlock(data);
      assert.equal(block.count, entries.length);
      assert.equal(block.lowerText(), text.toLowerCase());
      assert.deepEqual(entries.map((_, at) => block.entry(at)), entries);
    },
  )));

Deno.test("decodeBlock() refuses what is no block", () => {
  assert.throws(() => decodeBlock(new Uint8Array([1, 2, 3])));
});

/** The words of a text, each once, worked out in another way. */
function words(text: string): string {
  return [...new Set(text.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean))].join(" ");
}

Deno.test("ByteReader reads the numbers that ByteWriter wrote", () =>
  fc.assert(fc.property(fc.array(fc.maxSafeInteger()), (numbers) => {
    const writer = new ByteWriter(1);
    for (const number of numbers) {
      writer.unsigned(Math.abs(number));
      // A sign takes a bit.
      writer.signed(Math.trunc(number / 4));
    }
    const reader = new ByteReader(writer.written);
    for (const number of numbers) {
      assert.equal(reader.unsigned(), Math.abs(number));
      assert.equal(reader.signed(), Math.trunc(number / 4) + 0);
    }
    assert.throws(() => reader.unsigned());
  })));

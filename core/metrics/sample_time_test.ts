import fc from "fast-check";
import assert from "node:assert/strict";
import { readIsoTime } from "../iso_time.ts";
import { SampleTimes } from "./sample_time.ts";

const two = fc.nat(61).map((number) => `${number}`.padStart(2, "0"));
/** Mostly of the same few seconds, as samples are. */
const second = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("17:31:00", "17:31:01", "17:31:59", "00:00:00") },
  fc.tuple(two, two, two).map((parts) => parts.join(":")),
  fc.tuple(two, two).map((parts) => parts.join(":")),
  fc.constant(""),
);
const fraction = fc.oneof(
  fc.constant(""),
  fc.tuple(
    fc.constantFrom(".", ".", ","),
    fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 11 }),
  ).map((parts) => parts.join("")),
);
const isoText = fc.tuple(
  fc.constantFrom("2026-11-20", "2026-11-21", "2024-02-29", "2026-02-29", "0099-01-01"),
  fc.constantFrom("T", "T", "T", "t", " ", ""),
  second,
  fraction,
  fc.constantFrom("Z", "Z", "z", "+00:00", "-00:00", "+01:00", "-05:30", "+0000", " 00:00", ""),
).map((parts) => parts.join(""));
/** With a character too many, too few, or another. */
const damaged = fc.tuple(
  isoText,
  fc.nat(30),
  fc.constantFrom("", "0", "9", "Z", "+", "x", ".", "٣"),
  fc.nat(1),
)
  .map(([text, at, character, removed]) =>
    text.slice(0, at) + character + text.slice(at + removed)
  );

Deno.test("SampleTimes.read() reads what readIsoTime() reads, whatever it read before", () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 4, arbitrary: isoText }, damaged, fc.string()), {
        minLength: 1,
        maxLength: 40,
        size: "max",
      }),
      (texts) => {
        const times = new SampleTimes();
        for (const text of texts) {
          const expected = readIsoTime(text);
          assert.deepEqual(times.read(text), "ms" in expected ? expected.ms : expected, text);
        }
      },
    ),
    { numRuns: 500 },
  ));

Deno.test("SampleTimes.read() tells samples of one second apart", () => {
  const times = new SampleTimes();
  const start = Date.parse("2026-11-20T17:31:00Z");
  const texts: readonly (readonly [string, number])[] = [
    ["2026-11-20T17:31:00Z", 0],
    ["2026-11-20T17:31:00.5Z", 500],
    ["2026-11-20T17:31:00.050+00:00", 50],
    ["2026-11-20T17:31:00.123456789Z", 123],
    ["2026-11-20T17:31:00.9999999Z", 999],
    ["2026-11-20T17:31:00+01:00", -3_600_000],
    ["2026-11-20T17:31:00.250Z", 250],
    ["2026-11-20T17:31:01Z", 1000],
    ["2026-11-20T17:31:00.001Z", 1],
  ];
  for (const [text, after] of texts) assert.equal(times.read(text), start + after, text);
});

Deno.test("SampleTimes.read() refuses what only begins like the second before it", () => {
  const times = new SampleTimes();
  assert.equal(times.read("2026-11-20T17:31:00Z"), Date.parse("2026-11-20T17:31:00Z"));
  for (const rest of [".Z", ".1234567890Z", ".5", "x", ".1x2Z", "ZZ", "+00:0", ".5.5Z"]) {
    const read = times.read(`2026-11-20T17:31:00${rest}`);
    assert.equal(typeof read, rest === ".5" ? "number" : "object", rest);
  }
});

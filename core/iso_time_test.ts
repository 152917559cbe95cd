import fc from "fast-check";
import assert from "node:assert/strict";
import { isoTime } from "./clock.ts";
import { readIsoTime } from "./iso_time.ts";

const GOOD: readonly (readonly [text: string, time: string])[] = [
  ["2026-11-20", "2026-11-20T00:00:00.000Z"],
  ["2026-11-20T17:31:05.123Z", "2026-11-20T17:31:05.123Z"],
  ["2026-11-20T17:31:05Z", "2026-11-20T17:31:05.000Z"],
  ["2026-11-20T17:31Z", "2026-11-20T17:31:00.000Z"],
  ["2026-11-20T17:31:05", "2026-11-20T17:31:05.000Z"],
  ["2026-11-20T17:31", "2026-11-20T17:31:00.000Z"],
  ["2026-11-20 17:31:05", "2026-11-20T17:31:05.000Z"],
  ["2026-11-20t17:31:05z", "2026-11-20T17:31:05.000Z"],
  ["2026-11-20T17:31:05.1Z", "2026-11-20T17:31:05.100Z"],
  ["2026-11-20T17:31:05,25Z", "2026-11-20T17:31:05.250Z"],
  ["2026-11-20T17:31:05.123999999Z", "2026-11-20T17:31:05.123Z"],
  ["2026-11-20T17:31:05+02:00", "2026-11-20T15:31:05.000Z"],
  ["2026-11-20T17:31:05 02:00", "2026-11-20T15:31:05.000Z"],
  ["2026-11-20T17:31:05+0530", "2026-11-20T12:01:05.000Z"],
  ["2026-11-20T17:31-08", "2026-11-21T01:31:00.000Z"],
  ["2026-11-20T00:00:00+23:59", "2026-11-19T00:01:00.000Z"],
  ["2024-02-29", "2024-02-29T00:00:00.000Z"],
  ["0001-01-01", "0001-01-01T00:00:00.000Z"],
  ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
];

for (const [text, time] of GOOD) {
  Deno.test(`readIsoTime() reads ${text}`, () => {
    const read = readIsoTime(text);
    assert.ok("ms" in read);
    assert.equal(isoTime(read.ms), time);
  });
}

const BAD: readonly (readonly [text: string, must: string])[] = [
  ...[
    "yesterday",
    "1763659860",
    "1763659860000",
    "2026",
    "2026-11",
    "20261120",
    "2026-W47",
    "2026-11-20T",
    "2026-11-20T17",
    "2026-11-20T1731Z",
    "2026-11-20T17:31:5Z",
    "2026-11-20T17:31:05.Z",
    "2026-11-20T17:31:05ZZ",
    "2026-11-20T17:31:05 CET",
    "2026-11-20T17:31:05+2",
    "2026-11-20Z",
    " 2026-11-20",
    "2026-11-20 ",
    "20/11/2026",
    "Fri, 20 Nov 2026 17:31:00 GMT",
    "12026-11-20",
    "-2026-11-20",
    "２０２６-11-20",
    "now-1h",
  ].map((text) =>
    [text, "an ISO 8601 date or time, such as 2026-11-20 or 2026-11-20T17:31:00Z"] as const
  ),
  ["2026-13-01", "a time that exists; 2026-13-01 is no day"],
  ["2026-00-10", "a time that exists; 2026-00-10 is no day"],
  ["2026-11-31T10:00Z", "a time that exists; 2026-11-31 is no day"],
  ["2026-02-29", "a time that exists; 2026-02-29 is no day"],
  ["2026-11-00", "a time that exists; 2026-11-00 is no day"],
  ["2026-11-20T24:00Z", "a time that exists; 24:00 is no time of day"],
  ["2026-11-20T17:60:00Z", "a time that exists; 17:60:00 is no time of day"],
  ["2026-11-20T17:31:60.5Z", "a time that exists; 17:31:60.5 is no time of day"],
  ["2026-11-20T17:31:00+24:00", "a time that exists; +24:00 is no offset"],
  ["2026-11-20T17:31:00 02:60", "a time that exists; +02:60 is no offset"],
];

for (const [text, must] of BAD) {
  Deno.test(`readIsoTime() refuses ${JSON.stringify(text)}`, () => {
    assert.deepEqual(readIsoTime(text), { must });
  });
}

Deno.test("readIsoTime() reads back what isoTime() writes", () => {
  const [min, max] = ["0000-01-01T00:00Z", "9999-12-31T23:59Z"].map((time) => Date.parse(time));
  assert.ok(min !== undefined && max !== undefined);
  fc.assert(fc.property(fc.integer({ min, max }), (ms) => {
    assert.deepEqual(readIsoTime(isoTime(ms)), { ms });
  }));
});

Deno.test("readIsoTime() gives a time or a reason, whatever it gets", () => {
  const unit = fc.constantFrom(..."0123456789-:TZ+. ,");
  fc.assert(fc.property(fc.string({ unit }), (end) => {
    for (const text of [end, `2026-11-20${end}`, `2026-11-20T17:31${end}`]) {
      const read = readIsoTime(text);
      assert.ok("must" in read || Number.isSafeInteger(read.ms));
    }
  }));
});

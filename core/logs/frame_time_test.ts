import assert from "node:assert/strict";
import fc from "fast-check";
import { FrameTimes } from "./frame_time.ts";

function read(text: string): number {
  return new FrameTimes().read(`x${text}x`, 1, text.length + 1);
}

const TIMES: readonly (readonly [string, string])[] = [
  ["2026-11-20T17:31:00Z", "2026-11-20T17:31:00.000Z"],
  ["2026-11-20T17:31:00.1Z", "2026-11-20T17:31:00.100Z"],
  ["2026-11-20T17:31:00.123999999Z", "2026-11-20T17:31:00.123Z"],
  ["2026-11-20t17:31:00.12z", "2026-11-20T17:31:00.120Z"],
  ["2026-11-20T17:31:00.123+01:30", "2026-11-20T16:01:00.123Z"],
  ["2026-11-20T23:31:00-01:00", "2026-11-21T00:31:00.000Z"],
  ["2026-12-31T23:59:60Z", "2027-01-01T00:00:00.000Z"],
  ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
];

for (const [text, wanted] of TIMES) {
  Deno.test(`FrameTimes.read() reads ${text}`, () => {
    assert.equal(new Date(read(text)).toISOString(), wanted);
  });
}

const OTHERS = [
  "",
  "yesterday",
  "2026-11-20",
  "2026-11-20T17:31:00",
  "2026-11-20T17:31:00.Z",
  "2026-11-20T17:31:00.12",
  "2026-11-20T17:31:00ZZ",
  "2026-11-20T24:00:00Z",
  "2026-11-20T17:60:00Z",
  "2026-11-20T17:31:61Z",
  "2026-02-29T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-00-01T00:00:00Z",
  "2026-11-00T00:00:00Z",
  "2026-11-2xT00:00:00Z",
  "2026/11/20T17:31:00Z",
  "2026-11-20T17:31:00+0100",
  "2026-11-20T17:31:00+24:00",
  "2026-11-20T17:31:00.123456789+01:0",
];

for (const text of OTHERS) {
  Deno.test(`FrameTimes.read() does not read ${JSON.stringify(text)}`, () => {
    assert.ok(Number.isNaN(read(text)));
  });
}

Deno.test("FrameTimes.read() reads what Date writes, also many in a row", () => {
  const times = new FrameTimes();
  const date = fc.date({
    min: new Date("0000-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(date, fc.nat(999_999), (date, nanoseconds) => {
      const text = date.toISOString().replace("Z", `${nanoseconds}`.padStart(6, "0") + "Z");
      assert.equal(times.read(text, 0, text.length), date.getTime());
    }),
    { numRuns: 2000 },
  );
});

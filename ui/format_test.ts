import assert from "node:assert/strict";
import {
  abbreviated,
  byteSize,
  clockTime,
  counted,
  dayNumber,
  exactTime,
  isInvisible,
  localInput,
  longDate,
  momentOf,
  oneLine,
  relativeTime,
  shortDate,
  wholeTime,
  zoneOffset,
} from "./format.ts";

const NOW = Date.parse("2026-11-20T17:31:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

Deno.test("relativeTime() says how long ago, then the date", () => {
  const cases: readonly (readonly [number, string])[] = [
    [-5 * MINUTE, "just now"],
    [0, "just now"],
    [9_999, "just now"],
    [10_000, "10 s ago"],
    [59_999, "59 s ago"],
    [MINUTE, "1 min ago"],
    [HOUR - 1, "59 min ago"],
    [HOUR, "1 h ago"],
    [24 * HOUR - 1, "23 h ago"],
    [24 * HOUR, "1 day ago"],
    [3 * 24 * HOUR, "3 days ago"],
    [7 * 24 * HOUR, "13 Nov"],
    [400 * 24 * HOUR, "16 Oct 2025"],
  ];
  for (const [age, words] of cases) assert.equal(relativeTime(NOW - age, NOW, "UTC"), words);
});

Deno.test("shortDate() names the year where it is another", () => {
  const newYear = Date.parse("2026-12-31T23:30:00Z");
  assert.equal(shortDate(newYear, newYear, "UTC"), "31 Dec");
  assert.equal(shortDate(newYear, newYear + HOUR, "UTC"), "31 Dec 2026");
});

Deno.test("exactTime() goes to the second and tells the offset", () => {
  assert.equal(exactTime(NOW, "UTC"), "20 Nov 2026, 17:31:00 UTC");
  const { getTimezoneOffset } = Date.prototype;
  const offsets: readonly (readonly [number, string])[] = [
    [-60, "20 Nov 2026, 18:31:00 UTC+1"],
    [-345, "20 Nov 2026, 23:16:00 UTC+5:45"],
    [480, "20 Nov 2026, 09:31:00 UTC−8"],
    [-540, "21 Nov 2026, 02:31:00 UTC+9"],
  ];
  try {
    for (const [offset, text] of offsets) {
      Date.prototype.getTimezoneOffset = () => offset;
      assert.equal(exactTime(NOW, "local"), text);
    }
  } finally {
    Date.prototype.getTimezoneOffset = getTimezoneOffset;
  }
});

Deno.test("abbreviated() is exact up to 9,999 and never more than it was", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0"],
    [1284, "1,284"],
    [9999, "9,999"],
    [10_000, "10k"],
    [12_849, "12.8k"],
    [99_999, "99.9k"],
    [130_900, "130k"],
    [999_999, "999k"],
    [1_000_000, "1M"],
    [1_250_000, "1.2M"],
    [7_900_000_000, "7.9G"],
    [Number.MAX_SAFE_INTEGER, "9.0e+15"],
  ];
  for (const [count, words] of cases) assert.equal(abbreviated(count), words);
});

Deno.test("counted() knows one from many", () => {
  assert.equal(counted(1, "error"), "1 error");
  assert.equal(counted(0, "error"), "0 errors");
  assert.equal(counted(12_000, "match", "matches"), "12,000 matches");
});

Deno.test("byteSize() takes the unit that fits", () => {
  assert.equal(byteSize(640), "640 B");
  assert.equal(byteSize(24 * 1024), "24.0 KiB");
  assert.equal(byteSize(1.25 * 1024 ** 3), "1.3 GiB");
  assert.equal(byteSize(3 * 1024 ** 4), "3.0 TiB");
});

Deno.test("oneLine() joins lines and cuts between characters", () => {
  assert.equal(oneLine("  one\n\ttwo\r\nthree ", 20), "one two three");
  assert.equal(oneLine("🔥".repeat(5), 3), "🔥🔥🔥…");
  assert.equal(oneLine("x".repeat(1e6), 4), "xxxx…");
  assert.equal(oneLine("abcd", 4), "abcd");
});

Deno.test("isInvisible() sees through what cannot be seen", () => {
  for (const text of ["", " \n\t", "\u200b\u200d\u2060", "\u202e", "\u0000", "\u3164"]) {
    assert.ok(isInvisible(text), JSON.stringify(text));
  }
  for (const text of [".", "\u200bא", "0", "🔥"]) assert.equal(isInvisible(text), false);
});

Deno.test("a zone of its own tells its own times", () => {
  // As in a summer night in which the clocks go back an hour at 01:00 UTC.
  const change = Date.parse("2026-10-25T01:00:00Z");
  const zone = { minutesAt: (ms: number) => ms < change ? 120 : 60 };
  assert.equal(clockTime(change - 1, zone), "02:59:59.999");
  assert.equal(clockTime(change, zone), "02:00:00.000");
  assert.equal(longDate(change, zone), "Sun 25 Oct 2026");
  assert.equal(wholeTime(change, zone), "Sun 25 Oct 2026, 02:00:00.000 UTC+1");
  assert.equal(zoneOffset(change - 1, zone), "UTC+2");
  assert.equal(dayNumber(Date.parse("2026-10-24T22:00:00Z"), zone), dayNumber(change, zone));
  assert.equal(dayNumber(Date.parse("2026-10-24T21:59:59Z"), zone), dayNumber(change, zone) - 1);
});

Deno.test("momentOf() and localInput() are each other's opposite", () => {
  const zones = ["UTC", { minutesAt: () => -210 }, { minutesAt: () => 345 }] as const;
  for (const zone of zones) assert.equal(momentOf(localInput(NOW, zone), zone), NOW);
  assert.equal(localInput(NOW, "UTC"), "2026-11-20T17:31:00");
  assert.ok(Number.isNaN(momentOf("", "UTC")));
  const change = Date.parse("2026-10-25T01:00:00Z");
  const zone = { minutesAt: (ms: number) => ms < change ? 120 : 60 };
  assert.equal(momentOf("2026-10-25T03:00:00", zone), change + HOUR);
  assert.equal(momentOf("2026-10-25T01:00:00", zone), change - 2 * HOUR);
});

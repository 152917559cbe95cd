import assert from "node:assert/strict";
import { bucketText, extentOf, stretchText, timeTicks, valueAxis } from "./axes.ts";
import { zoneNamed } from "../logs/zone.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 20, 12);

Deno.test("extentOf() passes over gaps", () => {
  assert.deepEqual(extentOf([[null, 3, 1], [null, null, 7]]), [1, 7]);
  assert.equal(extentOf([[null], []]), null);
});

Deno.test("valueAxis() begins at zero and goes a little over the greatest value", () => {
  const axis = valueAxis("ms", [3, 780]);
  assert.deepEqual(axis.labels, ["0", "200 ms", "400 ms", "600 ms", "800 ms"]);
  assert.deepEqual([axis.from, axis.to], [0, 800]);
});

Deno.test("valueAxis() counts in the unit of its highest mark", () => {
  assert.deepEqual(valueAxis("ms", [0, 2000]).labels, [
    "0",
    "0.5 s",
    "1 s",
    "1.5 s",
    "2 s",
    "2.5 s",
  ]);
  assert.deepEqual(valueAxis("per second", [0, 0.6]).labels, [
    "0",
    "10/min",
    "20/min",
    "30/min",
    "40/min",
  ]);
});

Deno.test("valueAxis() has no shares over 100%, and no halves of what is counted", () => {
  assert.deepEqual(valueAxis("share", [0, 1]).labels, ["0", "25%", "50%", "75%", "100%"]);
  assert.deepEqual(valueAxis("count", [0, 2]).labels, ["0", "1", "2", "3"]);
});

Deno.test("valueAxis() goes below zero where values do", () => {
  const { at } = valueAxis("plain", [-4, 6]);
  assert.equal(at[0], -5);
  assert.ok(at.includes(0));
});

Deno.test("valueAxis() has labels that there is room for, of great values too", () => {
  const kinds = ["per second", "ms", "seconds", "share", "count", "bytes", "plain"] as const;
  for (const kind of kinds) {
    for (let power = 0; power < 90; power++) {
      for (const value of [1, 1.7, 3, 4.9, 9.99]) {
        const { at, labels } = valueAxis(kind, [0, value * 10 ** power]);
        const told = `${kind} ${value}e${power}: ${labels.join(" ")}`;
        assert.ok(labels.every(({ length }) => length <= 9), told);
        assert.equal(new Set(labels).size, at.length, told);
      }
    }
  }
});

Deno.test("valueAxis() has a height without any values", () => {
  assert.deepEqual(valueAxis("share", null).labels.at(-1), "1%");
  assert.equal(valueAxis("per second", [0, 0]).to, 1);
});

Deno.test("timeTicks() are at round times of the reader's clock", () => {
  const kolkata = zoneNamed("Asia/Kolkata") ?? "UTC";
  assert.deepEqual(timeTicks(NOON - HOUR, NOON, "UTC").labels, [
    "11:00",
    "11:10",
    "11:20",
    "11:30",
    "11:40",
    "11:50",
    "12:00",
  ]);
  assert.deepEqual(timeTicks(NOON - DAY, NOON, kolkata).labels, [
    "18:00",
    "21:00",
    "20 Nov",
    "03:00",
    "06:00",
    "09:00",
    "12:00",
    "15:00",
  ]);
});

Deno.test("timeTicks() tell seconds where there are some", () => {
  assert.deepEqual(timeTicks(NOON - 3 * MINUTE, NOON, "UTC").labels, [
    "11:57",
    "11:57:30",
    "11:58",
    "11:58:30",
    "11:59",
    "11:59:30",
    "12:00",
  ]);
});

Deno.test("timeTicks() are days where the range has many", () => {
  const { labels } = timeTicks(NOON - 7 * DAY, NOON, "UTC");
  assert.deepEqual(labels, ["14 Nov", "15 Nov", "16 Nov", "17 Nov", "18 Nov", "19 Nov", "20 Nov"]);
});

Deno.test("timeTicks() stay at midnight when clocks change", () => {
  const berlin = zoneNamed("Europe/Berlin") ?? "UTC";
  const change = Date.UTC(2026, 9, 25, 1);
  const { labels } = timeTicks(change - 2 * DAY, change + 3 * DAY, berlin);
  assert.ok(labels.every((label) => / Oct$|^12:00$/.test(label)), labels.join());
});

Deno.test("timeTicks() stay few, however long the range is", () => {
  for (const length of [10_000, MINUTE, DAY, 30 * DAY, 3000 * DAY]) {
    const { at } = timeTicks(NOON - length, NOON, "UTC");
    assert.ok(at.length >= 2 && at.length <= 9, `${at.length} in ${length}`);
  }
});

Deno.test("bucketText() tells the end of a bucket that is longer than a minute", () => {
  assert.equal(bucketText(NOON, MINUTE, "UTC"), "20 Nov, 12:00");
  assert.equal(bucketText(NOON, 5 * MINUTE, "UTC"), "20 Nov, 12:00–12:05");
  assert.equal(bucketText(NOON - NOON % DAY, DAY, "UTC"), "20 Nov");
});

Deno.test("stretchText() names the second day where it is another one", () => {
  assert.equal(stretchText(NOON, NOON + 95 * MINUTE, "UTC"), "20 Nov, 12:00 – 13:35");
  assert.equal(stretchText(NOON, NOON + 13 * HOUR, "UTC"), "20 Nov, 12:00 – 21 Nov, 01:00");
});

import assert from "node:assert/strict";
import type { Line } from "./line.ts";
import { CONTAINERS, traffic, type TrafficOptions } from "./traffic.ts";

const FROM = Date.UTC(2026, 10, 20, 9);
const HOUR = 60 * 60 * 1000;

Deno.test("traffic() is the same for the same seed, and by time", () => {
  const lines = hourOf({ seed: 7, from: FROM });
  assert.deepEqual(hourOf({ seed: 7, from: FROM }), lines);
  assert.notDeepEqual(hourOf({ seed: 8, from: FROM }), lines);
  assert.ok(lines.every(({ at }, index) => at >= (lines[index - 1]?.at ?? FROM)));
});

Deno.test("traffic() comes from every container, with errors, stack traces and colours", () => {
  const lines = hourOf({ seed: 7, from: FROM });
  const names = new Set(lines.map(({ container }) => container));
  assert.deepEqual([...names].sort(), Object.keys(CONTAINERS).sort());
  for (const pattern of [/^Traceback/m, /^Caused by:/m, /\[31mERROR/, /"level":30/, /WARNING/]) {
    assert.ok(lines.some(({ text }) => pattern.test(text)), `${pattern} is in none`);
  }
  assert.ok(lines.length > 5000, `only ${lines.length} lines an hour`);
});

function hourOf(options: TrafficOptions): readonly Line[] {
  const lines: Line[] = [];
  for (const line of traffic(options)) {
    if (line.at >= options.from + HOUR) break;
    lines.push(line);
  }
  return lines;
}

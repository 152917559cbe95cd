import assert from "node:assert/strict";
import fc from "fast-check";
import type { Line } from "../../logs/line.ts";
import { Layout } from "./layout.ts";
import { LineStore } from "./line_store.ts";

const HOUR = 60 * 60 * 1000;
const MEASURES = { row: 20, day: 28, gap: 32, columns: 40, isWrapped: false };

function line(id: number, time: number, text = `line ${id}`): Line {
  const fixed = { container: "web", stream: "stdout", level: "INFO", raw: "" } as const;
  return { ...fixed, id, time, text, lineCount: 1, isCut: false };
}

function laidOut(lines: readonly Line[], isFlipped = false) {
  const store = new LineStore();
  store.insert(lines);
  const layout = new Layout(store, "UTC", isFlipped);
  layout.change({ measures: MEASURES });
  return { store, layout };
}

Deno.test("Layout puts a line above each new day, whichever end is at the top", () => {
  const lines = [line(1, 0), line(2, 23 * HOUR), line(3, 24 * HOUR), line(4, 25 * HOUR)];
  const { layout } = laidOut(lines);
  assert.deepEqual([0, 1, 2, 3].map((at) => layout.topOf(at)), [0, 20, 68, 88]);
  assert.equal(layout.height, 108);
  layout.change({ isFlipped: true });
  assert.deepEqual([3, 2, 1, 0].map((at) => layout.topOf(at)), [0, 20, 68, 88]);
  assert.ok(layout.hasDay(1) && !layout.hasDay(2));
  // By another clock the day changes elsewhere.
  layout.change({ zone: { minutesAt: () => 90 }, isFlipped: false });
  assert.deepEqual([0, 1, 2, 3].map((at) => layout.hasDay(at)), [false, true, false, false]);
});

Deno.test("Layout is the same after each change as when it is made anew", () => {
  const times = fc.array(fc.array(fc.nat(100), { maxLength: 8 }), { maxLength: 6 });
  fc.assert(fc.property(times, fc.boolean(), fc.array(fc.nat(40)), (batches, isFlipped, tall) => {
    const { store, layout } = laidOut([], isFlipped);
    let id = 0;
    for (const batch of batches) {
      const lines = batch.map((hours) => line(++id, hours * HOUR));
      layout.update(store.insert(lines));
      for (const index of tall) {
        const item = store.items[index];
        if (item) layout.measure(index, item, 100 + index);
      }
      const heights = store.items.map((_, index) => layout.topOf(index));
      const total = layout.height;
      layout.rebuild();
      assert.deepEqual(store.items.map((_, index) => layout.topOf(index)), heights);
      assert.equal(layout.height, total);
    }
    for (let index = 0; index < store.length; index++) {
      assert.equal(layout.at(layout.topOf(index)), index);
      assert.equal(layout.at(layout.topOf(index) + layout.heightOf(index) - 1), index);
    }
  }));
});

Deno.test("Layout guesses how high wrapped lines are", () => {
  const { store, layout } = laidOut([
    line(1, 0, "x".repeat(95)),
    line(2, 1, "a\nb\n\nc"),
    line(3, 2),
  ]);
  layout.change({ measures: { ...MEASURES, isWrapped: true } });
  assert.deepEqual([0, 1, 2].map((at) => layout.heightOf(at)), [60, 80, 20]);
  const [first] = store.items;
  assert.ok(first && layout.measure(0, first, 120) && !layout.measure(0, first, 120));
  assert.equal(layout.height, 220);
});

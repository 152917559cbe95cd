import assert from "node:assert/strict";
import fc from "fast-check";
import type { Line } from "../../logs/line.ts";
import { LineStore } from "./line_store.ts";

function line(id: number, time = id): Line {
  return {
    id,
    time,
    container: "web",
    stream: "stdout",
    level: "INFO",
    text: `line ${id}`,
    raw: "",
    lineCount: 1,
    isCut: false,
  };
}

function ids(store: LineStore): readonly number[] {
  return store.items.map(({ id }) => id);
}

Deno.test("LineStore.insert() keeps lines by time, each once, in whatever order they come", () => {
  const batches = fc.array(
    fc.array(fc.record({ id: fc.nat(200), late: fc.nat(3) }), { maxLength: 30 }),
    { maxLength: 12 },
  );
  fc.assert(fc.property(batches, (given) => {
    const store = new LineStore();
    const expected = new Map<number, Line>();
    for (const batch of given) {
      const lines = batch.map(({ id }) => line(id, Math.floor(id / 3) * 3));
      const before = expected.size;
      for (const one of lines) expected.set(one.id, one);
      const { added, appendedFrom } = store.insert(lines);
      assert.equal(added, expected.size - before);
      if (appendedFrom !== null) assert.equal(store.length - appendedFrom, added);
    }
    const sorted = [...expected.values()].sort((a, b) => a.time - b.time || a.id - b.id);
    assert.deepEqual(ids(store), sorted.map(({ id }) => id));
    sorted.forEach(({ id }, at) => assert.equal(store.indexOf(id), at));
    assert.equal(store.indexOf(9999), -1);
  }));
});

Deno.test("LineStore.insert() tells what only came at the end", () => {
  const store = new LineStore();
  assert.deepEqual(store.insert([line(2), line(1)]), { added: 2, appendedFrom: 0 });
  assert.deepEqual(store.insert([line(3), line(2)]), { added: 1, appendedFrom: 2 });
  assert.deepEqual(store.insert([line(5), line(4, 1.5)]), { added: 2, appendedFrom: null });
  assert.deepEqual(ids(store), [1, 4, 2, 3, 5]);
  assert.deepEqual(store.insert([line(3)]), { added: 0, appendedFrom: null });
});

Deno.test("LineStore.addGap() stands behind its line, once, and moves no other", () => {
  const store = new LineStore();
  store.insert([line(1), line(2), line(3)]);
  store.addGap(line(2), 40);
  store.addGap(line(2), 40);
  store.insert([line(9, 2)]);
  assert.deepEqual(ids(store), [1, 2, 2.5, 9, 3]);
  assert.equal(store.indexOf(2.5), 2);
  const gap = store.items[2];
  assert.equal(gap?.kind === "gap" && gap.after, 2);
  if (gap?.kind === "gap") store.removeGap(gap);
  assert.deepEqual(ids(store), [1, 2, 9, 3]);
});

Deno.test("LineStore.drop() forgets one end, and takes the same lines again", () => {
  const store = new LineStore();
  store.insert([line(1), line(2), line(3), line(4)]);
  store.drop("oldest", 1);
  store.drop("newest", 2);
  assert.deepEqual(ids(store), [2]);
  assert.equal(store.has(1), false);
  store.insert([line(1), line(3)]);
  assert.deepEqual(ids(store), [1, 2, 3]);
});

Deno.test("LineStore.indexAt() finds the first line at a moment or later", () => {
  const store = new LineStore();
  store.insert([line(1, 10), line(2, 20), line(3, 20), line(4, 30)]);
  assert.deepEqual([5, 10, 15, 20, 31].map((time) => store.indexAt(time)), [0, 0, 1, 1, 4]);
});

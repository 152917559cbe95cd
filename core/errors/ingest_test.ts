import assert from "node:assert/strict";
import { ManualClock } from "../../tests/support/manual_clock.ts";
import { isoTime, SECOND } from "../clock.ts";
import { Ingest } from "./ingest.ts";
import type { ErrorReport } from "./model.ts";
import type { ErrorStore } from "./store.ts";
import { REPORT } from "../../tests/support/sample_report.ts";
import { openBench } from "./store_test_support.ts";

/** Ingestion into a real store, or one that stands before it. */
async function start(before: (store: ErrorStore) => ErrorStore = (store) => store) {
  const bench = await openBench();
  const clock = new ManualClock();
  const state = { owed: 0 };
  const ingest = new Ingest({ store: before(bench.store), clock, onAlertOwed: () => state.owed++ });
  return {
    store: bench.store,
    clock,
    state,
    ingest,
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

const at = (line: number, fields: Partial<ErrorReport> = {}): ErrorReport => ({
  ...REPORT,
  traceback:
    `Traceback (most recent call last):\n  File "/srv/app.py", line ${line}, in run\n    x`,
  ...fields,
});

Deno.test("Ingest.record() fingerprints, places and times a report", async () => {
  await using bench = await start();
  const { id, status, fingerprint } = await bench.ingest.record(at(7));
  assert.equal(status, "created");
  assert.match(fingerprint, /^[0-9a-f]{32}$/);
  bench.clock.advance(SECOND);
  await bench.ingest.record(at(7));
  const detail = await bench.store.detail(id, bench.clock.now());
  assert.equal(detail?.location, "/srv/app.py:7 in run");
  assert.equal(detail?.first_seen, isoTime(bench.clock.now() - SECOND));
  assert.equal(detail?.last_seen, isoTime(bench.clock.now()));
});

Deno.test("Ingest.record() has no location where the traceback has none", async () => {
  await using bench = await start();
  const { id } = await bench.ingest.record({ ...REPORT, traceback: "it broke" });
  assert.equal((await bench.store.detail(id, 0))?.location, null);
});

Deno.test("Ingest.record() of a new group twice at once makes one group and owes one alert", async () => {
  await using bench = await start();
  const recorded = await Promise.all([bench.ingest.record(at(1)), bench.ingest.record(at(1))]);
  assert.deepEqual(recorded.map(({ id, status, count }) => [id, status, count]), [
    [1, "created", 1],
    [1, "incremented", 2],
  ]);
  assert.equal(bench.state.owed, 1);
});

Deno.test("Ingest.record() tells of owed alerts for new and reopened groups alone", async () => {
  await using bench = await start();
  const { id } = await bench.ingest.record(at(1));
  await bench.ingest.record(at(1));
  assert.equal(bench.state.owed, 1);
  await bench.store.resolve([id], isoTime(bench.clock.now()));
  assert.equal((await bench.ingest.record(at(1))).status, "reopened");
  assert.equal(bench.state.owed, 2);
});

Deno.test("Ingest.record() shares a commit between reports of one turn", async () => {
  const batches: number[] = [];
  await using bench = await start((store) =>
    Object.assign(Object.create(store), {
      recordOccurrences(batch: Parameters<ErrorStore["recordOccurrences"]>[0]) {
        batches.push(batch.length);
        return store.recordOccurrences(batch);
      },
    })
  );
  const recorded = Array.from({ length: 1000 }, (_, n) => bench.ingest.record(at(n)));
  assert.equal(bench.ingest.depth, 1000);
  await Promise.all(recorded);
  assert.deepEqual(batches, [512, 488]);
  assert.equal(bench.ingest.depth, 0);
});

Deno.test("Ingest.flush() resolves when everything is in the store", async () => {
  await using bench = await start();
  const recorded = Array.from({ length: 600 }, (_, n) => bench.ingest.record(at(n)));
  await bench.ingest.flush();
  assert.equal(await bench.store.count({}), 600);
  await Promise.all(recorded);
});

Deno.test("Ingest.record() rejects the report that cannot be stored, and no other", async () => {
  await using bench = await start();
  const bad = at(2, { userId: Symbol("bad") as unknown as string });
  const settled = await Promise.allSettled(
    [at(1), bad, at(3)].map((one) => bench.ingest.record(one)),
  );
  assert.deepEqual(settled.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assert.equal(await bench.store.count({}), 2);
});

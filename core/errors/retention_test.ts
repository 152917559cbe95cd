import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { captureLog } from "../../tests/support/captured_log.ts";
import { ManualClock } from "../../tests/support/manual_clock.ts";
import { DAY, isoTime } from "../clock.ts";
import { runRetention, startRetention } from "./retention.ts";
import type { ErrorStore } from "./store.ts";
import { occurrence, openBench } from "./store_test_support.ts";

const forever = () => new AbortController().signal;

async function start(retentionDays = 90) {
  const bench = await openBench();
  const clock = new ManualClock();
  const { logger, lines } = captureLog("INFO");
  const options = { store: bench.store, retentionDays, clock, logger };
  return {
    ...options,
    path: bench.path,
    options,
    lines,
    /** Records groups now; gives their ids. */
    async report(count: number) {
      const batch = Array.from(
        { length: count },
        () => occurrence(crypto.randomUUID(), {}, clock.now()),
      );
      return (await bench.store.recordOccurrences(batch)).map(({ id }) => id);
    },
    ids: async () =>
      (await bench.store.list({ limit: 200, offset: 0 }, clock.now())).errors.map(({ id }) => id)
        .sort(),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

Deno.test("runRetention() deletes groups resolved longer ago than that, and not a moment earlier", async () => {
  await using bench = await start(90);
  await bench.report(3);
  await bench.store.resolve([1], isoTime(bench.clock.now()));
  bench.clock.advance(1);
  await bench.store.resolve([2], isoTime(bench.clock.now()));
  bench.clock.advance(90 * DAY - 1);
  await runRetention(bench.options, forever());
  assert.deepEqual(await bench.ids(), [1, 2, 3]);
  bench.clock.advance(1);
  await runRetention(bench.options, forever());
  assert.deepEqual(await bench.ids(), [2, 3]);
  assert.deepEqual(bench.lines.map(({ msg, deleted }) => ({ msg, deleted })), [
    { msg: "Resolved errors past their retention deleted", deleted: 1 },
  ]);
});

Deno.test("runRetention() never deletes unresolved groups, reopened ones included", async () => {
  await using bench = await start(1);
  await bench.report(2);
  await bench.store.resolve([1], isoTime(bench.clock.now()));
  await bench.store.reopen([1]);
  bench.clock.advance(36_500 * DAY);
  await runRetention(bench.options, forever());
  assert.deepEqual(await bench.ids(), [1, 2]);
  assert.deepEqual(bench.lines, []);
});

Deno.test("runRetention() deletes in batches and tells of all of them once", async () => {
  await using bench = await start(1);
  const ids = await bench.report(650);
  await bench.store.resolve(ids, isoTime(bench.clock.now()));
  bench.clock.advance(2 * DAY);
  const batches: number[] = [];
  const store: ErrorStore = Object.assign(Object.create(bench.store), {
    async deleteResolvedBefore(cutoff: string, limit: number) {
      const deleted = await bench.store.deleteResolvedBefore(cutoff, limit);
      batches.push(deleted);
      return deleted;
    },
    trimHistory: (before: Parameters<ErrorStore["trimHistory"]>[0]) =>
      bench.store.trimHistory(before),
    releaseSpace: () => bench.store.releaseSpace(),
  });
  await runRetention({ ...bench.options, store }, forever());
  assert.deepEqual(batches, [200, 200, 200, 50]);
  assert.equal(bench.lines[0]?.deleted, 650);
  assert.equal(await bench.store.count({}), 0);
});

Deno.test("runRetention() stops between batches when it is told to", async () => {
  await using bench = await start(1);
  const ids = await bench.report(450);
  await bench.store.resolve(ids, isoTime(bench.clock.now()));
  bench.clock.advance(2 * DAY);
  const abort = new AbortController();
  const running = runRetention(bench.options, abort.signal);
  abort.abort();
  await running;
  assert.equal(await bench.store.count({}), 250);
});

Deno.test("runRetention() keeps counts by hour while a page shows them, and then forgets them", async () => {
  await using bench = await start();
  const { clock, store } = bench;
  for (let day = 0; day < 3; day++) {
    await store.recordOccurrences([occurrence("a", {}, clock.now())]);
    clock.advance(DAY);
  }
  // Thirty days after the first report: the second is on the first day that is shown.
  clock.advance(27 * DAY);
  await runRetention(bench.options, forever());
  const detail = await store.detail(1, clock.now());
  assert.deepEqual(detail?.daily_counts.slice(0, 3), [1, 1, 0]);
  assert.equal(hoursKept(bench.path), 2);
  clock.advance(3 * DAY);
  await runRetention(bench.options, forever());
  assert.equal(hoursKept(bench.path), 0);
  assert.equal((await store.detail(1, clock.now()))?.count, 3);
});

/** Rows of hours before a group's latest one. */
function hoursKept(path: string): unknown {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare("SELECT count(*) AS n FROM error_hours").get();
  database.close();
  return rows?.n;
}

Deno.test("startRetention() runs at once", async () => {
  await using bench = await start(1);
  await bench.store.resolve(await bench.report(1), isoTime(bench.clock.now()));
  bench.clock.advance(2 * DAY);
  const trimmed = Promise.withResolvers<void>();
  const store: ErrorStore = Object.assign(Object.create(bench.store), {
    deleteResolvedBefore: (cutoff: string, limit: number) =>
      bench.store.deleteResolvedBefore(cutoff, limit),
    async trimHistory(before: Parameters<ErrorStore["trimHistory"]>[0]) {
      await bench.store.trimHistory(before);
      trimmed.resolve();
    },
    releaseSpace: () => bench.store.releaseSpace(),
  });
  const alive = setInterval(() => {}, 1000);
  const retention = startRetention({ ...bench.options, store });
  await trimmed.promise;
  await retention.close();
  clearInterval(alive);
  assert.deepEqual(await bench.ids(), []);
});

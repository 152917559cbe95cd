import assert from "node:assert/strict";
import { Searcher } from "./searcher.ts";
import { ALL, FIRST_PAGE, newEntry, START, withLogs } from "./store_test_support.ts";

const BATCH = 20_000;
const BATCHES = 10;

/** A searcher over many entries with one word each, of two that never meet. */
async function withSearcher(work: (searcher: Searcher) => Promise<void>): Promise<void> {
  await withLogs(1_000_000, async ({ path, store }) => {
    for (let batch = 0; batch < BATCHES; batch++) {
      const entries = Array.from(
        { length: BATCH },
        (_, n) =>
          newEntry({
            time: START + batch * BATCH + n,
            message: n % 2 ? "cache hit" : "cache miss",
          }),
      );
      store.append({ entries, cursors: [] }, START);
    }
    const searcher = new Searcher(path);
    try {
      await work(searcher);
    } finally {
      await searcher.close();
    }
  });
}

const SLOW = { ...FIRST_PAGE, search: "hit miss" };

Deno.test("Searcher answers a quick question while a slow one is under way", () =>
  withSearcher(async (searcher) => {
    await searcher.stats();
    const order: string[] = [];
    const slow = searcher.page(SLOW).then(({ total }) => {
      order.push("slow");
      assert.equal(total, 0);
    });
    await searcher.page({ ...ALL, limit: 1, offset: 0 });
    order.push("quick");
    await slow;
    assert.deepEqual(order, ["quick", "slow"]);
  }));

Deno.test("Searcher calls off a search when its signal aborts", () =>
  withSearcher(async (searcher) => {
    const abort = new AbortController();
    const slow = searcher.page(SLOW, abort.signal);
    const other = searcher.page(SLOW);
    abort.abort(new Error("The client went away"));
    await assert.rejects(slow, /The client went away/);
    assert.equal(searcher.depth, 1);
    assert.equal((await other).total, 0);
    assert.equal(searcher.depth, 0);
    await assert.rejects(searcher.page(SLOW, AbortSignal.abort(new Error("too late"))), /too late/);
  }));

Deno.test("Searcher goes on after a question that cannot be answered", () =>
  withLogs(100, async ({ path }) => {
    const searcher = new Searcher(`${path}-none`);
    await assert.rejects(searcher.stats(), /Query failed/);
    await assert.rejects(searcher.stats(), /Query failed/);
    await searcher.close();
    await assert.rejects(searcher.stats(), /Shutting down/);
  }));

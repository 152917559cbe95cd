import assert from "node:assert/strict";
import { Searcher } from "./searcher.ts";
import { ALL, FIRST_PAGE, newEntry, START, withLogs } from "./store_test_support.ts";

const BATCH = 20_000;
const BATCHES = 10;

/** In a thread, and in turns with the main thread's work. */
const PLACES = [{ isMemoryTight: false }, { isMemoryTight: true }] as const;

/** A searcher over many entries with one word each, of two that never meet. */
async function withSearcher(
  place: typeof PLACES[number],
  work: (searcher: Searcher) => Promise<void>,
): Promise<void> {
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
    const searcher = new Searcher(path, place);
    try {
      await work(searcher);
    } finally {
      await searcher.close();
    }
  });
}

const SLOW = { ...FIRST_PAGE, search: "hit miss" };

/** A test of either place. */
function testBoth(name: string, test: (place: typeof PLACES[number]) => Promise<void>): void {
  for (const place of PLACES) {
    Deno.test(`${name}, ${place.isMemoryTight ? "in turns" : "in a thread"}`, () => test(place));
  }
}

testBoth(
  "Searcher answers a quick question while a slow one is under way",
  (place) =>
    withSearcher(place, async (searcher) => {
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
    }),
);

testBoth(
  "Searcher calls off a search when its signal aborts",
  (place) =>
    withSearcher(place, async (searcher) => {
      const abort = new AbortController();
      const slow = searcher.page(SLOW, abort.signal);
      const other = searcher.page(SLOW);
      abort.abort(new Error("The client went away"));
      await assert.rejects(slow, /The client went away/);
      assert.equal(searcher.depth, 1);
      assert.equal((await other).total, 0);
      assert.equal(searcher.depth, 0);
      await assert.rejects(
        searcher.page(SLOW, AbortSignal.abort(new Error("too late"))),
        /too late/,
      );
    }),
);

testBoth(
  "Searcher goes on after a question that cannot be answered",
  (place) =>
    withLogs(100, async ({ path }) => {
      const searcher = new Searcher(`${path}-none`, place);
      await assert.rejects(searcher.stats(), /Query failed/);
      await assert.rejects(searcher.stats(), /Query failed/);
      await searcher.close();
      await assert.rejects(searcher.stats(), /Shutting down/);
    }),
);

testBoth(
  "Searcher refuses what is under way when it is closed",
  (place) =>
    withSearcher(place, async (searcher) => {
      const slow = assert.rejects(searcher.page(SLOW), /Shutting down/);
      await searcher.close();
      await slow;
      assert.equal(searcher.depth, 0);
      await searcher.close();
    }),
);

testBoth(
  "Searcher takes no more than 256 questions at once",
  (place) =>
    withSearcher(place, async (searcher) => {
      const asked = await Promise.allSettled(Array.from({ length: 260 }, () => searcher.stats()));
      const refused = asked.filter(({ status }) => status === "rejected");
      assert.equal(refused.length, 4);
      assert.equal((await searcher.stats()).total_logs, BATCH * BATCHES);
    }),
);

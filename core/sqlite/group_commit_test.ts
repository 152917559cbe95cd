import fc from "fast-check";
import assert from "node:assert/strict";
import { GroupCommit } from "./group_commit.ts";

/** Commits that are kept, each a list of its items; items below 0 poison theirs. */
function start(maxItems = 100) {
  const commits: number[][] = [];
  const attempts: number[][] = [];
  const group = new GroupCommit<number, string>({
    maxItems,
    commit(items) {
      attempts.push([...items]);
      const poison = items.find((item) => item < 0);
      if (poison !== undefined) return Promise.reject(new Error(`poison ${poison}`));
      commits.push([...items]);
      return Promise.resolve(items.map((item) => `done ${item}`));
    },
  });
  return { group, commits, attempts };
}

/** What became of each submitted item. */
async function outcomes(submitted: readonly Promise<string>[]): Promise<string[]> {
  const settled = await Promise.allSettled(submitted);
  return settled.map((one) => one.status === "fulfilled" ? one.value : `${one.reason}`);
}

Deno.test("GroupCommit.submit() commits what comes in one turn together, in order", async () => {
  const { group, commits } = start();
  const submitted = [1, 2, 3].map((item) => group.submit(item));
  assert.equal(group.depth, 3);
  assert.deepEqual(await outcomes(submitted), ["done 1", "done 2", "done 3"]);
  assert.deepEqual(commits, [[1, 2, 3]]);
  assert.equal(group.depth, 0);
});

Deno.test("GroupCommit.submit() answers only after the commit", async () => {
  const commit = Promise.withResolvers<readonly string[]>();
  const begun = Promise.withResolvers<void>();
  const group = new GroupCommit<number, string>({
    maxItems: 10,
    commit() {
      begun.resolve();
      return commit.promise;
    },
  });
  let answered = false;
  const answer = group.submit(1).then(() => answered = true);
  await begun.promise;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(answered, false);
  commit.resolve(["done"]);
  await answer;
});

Deno.test("GroupCommit.submit() gathers during a commit for the next one", async () => {
  const { group, commits } = start();
  const first = group.submit(1);
  await first;
  const second = group.submit(2);
  const third = Promise.resolve().then(() => group.submit(3));
  await Promise.all([second, third]);
  assert.deepEqual(commits, [[1], [2, 3]]);
});

Deno.test("GroupCommit.submit() puts at most maxItems into a commit", async () => {
  const { group, commits } = start(4);
  await Promise.all(Array.from({ length: 10 }, (_, item) => group.submit(item)));
  assert.deepEqual(commits, [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]);
});

Deno.test("GroupCommit.submit() sets a poisonous item apart from the others", async () => {
  const { group, commits, attempts } = start();
  const submitted = [1, -2, 3, -4].map((item) => group.submit(item));
  assert.deepEqual(await outcomes(submitted), [
    "done 1",
    "Error: poison -2",
    "done 3",
    "Error: poison -4",
  ]);
  assert.deepEqual(attempts, [[1, -2, 3, -4], [1], [-2], [3], [-4]]);
  assert.deepEqual(commits, [[1], [3]]);
  assert.equal(await group.submit(5), "done 5");
});

Deno.test("GroupCommit.submit() rejects an item that a commit gave no result for", async () => {
  const group = new GroupCommit<number, string>({
    maxItems: 10,
    commit: (items) => Promise.resolve(items.slice(1).map(String)),
  });
  const [one, two] = await outcomes([group.submit(1), group.submit(2)]);
  assert.equal(one, "2");
  assert.match(two ?? "", /gave no result/);
});

Deno.test("GroupCommit.flush() waits for all that was submitted", async () => {
  const { group, commits } = start(2);
  await group.flush();
  const submitted = Array.from({ length: 5 }, (_, item) => group.submit(item));
  await group.flush();
  assert.equal(commits.flat().length, 5);
  await Promise.all(submitted);
});

Deno.test("GroupCommit.flush() waits for refused items, too, and does not throw", async () => {
  const { group } = start();
  const submitted = [group.submit(-1), group.submit(2)];
  const settled = outcomes(submitted);
  await group.flush();
  assert.deepEqual(await settled, ["Error: poison -1", "done 2"]);
});

Deno.test("GroupCommit commits each item once, in order, whatever comes when", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.record({ poison: fc.boolean(), turns: fc.nat(2) }), { maxLength: 30 }),
      async (maxItems, items) => {
        const { group, commits } = start(maxItems);
        const submitted: Promise<string>[] = [];
        for (const [index, { poison, turns }] of items.entries()) {
          for (let turn = 0; turn < turns; turn++) await new Promise((go) => setImmediate(go));
          const one = group.submit(poison ? -index - 1 : index + 1);
          one.catch(() => {});
          submitted.push(one);
        }
        const wanted = items.map(({ poison }, index) =>
          poison ? `Error: poison ${-index - 1}` : `done ${index + 1}`
        );
        assert.deepEqual(await outcomes(submitted), wanted);
        const good = items.flatMap(({ poison }, index) => poison ? [] : [index + 1]);
        assert.deepEqual(commits.flat(), good);
      },
    ),
    { numRuns: 50 },
  ));

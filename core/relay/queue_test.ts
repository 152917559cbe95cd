import assert from "node:assert/strict";
import { ManualClock } from "../../tests/support/manual_clock.ts";
import { captureLog } from "../../tests/support/captured_log.ts";
import { LIMITS, type Submission } from "./model.ts";
import { Queue } from "./queue.ts";
import { openRelayStore } from "./sqlite_store.ts";

/** A queue on a new database, or on that of another one. */
async function openQueue(folder?: string) {
  const own = folder ?? await Deno.makeTempDir();
  const store = openRelayStore(`${own}/relay.db`, captureLog().logger);
  return {
    folder: own,
    queue: new Queue(store, new ManualClock()),
    close: () => store.close(),
    async [Symbol.asyncDispose]() {
      store.close();
      await Deno.remove(own, { recursive: true });
    },
  };
}

function submission(n: number, fields: Partial<Submission> = {}): Submission {
  return { kind: "errors", project: "shop", idempotencyKey: `${n}`, body: `${n}`, ...fields };
}

Deno.test("Queue gives what it keeps in order, each kind by itself, and after it is opened anew", async () => {
  const first = await openQueue();
  for (let n = 0; n < 5; n++) {
    assert.equal(await first.queue.add(submission(n)), true);
    await first.queue.add(submission(n, { kind: "metrics", body: `m${n}` }));
  }
  first.close();
  await using second = await openQueue(first.folder);
  const { queue } = second;
  assert.deepEqual([queue.state("errors").items, queue.state("metrics").items], [5, 5]);
  const bodies = [];
  for (let next = queue.first("errors"); next; next = queue.first("errors")) {
    bodies.push(next.body);
    queue.remove(next);
  }
  assert.deepEqual(bodies, ["0", "1", "2", "3", "4"]);
  assert.deepEqual(queue.state("errors"), { items: 0, bytes: 0 });
  assert.equal(queue.first("metrics")?.body, "m0");
});

Deno.test("Queue keeps one of a key, and counts it once", async () => {
  await using test = await openQueue();
  const added = await Promise.all([1, 1, 1, 2].map((n) => test.queue.add(submission(n))));
  assert.deepEqual(added, [true, true, true, true]);
  assert.deepEqual(test.queue.state("errors"), { items: 2, bytes: 2 });
});

Deno.test("Queue is bounded in bytes, and one project has half of it", async () => {
  await using test = await openQueue();
  const body = "é".repeat(LIMITS.queueBytes / 2 / 8);
  const add = (n: number, project: string) => test.queue.add(submission(n, { project, body }));
  const shop = [];
  for (let n = 0; n < 6; n++) shop.push(await add(n, "shop"));
  assert.deepEqual(shop, [true, true, true, true, false, false]);
  const others = [];
  for (let n = 10; n < 16; n++) others.push(await add(n, `other${n % 2}`));
  assert.deepEqual(others, [true, true, true, true, false, false]);
  assert.equal(test.queue.state("errors").bytes, LIMITS.queueBytes);
  // The other kind has room of its own, and what goes makes some.
  assert.equal(await test.queue.add(submission(20, { kind: "metrics", body })), true);
  const first = test.queue.first("errors");
  assert.ok(first);
  test.queue.remove(first);
  assert.equal(await add(21, "shop"), true);
});

Deno.test("Queue gives room back where nothing could be kept", async () => {
  const test = await openQueue();
  test.close();
  await assert.rejects(test.queue.add(submission(1)));
  assert.deepEqual(test.queue.state("errors"), { items: 0, bytes: 0 });
  await Deno.remove(test.folder, { recursive: true });
});

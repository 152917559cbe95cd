import assert from "node:assert/strict";
import { Database } from "./database.ts";
import { IdempotencyKeys } from "./idempotency_keys.ts";

/** Keys in a new database with the table that services have. */
async function openKeys(limits: { readonly lifetimeMs: number; readonly keys: number }) {
  const folder = await Deno.makeTempDir();
  const database = Database.open(`${folder}/test.db`);
  const schema = new URL("../errors/migrations/0002_idempotency.sql", import.meta.url);
  database.exec(await Deno.readTextFile(schema));
  return {
    keys: new IdempotencyKeys(database, limits),
    count: () =>
      Number(database.prepare("SELECT count(*) AS count FROM idempotency_keys").get()?.count),
    async [Symbol.asyncDispose]() {
      database.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("IdempotencyKeys.answer() is what was kept with the key, and nothing for another", async () => {
  await using test = await openKeys({ lifetimeMs: 1000, keys: 10 });
  assert.equal(test.keys.answer("a"), undefined);
  test.keys.keep("a", "1", 0);
  test.keys.keep("A", "2", 0);
  assert.deepEqual(["a", "A", "b"].map((key) => test.keys.answer(key)), ["1", "2", undefined]);
});

Deno.test("IdempotencyKeys.keep() knows a key for its lifetime, and then lets it go", async () => {
  await using test = await openKeys({ lifetimeMs: 1000, keys: 1000 });
  for (let n = 0; n < 100; n++) test.keys.keep(`old ${n}`, "1", n);
  test.keys.keep("in time", "1", 1000);
  assert.equal(test.keys.answer("old 0"), "1");
  for (let n = 0; n < 60; n++) test.keys.keep(`new ${n}`, "1", 1100);
  assert.equal(test.keys.answer("old 99"), undefined);
  assert.equal(test.keys.answer("in time"), "1");
  assert.equal(test.count(), 61);
});

Deno.test("IdempotencyKeys.keep() bounds how many there are; the oldest go", async () => {
  await using test = await openKeys({ lifetimeMs: 1000, keys: 10 });
  for (let n = 0; n < 100; n++) test.keys.keep(`${n}`, "1", 0);
  assert.equal(test.count(), 10);
  assert.equal(test.keys.answer("89"), undefined);
  assert.equal(test.keys.answer("90"), "1");
});

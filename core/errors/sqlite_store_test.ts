import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { DAY, HOUR, isoTime, SECOND } from "../clock.ts";
import { Failure } from "../failure.ts";
import { NOW, occurrence, openBench } from "./store_test_support.ts";

const all = { limit: 50, offset: 0 };

Deno.test("ErrorStore.recordOccurrences() gives a result for each, in order, in one batch too", async () => {
  await using bench = await openBench();
  const batch = ["a", "b", "a", "a"].map((fingerprint) => occurrence(fingerprint));
  assert.deepEqual(await bench.store.recordOccurrences(batch), [
    { status: "created", id: 1, fingerprint: "a", count: 1 },
    { status: "created", id: 2, fingerprint: "b", count: 1 },
    { status: "incremented", id: 1, fingerprint: "a", count: 2 },
    { status: "incremented", id: 1, fingerprint: "a", count: 3 },
  ]);
});

Deno.test("ErrorStore.recordOccurrences() counts all of a batch or nothing", async () => {
  await using bench = await openBench();
  const good = occurrence("a");
  // What cannot be bound; no report that was parsed has such a thing.
  const bad = { ...occurrence("b"), location: Symbol("bad") as unknown as string };
  await assert.rejects(bench.store.recordOccurrences([good, bad]));
  assert.equal(await bench.store.count({}), 0);
  const [recorded] = await bench.store.recordOccurrences([good]);
  assert.equal(recorded?.count, 1);
});

Deno.test("ErrorStore.recordOccurrences() keeps the newest five occurrences of each group", async () => {
  await using bench = await openBench();
  const batch = Array.from(
    { length: 40 },
    (_, n) => occurrence(n % 2 ? "odd" : "even", { userId: `${n}` }, NOW + n),
  );
  await bench.store.recordOccurrences(batch);
  for (
    const [id, newest] of [[1, ["38", "36", "34", "32", "30"]], [2, [
      "39",
      "37",
      "35",
      "33",
      "31",
    ]]] as const
  ) {
    const detail = await bench.store.detail(id, NOW);
    assert.equal(detail?.count, 20);
    assert.deepEqual(detail?.occurrences.map(({ user_id }) => user_id), newest);
  }
});

Deno.test("ErrorStore.list() and detail() place occurrences in hours and days", async () => {
  await using bench = await openBench();
  const ago = (ms: number) => occurrence("a", {}, NOW - ms);
  await bench.store.recordOccurrences([
    ago(40 * DAY),
    ago(29 * DAY),
    ago(2 * DAY),
    ago(23 * HOUR),
    ago(HOUR),
    ago(SECOND),
    ago(0),
  ]);
  const { errors: [listed] } = await bench.store.list({ ...all }, NOW);
  assert.deepEqual(listed?.hourly_counts, [1, ...new Array(21).fill(0), 1, 2]);
  const detail = await bench.store.detail(1, NOW);
  assert.equal(detail?.daily_counts.length, 30);
  assert.deepEqual(
    Object.fromEntries((detail?.daily_counts ?? []).entries().filter(([, n]) => n > 0)),
    {
      0: 1,
      27: 1,
      28: 1,
      29: 3,
    },
  );
});

Deno.test("ErrorStore.list() finds a message's first 10,000 characters in full", async () => {
  await using bench = await openBench();
  const message = `${"x".repeat(9_000)} needle ${"y".repeat(90_000)} haystack`;
  await bench.store.recordOccurrences([occurrence("a", { message })]);
  assert.equal(await bench.store.count({ search: "needle" }), 1);
  assert.equal((await bench.store.detail(1, NOW))?.message, message);
});

Deno.test("ErrorStore.resolve() and reopen() give the ids that exist, and change the others' state not", async () => {
  await using bench = await openBench();
  const { store } = bench;
  await store.recordOccurrences(["a", "b", "c"].map((one) => occurrence(one)));
  const first = isoTime(NOW + 1);
  assert.deepEqual(await store.resolve([3, 99, 1, 1], first), [3, 1, 1]);
  assert.deepEqual(await store.resolve([1], isoTime(NOW + 2)), [1]);
  assert.equal((await store.detail(1, NOW))?.resolved_at, first);
  assert.equal(await store.count({ resolved: true }), 2);
  assert.deepEqual(await store.reopen([1, 2, 99]), [1, 2]);
  assert.equal(await store.count({ resolved: true }), 1);
  assert.deepEqual(await store.resolve([], first), []);
});

Deno.test("ErrorStore.deleteResolvedBefore() takes what hangs on a group along", async () => {
  await using bench = await openBench({ enabled: true });
  const { store } = bench;
  await store.recordOccurrences([
    occurrence("a"),
    occurrence("b"),
    occurrence("a", { environment: "dev" }),
  ]);
  await store.resolve([1], isoTime(NOW));
  assert.equal(await store.deleteResolvedBefore(isoTime(NOW), 10), 0);
  assert.equal(await store.deleteResolvedBefore(isoTime(NOW + 1), 10), 1);
  assert.equal(await store.detail(1, NOW), null);
  assert.equal(await store.count({ search: "bad value" }), 1);
  assert.deepEqual(await store.environments(), ["production"]);
  const database = new DatabaseSync(bench.path, { readOnly: true });
  const tables = [
    "error_tracebacks",
    "error_occurrences",
    "error_environments",
    "error_hours",
    "alerts",
  ];
  for (const table of tables) {
    const left = database.prepare(`SELECT count(*) AS n FROM ${table} WHERE error_id = 1`).get();
    assert.equal(left?.n, 0, table);
  }
  database.close();
  // An id is never given twice: links in mails stay right.
  const [again] = await store.recordOccurrences([occurrence("a")]);
  assert.deepEqual(again, { status: "created", id: 3, fingerprint: "a", count: 1 });
});

Deno.test("ErrorStore.deleteResolvedBefore() deletes no more than it was told", async () => {
  await using bench = await openBench();
  const { store } = bench;
  const batch = Array.from({ length: 25 }, (_, n) => occurrence(`f${n}`));
  const ids = (await store.recordOccurrences(batch)).map(({ id }) => id);
  await store.resolve(ids, isoTime(NOW));
  const cutoff = isoTime(NOW + 1);
  assert.deepEqual(
    [
      await store.deleteResolvedBefore(cutoff, 10),
      await store.deleteResolvedBefore(cutoff, 10),
      await store.deleteResolvedBefore(cutoff, 10),
    ],
    [10, 10, 5],
  );
});

Deno.test("ErrorStore.sizeBytes() is what the files take", async () => {
  await using bench = await openBench();
  const before = await bench.store.sizeBytes();
  const batch = Array.from(
    { length: 300 },
    (_, n) => occurrence(`f${n}`, { traceback: "x".repeat(2000) }),
  );
  await bench.store.recordOccurrences(batch);
  assert.ok(await bench.store.sizeBytes() > before + 300 * 2000);
});

Deno.test("ErrorStore.close() ends reads with a sentence", async () => {
  const bench = await openBench();
  const read = bench.store.count({});
  const refused = assert.rejects(
    read,
    (error) => error instanceof Failure && error.code === "unavailable",
  );
  await bench[Symbol.asyncDispose]();
  await refused;
});

Deno.test("The view errors has the documented columns, and can be read and mended by hand", async () => {
  await using bench = await openBench();
  await bench.store.recordOccurrences([occurrence("a"), occurrence("b")]);
  const database = new DatabaseSync(bench.path);
  const documented =
    `id, fingerprint, project, environment, exception_type, message, traceback, count,
    first_seen, last_seen, resolved, resolved_at`;
  assert.deepEqual({ ...database.prepare(`SELECT ${documented} FROM errors WHERE id = 1`).get() }, {
    id: 1,
    fingerprint: "a",
    project: "shop",
    environment: "production",
    exception_type: "ValueError",
    message: "bad value",
    traceback: "at app.py:1",
    count: 1,
    first_seen: isoTime(NOW),
    last_seen: isoTime(NOW),
    resolved: 0,
    resolved_at: null,
  });
  database.exec(
    "UPDATE errors SET resolved = 1, resolved_at = '2026-01-01T00:00:00.000Z' WHERE id = 1",
  );
  database.exec("DELETE FROM errors WHERE id = 2");
  database.close();
  assert.equal(await bench.store.count({ resolved: true }), 1);
  assert.equal(await bench.store.count({}), 1);
});

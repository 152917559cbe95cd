import assert from "node:assert/strict";
import fc from "fast-check";
import { MINUTE } from "../clock.ts";
import { context } from "./context.ts";
import { histogram } from "./histogram.ts";
import { LEVELS, LIMITS, type LogFilter, type NewEntry } from "./model.ts";
import { containerCounts, stats } from "./stats.ts";
import { parseSearch } from "./search_query.ts";
import {
  ALL,
  finish,
  levelAt,
  newEntry,
  START,
  type TestLogs,
  withLogs,
} from "./store_test_support.ts";

/** An entry with the id that the store gave it. */
type Kept = NewEntry & { readonly id: number };

const WORDS = ["timeout", "payment", "user_id=42", "GET", "/api/v1/orders", "Größe", "b\tc", "x"];

const entries = fc.array(
  fc.record({
    minutes: fc.integer({ min: -3, max: 200 }),
    container: fc.constantFrom("web", "worker", "db"),
    level: fc.integer({ min: 0, max: 4 }).map(levelAt),
    words: fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }),
    hasRaw: fc.boolean(),
  }).map(({ minutes, container, level, words, hasRaw }) => {
    const message = words.join(" ");
    const raw = hasRaw ? `\x1b[31m${message}` : message;
    return newEntry({
      time: START + minutes * 17_000 + words.length,
      container,
      level,
      message,
      raw,
    });
  }),
  { maxLength: 40 },
);

const filters = fc.record({
  containers: fc.subarray(["web", "worker", "db", "none"]),
  levels: fc.subarray([...LEVELS]),
  search: fc.option(
    fc.constantFrom(...WORDS, "payment timeout", "GET OR x", "NOT GET", "pay*", ""),
    {
      nil: undefined,
    },
  ),
  since: fc.option(fc.integer({ min: -2, max: 100 }).map((n) => START + n * 31_000), {
    nil: undefined,
  }),
  until: fc.option(fc.integer({ min: -2, max: 130 }).map((n) => START + n * 27_000), {
    nil: undefined,
  }),
});

Deno.test("LogSearch gives what a look at every entry gives, whatever is sealed or gone", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(entries, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(20, 100, 1000),
      fc.array(filters, { minLength: 1, maxLength: 6 }),
      (batches, maxEntries, asked) =>
        withLogs(maxEntries, (logs) => {
          let kept: Kept[] = [];
          for (const batch of batches) {
            const { firstId, entries } = logs.store.append({ entries: batch, cursors: [] }, START);
            kept.push(...entries.map((entry, at) => ({ ...entry, id: firstId + at })));
            while (logs.store.trim());
            // The oldest by id are gone.
            kept = kept.slice(kept.length - logs.store.total);
            assert.ok(kept.length <= maxEntries * 1.1);
            for (const filter of asked) compare(logs, kept, filter);
          }
        }),
    ),
    { numRuns: 60 },
  ));

function compare(logs: TestLogs, kept: readonly Kept[], filter: LogFilter): void {
  const matching = kept.filter((entry) => matches(entry, filter))
    .sort((one, other) => other.time - one.time || other.id - one.id);
  const ids = matching.map(({ id }) => id);
  const page = (query: object) =>
    finish(logs.search.page({ ...filter, limit: 7, offset: 0, ...query }));
  const first = page({});
  assert.deepEqual(first.logs.map(({ id }) => id), ids.slice(0, 7));
  assert.equal(first.total, matching.length);
  assert.deepEqual(page({ offset: 5 }).logs.map(({ id }) => id), ids.slice(5, 12));
  const middle = matching[Math.floor(matching.length / 2)];
  if (middle) {
    const at = ids.indexOf(middle.id);
    const older = page({ olderThan: middle.id });
    assert.deepEqual(older.logs.map(({ id }) => id), ids.slice(at + 1, at + 8));
    assert.equal(older.total, matching.length);
    const newer = page({ newerThan: middle.id });
    assert.deepEqual(newer.logs.map(({ id }) => id), ids.slice(Math.max(0, at - 7), at));
    const found = first.logs[0];
    const [newest] = matching;
    assert.deepEqual(
      found && [found.message, found.raw, found.level, found.container],
      newest && [
        newest.message,
        newest.raw,
        newest.level,
        newest.container,
      ],
    );
  }
  compareHistogram(logs, matching, filter);
  if (middle) compareContext(logs, kept, middle);
}

/** What is around an entry is what the list has there, whenever it was read. */
function compareContext(
  { read, search }: TestLogs,
  kept: readonly Kept[],
  { id, container }: Kept,
): void {
  const ids = kept.filter((entry) => entry.container === container)
    .sort((one, other) => one.time - other.time || one.id - other.id)
    .map((entry) => entry.id);
  const at = ids.indexOf(id);
  const found = finish(context(read, search, id, { before: 4, after: 3 }));
  assert.equal(found?.entry.id, id);
  assert.deepEqual(found?.before.map((entry) => entry.id), ids.slice(Math.max(0, at - 4), at));
  assert.deepEqual(found?.after.map((entry) => entry.id), ids.slice(at + 1, at + 4));
}

function compareHistogram(
  { read, search }: TestLogs,
  matching: readonly Kept[],
  filter: LogFilter,
): void {
  for (const buckets of [1, 10, 60]) {
    const query = { ...filter, buckets };
    const { interval_s, buckets: found } = finish(histogram(read, search, query, START));
    assert.ok(found.length <= buckets);
    for (const { time, total, levels } of found) {
      const start = Date.parse(time);
      const within = matching.filter((entry) =>
        entry.time >= start && entry.time < start + interval_s * 1000
      );
      assert.equal(total, within.length, `${time} of ${JSON.stringify(query)}`);
      for (const level of LEVELS) {
        assert.equal(levels[level] ?? 0, within.filter((entry) => entry.level === level).length);
      }
    }
    if (filter.until === undefined || filter.since !== undefined) {
      const sum = found.reduce((all, { total }) => all + total, 0);
      assert.equal(sum, matching.length);
    }
  }
}

function matches(entry: NewEntry, filter: LogFilter): boolean {
  const { containers, levels, search, since = -Infinity, until = Infinity } = filter;
  const query = parseSearch(search ?? "");
  return (containers.length === 0 || containers.includes(entry.container)) &&
    (levels.length === 0 || levels.includes(entry.level)) &&
    entry.time >= since && entry.time < until &&
    (query === null || query.matches(entry.message.toLowerCase()));
}

Deno.test("context() gives the neighbours of the same container", () =>
  withLogs(1000, ({ store, read, search }) => {
    const batch = Array.from(
      { length: 500 },
      (_, n) =>
        newEntry({ time: START + n, container: n % 3 === 0 ? "web" : "db", message: `line ${n}` }),
    );
    const stored = store.append({ entries: batch, cursors: [] }, START);
    const found = finish(context(read, search, stored.firstId + 300, { before: 3, after: 2 }));
    assert.deepEqual(found?.before.map(({ message }) => message), [
      "line 291",
      "line 294",
      "line 297",
    ]);
    assert.equal(found?.entry.message, "line 300");
    assert.deepEqual(found?.after.map(({ message }) => message), ["line 303", "line 306"]);
    assert.equal(finish(context(read, search, 9999, { before: 3, after: 2 })), null);
    const start = finish(context(read, search, 1, { before: 20, after: 0 }));
    assert.deepEqual([start?.before, start?.after], [[], []]);
  }));

Deno.test("context() has an entry whole, however long those around it are", () =>
  withLogs(1000, ({ store, read, search }) => {
    const batch = Array.from(
      { length: 30 },
      (_, n) => newEntry({ time: START + n, message: `${n} ${"x".repeat(LIMITS.message / 2)}` }),
    );
    const stored = store.append({ entries: batch, cursors: [] }, START);
    const found = finish(
      context(read, search, stored.firstId + 15, { before: 10, after: 10 }),
    );
    assert.equal(found?.entry.message, batch[15]?.message);
    assert.deepEqual([found?.before.length, found?.after.length], [10, 10]);
    assert.match(found?.before[0]?.message ?? "", /^5 x+… \[cut: this page is full/);
  }));

Deno.test("LogSearch.page() counts exactly up to 10,000 and says so beyond", () =>
  withLogs(100_000, ({ store, search }) => {
    const batch = (count: number) =>
      Array.from({ length: count }, (_, n) => newEntry({ time: START + n, message: "same word" }));
    store.append({ entries: batch(10_000), cursors: [] }, START);
    const query = { ...ALL, search: "word", limit: 1, offset: 0 };
    const exact = finish(search.page(query));
    assert.deepEqual([exact.total, exact.total_is_lower_bound], [10_000, undefined]);
    store.append({ entries: batch(5000), cursors: [] }, START);
    const bound = finish(search.page(query));
    assert.deepEqual([bound.total, bound.total_is_lower_bound], [10_000, true]);
    assert.equal(finish(search.page({ ...query, search: undefined })).total, 15_000);
  }));

Deno.test("LogSearch.page() counts within a range what it has counted without one before", () =>
  withLogs(100_000, ({ store, search }) => {
    const entries = Array.from({ length: 9000 }, (_, n) => newEntry({ time: START + n }));
    store.append({ entries, cursors: [] }, START);
    const total = (range: object) =>
      finish(search.page({ ...ALL, search: "cart", limit: 1, offset: 0, ...range })).total;
    assert.equal(total({}), 9000);
    assert.equal(total({ since: START + 1000, until: START + 1500 }), 500);
    assert.equal(total({ since: START + 4000 }), 5000);
    assert.equal(total({}), 9000);
  }));

Deno.test("stats() is true after the ring has turned", () =>
  withLogs(100, ({ store, read, search }) => {
    for (let n = 0; n < 30; n++) {
      const batch = Array.from(
        { length: 17 },
        (_, at) => newEntry({ time: START + n * MINUTE + at, container: n % 2 ? "web" : "db" }),
      );
      store.append({ entries: batch, cursors: [] }, START);
      while (store.trim());
    }
    const told = stats(read);
    const all = finish(search.page({ ...ALL, limit: 500, offset: 0 }));
    assert.equal(told.total_logs, all.logs.length);
    assert.equal(told.total_logs, store.total);
    assert.equal(told.newest_log, all.logs[0]?.timestamp);
    assert.equal(told.oldest_log, all.logs.at(-1)?.timestamp);
    assert.equal(told.by_level.INFO, told.total_logs);
    const web = all.logs.filter(({ container }) => container === "web").length;
    assert.deepEqual(told.by_container, { db: told.total_logs - web, web });
    assert.deepEqual(containerCounts(read), [
      { name: "db", log_count: told.total_logs - web },
      { name: "web", log_count: web },
    ]);
  }));

import assert from "node:assert/strict";
import { at, BEGIN, type Entry, LogApi, numbers } from "./support/log_api.ts";

Deno.test("GET /api/logs pages", async (t) => {
  const COUNT = 1234;
  await using logs = await LogApi.start({
    before(folder) {
      for (let n = 0; n < COUNT; n++) {
        // Many at the same time, so that it alone does not order them.
        const time = BEGIN + Math.floor(n / 10) * 1000;
        const name = n % 3 === 0 ? "three" : "others";
        folder.container(name).write(
          "stdout",
          `[INFO] m${n} ${n % 2 === 0 ? "even" : "odd"}`,
          time,
        );
      }
    },
  });
  await logs.stored(COUNT);
  const all = [
    ...(await logs.list("limit=500")).logs,
    ...(await logs.list("limit=500&offset=500")).logs,
    ...(await logs.list("limit=500&offset=1000")).logs,
  ];

  await t.step("GET /api/logs has each entry once, the newest first", () => {
    assert.equal(new Set(all.map(({ id }) => id)).size, COUNT);
    assert.deepEqual(
      numbers(all).toSorted((one, other) => one - other),
      Array.from({ length: COUNT }, (_, n) => n),
    );
    const times = all.map(({ timestamp }) => timestamp);
    assert.deepEqual(times, times.toSorted().toReversed());
  });

  for (const filter of ["", "&container=three", "&search=even", "&search=odd&container=others"]) {
    await t.step(`GET /api/logs?${filter} pages without gap or doubling, either way`, async () => {
      const wanted = all.filter(({ container, message }) =>
        (!filter.includes("three") || container === "three") &&
        (!filter.includes("others") || container === "others") &&
        (!filter.includes("even") || message.includes("even")) &&
        (!filter.includes("odd") || message.includes("odd"))
      );
      const byOffset: Entry[] = [];
      for (let offset = 0; offset < wanted.length + 200; offset += 97) {
        const page = await logs.list(`limit=97&offset=${offset}${filter}`);
        assert.equal(page.total, wanted.length);
        byOffset.push(...page.logs);
      }
      assert.deepEqual(byOffset, wanted);

      const older: Entry[] = [];
      for (let query = "limit=97"; query !== "";) {
        const page = await logs.list(query + filter);
        older.push(...page.logs);
        const last = page.logs.at(-1);
        query = last ? `limit=97&older_than=${last.id}` : "";
      }
      assert.deepEqual(older, wanted);

      const newer: Entry[] = [];
      for (let id = wanted.at(-1)?.id; id !== undefined;) {
        const page = await logs.list(`limit=97&newer_than=${id}${filter}`);
        newer.unshift(...page.logs);
        id = page.logs[0]?.id;
      }
      assert.deepEqual(newer, wanted.slice(0, -1));
    });
  }

  await t.step("GET /api/logs goes on from an entry that does not match the filter", async () => {
    const odd = all.findIndex(({ message }) => message.includes("odd"));
    const { logs: page } = await logs.list(`search=even&limit=5&older_than=${all[odd]?.id}`);
    const wanted = all.slice(odd).filter(({ message }) => message.includes("even")).slice(0, 5);
    assert.deepEqual(page, wanted);
  });
});

Deno.test("GET /api/logs counts up to 10,000 matches of a search, and says when there are more", async (t) => {
  const COUNT = 12_000;
  await using logs = await LogApi.start({
    before(folder) {
      for (let n = 0; n < COUNT; n++) {
        const half = n % 2 === 0 ? "even" : "odd";
        const word = n < 10_000 ? "early" : "late";
        folder.container("many").write("stdout", `[INFO] needle ${half} ${word} m${n}`, BEGIN + n);
      }
    },
  });
  await logs.stored(COUNT);
  const cases: readonly (readonly [query: string, total: number, isLowerBound?: true])[] = [
    ["", 12_000],
    ["level=INFO", 12_000],
    ["container=many", 12_000],
    [`since=${at(2)}`, 10_000],
    ["search=needle", 10_000, true],
    ["search=needle&limit=500&offset=9900", 10_000, true],
    ["search=needle&level=INFO", 10_000, true],
    ["search=early", 10_000],
    ["search=even", 6000],
    ["search=even+early", 5000],
    ["search=m11999", 1],
    ["search=needle&level=ERROR", 0],
  ];
  for (const [query, total, isLowerBound] of cases) {
    await t.step(
      `GET /api/logs?${query} has ${total}${isLowerBound ? " or more" : ""}`,
      async () => {
        const page = await logs.list(query);
        assert.equal(page.total, total);
        assert.equal(page.total_is_lower_bound, isLowerBound);
      },
    );
  }

  await t.step("GET /api/logs that its client calls off is no error", async () => {
    // Of matches without a common word each entry has to be looked at.
    const path = `/api/logs?search=${encodeURIComponent("NOT nothing1 OR NOT nothing2")}`;
    for (let turn = 0; turn < 30; turn++) {
      const client = new AbortController();
      const asking = logs.api.program.fetch(path, { signal: client.signal });
      setTimeout(() => client.abort(), turn % 10);
      await asking.then((answer) => answer.body?.cancel(), () => {});
    }
    assert.equal((await logs.list("search=m7")).total, 1);
  });

  await t.step("GET /api/logs pages beyond what was counted", async () => {
    const { logs: page } = await logs.list("search=needle&limit=500&offset=11900");
    assert.deepEqual(numbers(page), Array.from({ length: 100 }, (_, n) => 99 - n));
  });
});

import assert from "node:assert/strict";
import { type Entry, LogApi } from "./support/log_api.ts";

const MOST = 1000;
/** A tenth more may be there for a while. */
const BUFFER = 100;
/** The last entry of each container is open for two seconds, and then a look away from being stored. */
const OPEN_MS = 2500;

Deno.test("MAX_ENTRIES bounds what is stored, and every view agrees on it", async () => {
  await using logs = await LogApi.start({ env: { MAX_ENTRIES: `${MOST}` } });
  let written = 0;
  const write = (count: number) => {
    for (let n = 0; n < count; n++, written++) {
      const level = written % 10 === 0 ? "ERROR" : "INFO";
      const name = written % 4 === 0 ? "four" : "others";
      logs.container(name).write("stdout", `[${level}] m${written} word`);
    }
  };
  for (const count of [900, 80, 150, 333, 1, 2000, 5000, 7]) {
    write(count);
    const expected = Math.min(written, MOST);
    const stored = await settled(logs, `m${written - 1}`, expected);
    assert.ok(
      stored >= expected && stored <= Math.max(expected, MOST + BUFFER),
      `${stored} of ${written}`,
    );
    await checkViews(logs, stored, written);
  }
});

/** Waits until the newest entry and enough others are there and nothing more goes; gives how many are stored. */
async function settled(logs: LogApi, newest: string, least: number): Promise<number> {
  const deadline = Date.now() + 30_000;
  let last = -1;
  let since = Date.now();
  while (true) {
    const { total_logs } = (await logs.ok("/api/stats")).json();
    const { total } = await logs.list(`search=${newest}`);
    const isEnough = total_logs >= least && total_logs <= MOST + BUFFER;
    if (total_logs !== last) since = Date.now();
    if (total === 1 && isEnough && Date.now() - since > OPEN_MS) return total_logs;
    assert.ok(Date.now() < deadline, `${total_logs} stored, ${newest} ${total} times`);
    last = total_logs;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The newest entries of each container are there, without a gap, and every view counts the same. */
async function checkViews(logs: LogApi, stored: number, written: number): Promise<void> {
  const all: Entry[] = [];
  for (let offset = 0; offset < stored; offset += 500) {
    all.push(...(await logs.list(`limit=500&offset=${offset}`)).logs);
  }
  assert.equal(all.length, stored);
  for (const name of ["four", "others"]) {
    const numbers = all.filter(({ container }) => container === name)
      .map(({ message }) => Number(/m(\d+)/.exec(message)?.[1]));
    const printed = Array.from({ length: written }, (_, n) => written - 1 - n)
      .filter((n) => (name === "four") === (n % 4 === 0));
    assert.deepEqual(numbers, printed.slice(0, numbers.length), name);
  }

  const count = (filter: (entry: Entry) => boolean) => all.filter(filter).length;
  const four = count(({ container }) => container === "four");
  const errors = count(({ level }) => level === "ERROR");
  const stats = (await logs.ok("/api/stats")).json();
  assert.deepEqual(stats, {
    total_logs: stored,
    oldest_log: all.at(-1)?.timestamp,
    newest_log: all[0]?.timestamp,
    by_level: { DEBUG: 0, INFO: stored - errors, WARNING: 0, ERROR: errors, CRITICAL: 0 },
    by_container: { four, others: stored - four },
  });
  assert.deepEqual((await logs.ok("/api/containers")).json().containers, [
    { name: "four", log_count: four },
    { name: "others", log_count: stored - four },
  ]);
  const totals: readonly (readonly [query: string, total: number])[] = [
    ["", stored],
    ["search=word", stored],
    ["level=ERROR", errors],
    ["level=ERROR&search=word", errors],
    ["container=four", four],
    ["container=four&search=word", four],
    [`since=${all.at(-1)?.timestamp}`, stored],
  ];
  for (const [query, total] of totals) {
    assert.equal((await logs.list(query)).total, total, query);
    const { buckets } = (await logs.ok(`/api/logs/histogram?${query}`)).json();
    const sum = buckets.reduce((sum: number, { total }: { total: number }) => sum + total, 0);
    assert.equal(sum, total, `histogram?${query}`);
  }
  assert.equal((await logs.ok("/health")).json().logs_indexed, stored);
  const { text } = await logs.ok("/api/logs/export?format=ndjson");
  assert.equal(text.split("\n").length - 1, stored);
}

/**
 * That the queries of the store use its indexes. Their SQL is listened to while the store works, so it is
 * what runs, not a copy of it.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { isoTime } from "../clock.ts";
import { Reader, type SqlQuery } from "../sqlite/reader.ts";
import { runRetention } from "./retention.ts";
import { captureLog } from "../../tests/support/captured_log.ts";
import { NOW, occurrence, openBench, type StoreBench } from "./store_test_support.ts";

/** Past this the list walks from the newest group on. */
const MANY = 2500;

/** What runs while `work` does: reads, and statements of the writer (each when it is first prepared). */
async function listen(work: () => Promise<unknown>): Promise<readonly string[]> {
  const heard: string[] = [];
  const { prepare } = DatabaseSync.prototype;
  const { read } = Reader.prototype;
  DatabaseSync.prototype.prepare = function (sql, ...rest) {
    heard.push(sql);
    return prepare.call(this, sql, ...rest);
  };
  Reader.prototype.read = function (...queries: readonly SqlQuery[]) {
    heard.push(...queries.map(({ sql }) => sql));
    return read.call(this, ...queries);
  };
  try {
    await work();
  } finally {
    DatabaseSync.prototype.prepare = prepare;
    Reader.prototype.read = read;
  }
  return heard;
}

/** The lines of SQLite's plan for each of the statements. */
function plansOf(path: string, statements: readonly string[]): ReadonlyMap<string, string> {
  const database = new DatabaseSync(path, { readOnly: true });
  const plans = statements.filter((sql) => /^\s*(SELECT|WITH|UPDATE|DELETE|INSERT)/.test(sql))
    .map((sql): [string, string] => {
      const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
      return [sql, rows.map(({ detail }) => String(detail)).join("\n")];
    });
  database.close();
  return new Map(plans);
}

/** The plans of those statements that match; throws when there are none. */
function planOf(plans: ReadonlyMap<string, string>, pattern: RegExp): string {
  const found = [...plans].filter(([sql]) => pattern.test(sql)).map(([, plan]) => plan);
  assert.notEqual(found.length, 0, `Nothing like ${pattern} in\n${[...plans.keys()].join("\n\n")}`);
  return found.join("\n");
}

/** No table is gone through row by row, other than those that hold a page or nothing. */
function scansNothing(plans: ReadonlyMap<string, string>): void {
  for (const [sql, plan] of plans) {
    const scans = plan.split("\n").filter((line) =>
      /^SCAN (?!CONSTANT ROW|page|\(?subquery|error_search|found|.*VIRTUAL TABLE|.*USING (COVERING )?INDEX)/
        .test(line)
    );
    assert.deepEqual(scans, [], `${sql}\n${plan}`);
  }
}

const some = { limit: 50, offset: 0 };

/** A store with so many groups; every tenth is resolved, every twentieth of another project. */
async function fill({ store }: StoreBench, groups: number): Promise<void> {
  const recorded = await store.recordOccurrences(
    Array.from({ length: groups }, (_, n) =>
      occurrence(`f${n}`, {
        project: n % 20 ? "shop" : "blog",
        environment: n % 30 ? "production" : "staging",
        message: `error number ${n}`,
      }, NOW + n)),
  );
  const tenth = recorded.filter((_, n) => n % 10 === 0).map(({ id }) => id);
  await store.resolve(tenth, isoTime(NOW));
}

Deno.test("idx_fingerprint_resolved finds the group of a report", async () => {
  await using bench = await openBench({ enabled: true });
  const heard = await listen(async () => {
    for (let n = 0; n < 8; n++) {
      await bench.store.recordOccurrences([
        occurrence("f", { environment: `e${n}` }, NOW + n * 4e6),
      ]);
    }
    await bench.store.resolve([1], isoTime(NOW));
    await bench.store.recordOccurrences([occurrence("f")]);
  });
  const plans = plansOf(bench.path, heard);
  assert.match(
    planOf(plans, /FROM error_groups WHERE fingerprint = \?/),
    /^SEARCH error_groups USING INDEX idx_fingerprint_resolved \(fingerprint=\?\)$/,
  );
  scansNothing(plans);
});

Deno.test("idx_occurrence_error_id finds the occurrences of a group", async () => {
  await using bench = await openBench();
  const heard = await listen(async () => {
    for (let n = 0; n < 6; n++) await bench.store.recordOccurrences([occurrence("f")]);
    await bench.store.detail(1, NOW);
  });
  const plans = plansOf(bench.path, heard);
  const byGroup =
    /SEARCH error_occurrences USING (COVERING )?INDEX idx_occurrence_error_id \(error_id=\?\)/;
  assert.match(planOf(plans, /DELETE FROM error_occurrences/), byGroup);
  assert.match(planOf(plans, /^SELECT id, timestamp.*FROM error_occurrences/s), byGroup);
  scansNothing(plans);
});

Deno.test("idx_project_env gathers the few groups of a project", async () => {
  await using bench = await openBench();
  await fill(bench, MANY);
  const heard = await listen(() => bench.store.list({ project: "blog", ...some }, NOW));
  const plans = plansOf(bench.path, heard);
  assert.match(
    planOf(plans, /AS page|page AS/),
    /SEARCH e USING INDEX idx_project_env \(project=\?\)/,
  );
  scansNothing(plans);
});

Deno.test("idx_resolved gathers the few resolved groups", async () => {
  await using bench = await openBench();
  await fill(bench, MANY);
  const heard = await listen(() => bench.store.list({ resolved: true, ...some }, NOW));
  const plans = plansOf(bench.path, heard);
  assert.match(planOf(plans, /page AS/), /SEARCH e USING INDEX idx_resolved \(resolved=\?\)/);
  scansNothing(plans);
});

Deno.test("idx_resolved finds the groups past their retention, and what hangs on them", async () => {
  await using bench = await openBench();
  const { store } = bench;
  await fill(bench, 20);
  const { logger } = captureLog();
  const heard = await listen(() =>
    runRetention(
      { store, retentionDays: 1, clock: { now: () => NOW + 1e10 }, logger },
      new AbortController().signal,
    )
  );
  const plans = plansOf(bench.path, heard);
  assert.match(
    planOf(plans, /DELETE FROM error_groups/),
    /SEARCH error_groups USING (COVERING )?INDEX idx_resolved \(resolved=\? AND resolved_at<\?\)/,
  );
  scansNothing(plans);
});

Deno.test("idx_last_seen walks through many groups, newest first, without sorting them", async () => {
  await using bench = await openBench();
  await fill(bench, MANY);
  for (
    const filter of [{}, { resolved: false }, { project: "shop" }, { environment: "production" }]
  ) {
    const heard = await listen(() => bench.store.list({ ...filter, ...some }, NOW));
    const plan = planOf(plansOf(bench.path, heard), /page AS/);
    const [, page = ""] = /MATERIALIZE page\n(.*)SCAN page/s.exec(plan) ?? [];
    assert.match(page, /SCAN e USING (COVERING )?INDEX idx_last_seen/);
    assert.doesNotMatch(page, /TEMP B-TREE/);
  }
});

Deno.test("No count, detail, project or environment is found by going through a table", async () => {
  await using bench = await openBench();
  await fill(bench, 100);
  const { store } = bench;
  const heard = await listen(async () => {
    for (const filter of [{}, { project: "shop" }, { environment: "x" }, { resolved: true }]) {
      await store.count(filter);
      await store.list({ ...filter, ...some }, NOW);
    }
    await store.count({ search: "number" });
    await store.detail(1, NOW);
  });
  const plans = plansOf(bench.path, heard);
  for (const [sql, plan] of plans) {
    const rows = plan.split("\n").filter((line) =>
      /^SCAN (e|error_groups|error_occurrences)$/.test(line)
    );
    // Few groups that nothing narrows are gathered whole.
    if (!/WHERE true/.test(sql)) assert.deepEqual(rows, [], `${sql}\n${plan}`);
  }
  assert.match(
    planOf(plans, /sum\(groups\)/),
    /SEARCH error_totals USING PRIMARY KEY \(environment=\?/,
  );
  assert.match(planOf(plans, /MATCH/), /VIRTUAL TABLE INDEX/);
});

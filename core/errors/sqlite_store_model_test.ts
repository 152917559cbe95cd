import fc from "fast-check";
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { HOUR, isoTime, MINUTE } from "../clock.ts";
import { exportGroups } from "./export_sqlite_store.ts";
import type { ErrorDetail, ErrorFilter, ErrorReport } from "./model.ts";
import { hourOf, pageQuery } from "./queries_sqlite_store.ts";
import { daysBefore, ModelStore } from "./store_test_model.ts";
import { NOW, occurrence, openBench, type StoreBench } from "./store_test_support.ts";

const PROJECTS = ["shop", "blog", "Ü"];
const ENVIRONMENTS = ["production", "staging", "", "a'b"].map((name) => name || "x");
/** Characters of which cases are the same in JavaScript and in SQLite's index. */
const LETTERS = ["a", "B", "é", "É", "я", "Я", "😀", '"', "%", "_", " ", "*", ":", "'", "错"];

const text = (maxLength: number) => fc.string({ unit: fc.constantFrom(...LETTERS), maxLength });

const report: fc.Arbitrary<Partial<ErrorReport>> = fc.record({
  project: fc.constantFrom(...PROJECTS),
  environment: fc.constantFrom(...ENVIRONMENTS),
  exceptionType: fc.constantFrom("ValueError", "Éclair"),
  message: text(12),
  traceback: text(5),
  requestMethod: fc.constantFrom(null, "GET", "BROWSER"),
  userId: fc.constantFrom(null, "u1"),
  extra: fc.constantFrom(null, { a: [1, "é"] }),
});

/** What happens to a tracker; times are ms since the event before, mostly forward. */
const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("record" as const),
      batch: fc.array(fc.record({ fingerprint: fc.nat(9), report }), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("resolve" as const), ids: fc.array(fc.nat(12)) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("reopen" as const), ids: fc.array(fc.nat(12)) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("delete" as const),
      days: fc.integer({ min: -1, max: 3 }),
    }),
  },
);

const step = fc.record({
  event,
  pause: fc.oneof(
    fc.constant(0),
    fc.integer({ min: -5 * MINUTE, max: 3 * HOUR }),
    fc.nat(40 * HOUR),
  ),
});

const filter: fc.Arbitrary<ErrorFilter> = fc.record({
  project: fc.option(fc.constantFrom(...PROJECTS, "none"), { nil: undefined }),
  environment: fc.option(fc.constantFrom(...ENVIRONMENTS, "none"), { nil: undefined }),
  source: fc.option(fc.constantFrom("browser" as const, "server" as const), { nil: undefined }),
  resolved: fc.option(fc.boolean(), { nil: undefined }),
  search: fc.option(
    fc.oneof(text(4).filter((one) => one !== ""), fc.constantFrom("eError", "r: ", "ÉCLAIR", "E")),
    { nil: undefined, freq: 2 },
  ),
});

const question = fc.record({ filter, limit: fc.integer({ min: 1, max: 6 }), offset: fc.nat(8) });

Deno.test("ErrorStore answers as the plain model does, whatever happens", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.array(question, { minLength: 12, maxLength: 12 }),
      async (steps, questions) => {
        await using bench = await openBench();
        const model = new ModelStore();
        let now = NOW;
        for (const { event, pause } of steps) {
          now += pause;
          await happen(event, now, bench, model);
        }
        assert.deepEqual(totalsOf(bench.path), model.totals());
        assert.deepEqual(await bench.store.projects(), model.projects());
        assert.deepEqual(await bench.store.environments(), model.environments());
        for (const id of [0, ...model.ids({}), 99]) {
          const detail = await bench.store.detail(id, now);
          assert.deepEqual(detail && withoutIds(detail), model.detail(id, now));
        }
        for (const { filter, limit, offset } of questions) {
          const query = { ...filter, limit, offset };
          assert.deepEqual(await bench.store.list(query, now), model.list(query, now));
          assert.equal(await bench.store.count(filter), model.ids(filter).length);
          assert.deepEqual(
            Array.from(exportGroups(bench.path, filter, now), ({ id }) => id),
            model.ids(filter).toSorted((one, other) => one - other),
          );
          for (const way of ["gather", "walk"] as const) {
            assert.deepEqual(
              pageIds(bench.path, filter, { limit, offset, way, firstHour: hourOf(now) }),
              model.ids(filter).slice(offset, offset + limit),
            );
          }
        }
      },
    ),
    { numRuns: 60 },
  ));

type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

async function happen(event: Event, now: number, { store }: StoreBench, model: ModelStore) {
  switch (event.kind) {
    case "record": {
      // A fingerprint stands for a project, as it does in the tracker.
      const batch = event.batch.map(({ fingerprint, report }) =>
        occurrence(`${fingerprint} of ${report.project}`, report, now)
      );
      assert.deepEqual(
        await store.recordOccurrences(batch),
        batch.map((one) => model.record(one)),
      );
      break;
    }
    case "resolve":
      assert.deepEqual(
        await store.resolve(event.ids, isoTime(now)),
        model.resolve(event.ids, isoTime(now)),
      );
      break;
    case "reopen":
      assert.deepEqual(await store.reopen(event.ids), model.reopen(event.ids));
      break;
    case "delete": {
      const cutoff = daysBefore(now, event.days);
      assert.equal(
        await store.deleteResolvedBefore(cutoff, 1000),
        model.deleteResolvedBefore(cutoff),
      );
      await store.trimHistory({ counts: daysBefore(now, 31), alerts: daysBefore(now, 2) });
    }
  }
}

function withoutIds(detail: ErrorDetail): ErrorDetail {
  return { ...detail, occurrences: detail.occurrences.map((one) => ({ ...one, id: 0 })) };
}

function totalsOf(path: string): readonly string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare(
    `SELECT environment || '|' || project || '|' || source || '|' || resolved || '|' || groups AS line
     FROM error_totals WHERE groups <> 0`,
  ).all();
  database.close();
  return rows.map(({ line }) => String(line)).sort();
}

/** The ids of a page by the real query, both ways it can be run. */
function pageIds(path: string, filter: ErrorFilter, page: Parameters<typeof pageQuery>[1]) {
  const { sql, params } = pageQuery(filter, page);
  const database = new DatabaseSync(path, { readOnly: true });
  const ids = database.prepare(sql).all(...params).map(({ id }) => Number(id));
  database.close();
  return ids;
}

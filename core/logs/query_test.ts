import assert from "node:assert/strict";
import { Failure } from "../failure.ts";
import {
  readExportQuery,
  readHistogramQuery,
  readLogFilter,
  readLogQuery,
  readTailFilter,
} from "./query.ts";

const EVERYTHING = {
  containers: [],
  levels: [],
  search: undefined,
  since: undefined,
  until: undefined,
};

Deno.test("readLogQuery() of nothing is the newest 100 of everything", () => {
  const page = { limit: 100, offset: 0, olderThan: undefined, newerThan: undefined };
  for (const url of ["/x", "/x?container=&level=&search=+&since=&until=&limit=&older_than="]) {
    assert.deepEqual(readLogQuery(url), { ...EVERYTHING, ...page });
  }
});

Deno.test("readLogQuery() reads all of its parameters", () => {
  const query = "container=api,db&level=%3E%3DERROR&search=+a+%22b%22+&since=2026-11-20" +
    "&until=2026-11-21T00:00:00%2B01:00&limit=5&offset=10&older_than=7";
  assert.deepEqual(readLogQuery(`/x?${query}`), {
    containers: ["api", "db"],
    levels: ["ERROR", "CRITICAL"],
    search: 'a "b"',
    since: Date.UTC(2026, 10, 20),
    until: Date.UTC(2026, 10, 20, 23),
    limit: 5,
    offset: 10,
    olderThan: 7,
    newerThan: undefined,
  });
});

Deno.test("readLogFilter(), readHistogramQuery() and readExportQuery() read the same filter", () => {
  const url = "/x?level=>=ERROR&since=1970-01-01&buckets=7&format=ndjson";
  const filter = { ...EVERYTHING, levels: ["ERROR", "CRITICAL"], since: 0 };
  assert.deepEqual(readLogFilter(url), filter);
  assert.deepEqual(readHistogramQuery(url), { ...filter, buckets: 7 });
  assert.deepEqual(readExportQuery(url), { filter, format: "ndjson" });
});

Deno.test("readTailFilter() knows no time", () => {
  assert.deepEqual(readTailFilter("/x?container=a&search=b&since=yesterday"), {
    containers: ["a"],
    levels: [],
    search: "b",
  });
});

Deno.test("searches are as the texts are stored: NUL is its symbol", () => {
  assert.equal(readLogFilter("/x?search=a%00b").search, "a\u2400b");
});

Deno.test("what does not go together is refused", () => {
  const cases = [
    [
      "since=2026-11-21&until=2026-11-20",
      "Query parameter 'since' must not be after 'until'",
    ],
    [
      "older_than=1&newer_than=2",
      "Query parameters 'older_than' and 'newer_than' must not be given together",
    ],
  ] as const;
  for (const [query, detail] of cases) {
    assert.throws(
      () => readLogQuery(`/x?${query}`),
      (error) => error instanceof Failure && error.code === "invalid" && error.detail === detail,
    );
  }
  assert.equal(readLogQuery("/x?since=2026-11-20&until=2026-11-20").limit, 100);
});

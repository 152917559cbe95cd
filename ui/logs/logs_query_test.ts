import assert from "node:assert/strict";
import {
  apiQuery,
  logFilter,
  logsPath,
  type LogsQuery,
  NO_FILTERS,
  rangeOf,
  readLogsQuery,
} from "./logs_query.ts";

const NOW = Date.parse("2026-11-20T17:31:00Z");
const HOUR = 60 * 60 * 1000;

Deno.test("readLogsQuery() and logsPath() are each other's opposite", () => {
  const paths = [
    "/logs",
    "/logs?container=web%2Cworker&level=WARNING%2CERROR&search=%22timed+out%22&range=7d",
    "/logs?since=2026-11-20T17%3A00Z&until=2026-11-20T18%3A00%3A01.500Z",
    "/logs?search=a&context=12",
    "/logs?line=12",
    "/logs?older_than=12&live=off",
    "/logs?newer_than=12&wrap=off&top=newest&time=utc",
  ];
  for (const path of paths) assert.equal(logsPath(readLogsQuery(`http://host${path}`)), path);
});

Deno.test("readLogsQuery() takes the boxes of a form and one list alike", () => {
  const read = (query: string) => readLogsQuery(`http://host/logs?${query}`);
  assert.deepEqual(read("container=web&search=x&container=worker").containers, ["web", "worker"]);
  assert.deepEqual(read("container=&container=web").containers, ["web"]);
  assert.deepEqual(read("level=ERROR&level=WARNING").levels, ["WARNING", "ERROR"]);
  assert.deepEqual(read("level=%3E%3DERROR").levels, ["ERROR", "CRITICAL"]);
  assert.equal(read("search=+").search, undefined);
  assert.equal(read("range=1h&since=2026-11-20").range, undefined);
});

Deno.test("readLogsQuery() refuses what it cannot read", () => {
  for (const query of ["level=LOUD", "range=2h", "since=yesterday", "line=x", "wrap=maybe"]) {
    assert.throws(() => readLogsQuery(`http://host/logs?${query}`), /must be/, query);
  }
});

Deno.test("rangeOf() ends now, unless it was chosen; a link to a line has no range", () => {
  const range = (change: Partial<LogsQuery>) => rangeOf({ ...NO_FILTERS, ...change }, NOW);
  assert.deepEqual(range({}), { name: "24h", since: NOW - 24 * HOUR, until: undefined });
  assert.deepEqual(range({ range: "1h" }), { name: "1h", since: NOW - HOUR, until: undefined });
  assert.deepEqual(range({ range: "all" }), { name: "all", since: undefined, until: undefined });
  assert.equal(range({ place: { at: "line", id: 1 } }).name, "all");
  assert.deepEqual(range({ until: 5, range: "1h" }), {
    name: "custom",
    since: undefined,
    until: 5,
  });
});

Deno.test("apiQuery() is what the API takes", () => {
  const query: LogsQuery = {
    ...NO_FILTERS,
    containers: ["web", "worker"],
    levels: ["ERROR"],
    search: "a b",
    range: "1h",
  };
  assert.equal(
    apiQuery(logFilter(query, rangeOf(query, NOW))),
    "container=web%2Cworker&level=ERROR&search=a+b&since=2026-11-20T16%3A31%3A00.000Z",
  );
  assert.equal(
    apiQuery(logFilter(NO_FILTERS, { name: "all", since: undefined, until: undefined })),
    "",
  );
});

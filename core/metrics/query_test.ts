import fc from "fast-check";
import assert from "node:assert/strict";
import { Failure } from "../failure.ts";
import { escapeLabel, readDashboardQuery, readLabelsQuery, readMetricQuery } from "./query.ts";

function queryOf(params: Readonly<Record<string, string>>) {
  return readMetricQuery(`/api/metrics?${new URLSearchParams({ name: "latency", ...params })}`);
}

/** Texts of the characters that mean something in a parameter. */
const special = fc.string({ unit: fc.constantFrom("a", ":", ",", "\\", " ", "%", "&", "ü", '"') });

Deno.test("escapeLabel() and the parameter labels are the reverse of each other", () =>
  fc.assert(
    fc.property(fc.dictionary(special.filter((name) => name !== ""), special), (labels) => {
      const text = Object.entries(labels)
        .map(([name, value]) => `${escapeLabel(name)}:${escapeLabel(value)}`).join(",");
      assert.deepEqual({ ...queryOf({ labels: text }).labels }, { ...labels });
    }),
  ));

Deno.test("escapeLabel() and the parameter group_by are the reverse of each other", () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(special.filter((name) => name !== ""), { maxLength: 5 }),
      (names) =>
        assert.deepEqual(queryOf({ group_by: names.map(escapeLabel).join(",") }).groupBy, names),
    ),
  ));

const LABELS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["path:/a", { path: "/a" }],
  ["path:/a,method:GET", { path: "/a", method: "GET" }],
  ["host:localhost:5010", { host: "localhost:5010" }],
  ["path:", { path: "" }],
  ["path: /a ,b:c", { path: " /a ", b: "c" }],
  [String.raw`path:a\,b`, { path: "a,b" }],
  [String.raw`a\:b:c\:d`, { "a:b": "c:d" }],
  [String.raw`path:C\\temp`, { path: "C\\temp" }],
  [String.raw`path:C\temp`, { path: "Ctemp" }],
  ["path:end\\", { path: "end\\" }],
];

for (const [text, expected] of LABELS) {
  Deno.test(`readMetricQuery() reads the labels ${text}`, () => {
    assert.deepEqual({ ...queryOf({ labels: text }).labels }, expected);
  });
}

Deno.test("readMetricQuery() reads a label that is called __proto__", () => {
  assert.deepEqual(Object.entries(queryOf({ labels: "__proto__:x" }).labels), [["__proto__", "x"]]);
});

Deno.test("readMetricQuery() has defaults", () => {
  assert.deepEqual(readMetricQuery("/api/metrics?name=latency"), {
    name: "latency",
    span: { period: "24h" },
    resolution: "auto",
    labels: {},
    groupBy: [],
    topBy: "count",
    type: undefined,
    project: undefined,
  });
});

Deno.test("readMetricQuery() reads every parameter", () => {
  const query = queryOf({
    since: "2026-11-20T10:00:00Z",
    until: "2026-11-20T11:00:00Z",
    period: "7d",
    resolution: "hour",
    labels: "path:/a",
    project: "shop",
    group_by: "method,,status,method",
    top_by: "sum",
    type: "counter",
  });
  assert.deepEqual(query, {
    name: "latency",
    span: {
      period: null,
      from: Date.parse("2026-11-20T10:00:00Z"),
      to: Date.parse("2026-11-20T11:00:00Z"),
    },
    resolution: "hour",
    labels: { path: "/a" },
    project: "shop",
    groupBy: ["method", "status"],
    topBy: "sum",
    type: "counter",
  });
  assert.deepEqual(queryOf({ since: "2026-11-20" }).span, {
    period: null,
    from: Date.parse("2026-11-20T00:00:00Z"),
    to: Infinity,
  });
});

const PAIRS = "labels as key:value, separated by commas";
const REFUSED: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
  [{ name: "" }, "'name' is required"],
  [{ name: "x".repeat(201) }, "'name' must be at most 200 characters long"],
  [{ period: "2h" }, "'period' must be one of 1h, 24h, 7d, 30d"],
  [{ period: "toString" }, "'period' must be one of 1h, 24h, 7d, 30d"],
  [{ resolution: "second" }, "'resolution' must be one of minute, hour, auto"],
  [{ project: "x".repeat(101) }, "'project' must be at most 100 characters long"],
  [{ until: "2026-11-20" }, "'until' must not be given without 'since'"],
  [{ since: "2026-11-20", until: "2026-11-20" }, "'since' must be before 'until'"],
  [{ since: "2026-11-21", until: "2026-11-20" }, "'since' must be before 'until'"],
  [{ labels: "path" }, `'labels' must be ${PAIRS}`],
  [{ labels: ":/a" }, `'labels' must be ${PAIRS}`],
  [{ labels: "path:/a," }, `'labels' must be ${PAIRS}`],
  [{ labels: ",path:/a" }, `'labels' must be ${PAIRS}`],
  [{ labels: String.raw`path\:/a` }, `'labels' must be ${PAIRS}`],
  [
    { labels: "path:/a,path:/b" },
    "'labels' must be labels that are given once; path is there twice",
  ],
  [{ group_by: "a,b,c,d,e,f" }, "'group_by' must be at most 5 names of labels"],
];

for (const [params, detail] of REFUSED) {
  Deno.test(`readMetricQuery() refuses ${new URLSearchParams(params)}`, () => {
    assert.throws(() => queryOf(params), (error) => {
      assert.ok(error instanceof Failure);
      assert.deepEqual([error.code, error.detail], ["invalid", `Query parameter ${detail}`]);
      return true;
    });
  });
}

Deno.test("readDashboardQuery() reads a period of at most 7 days, or a time, and a project", () => {
  assert.deepEqual(readDashboardQuery("/api/dashboard"), {
    span: { period: "24h" },
    project: undefined,
  });
  assert.deepEqual(readDashboardQuery("/api/dashboard?period=7d&project=shop"), {
    span: { period: "7d" },
    project: "shop",
  });
  assert.deepEqual(readDashboardQuery("/api/dashboard?since=2026-11-20T10:00Z").span, {
    period: null,
    from: Date.parse("2026-11-20T10:00:00Z"),
    to: Infinity,
  });
  assert.throws(() => readDashboardQuery("/api/dashboard?period=30d"), Failure);
  assert.throws(() => readDashboardQuery("/api/dashboard?until=2026-11-20"), Failure);
});

Deno.test("readLabelsQuery() wants a name", () => {
  assert.deepEqual(readLabelsQuery("/api/metrics/labels?name=a%2Cb&project=shop"), {
    name: "a,b",
    project: "shop",
  });
  assert.throws(() => readLabelsQuery("/api/metrics/labels"), Failure);
});

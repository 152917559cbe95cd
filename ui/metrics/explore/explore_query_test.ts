import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../../core/failure.ts";
import {
  apiPath,
  explorePath,
  type ExploreQuery,
  hasTypedLabel,
  metricQuery,
  readExploreQuery,
  withGroupToggled,
  withLabel,
  withMetric,
  withoutLabel,
} from "./explore_query.ts";

const NAMED = read("?name=hits");

Deno.test("explorePath() leaves out what is as ever, and keeps everything else", () => {
  assert.equal(explorePath(read("")), "/metrics/explore");
  assert.equal(
    explorePath(read("?name=hits&period=24h&resolution=auto")),
    "/metrics/explore?name=hits",
  );
  const all = "/metrics/explore?q=hit&project=shop&name=hits&period=7d" +
    "&since=2026-11-20T17%3A31Z&until=2026-11-20T18%3A00%3A30Z&resolution=hour" +
    "&labels=method%3AGET&group_by=path&stat=sum";
  assert.equal(explorePath(read(all.slice(all.indexOf("?")))), all);
});

Deno.test("withLabel() and withoutLabel() add and take away a filter", () => {
  const one = withLabel(NAMED, "path", "/a,b:c\\d");
  assert.equal(
    explorePath(one),
    "/metrics/explore?name=hits&labels=path%3A%2Fa%5C%2Cb%5C%3Ac%5C%5Cd",
  );
  const two = withLabel(one, "method", "GET");
  assert.deepEqual(again(two).labels, { method: "GET", path: "/a,b:c\\d" });
  assert.deepEqual(again(withLabel(two, "path", "/")).labels, { method: "GET", path: "/" });
  assert.deepEqual(again(withoutLabel(two, "path")).labels, { method: "GET" });
  assert.equal(explorePath(withoutLabel(one, "path")), explorePath(NAMED));
});

Deno.test("withGroupToggled() keeps the order in which labels were chosen", () => {
  const two = withGroupToggled(withGroupToggled(NAMED, "path"), "a,b");
  assert.equal(explorePath(two), "/metrics/explore?name=hits&group_by=path%2Ca%5C%2Cb");
  assert.deepEqual(again(two).groupBy, ["path", "a,b"]);
  assert.deepEqual(again(withGroupToggled(two, "path")).groupBy, ["a,b"]);
});

Deno.test("the address holds any labels and groups, whatever is in them", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .map((text) => text.toWellFormed());
  const hostile = fc.constantFrom(
    "__proto__",
    "constructor",
    ",",
    ":",
    "\\",
    "a\\,b",
    "<script>",
    "%",
  );
  const name = fc.oneof(text, hostile);
  fc.assert(fc.property(
    fc.array(fc.tuple(name, fc.oneof(name, fc.constant(""))), { maxLength: 5 }),
    fc.uniqueArray(name, { maxLength: 5 }),
    (labels, groups) => {
      let query = NAMED;
      for (const [label, value] of labels) query = withLabel(query, label, value);
      for (const group of groups) query = withGroupToggled(query, group);
      const read = again(query);
      assert.deepEqual(Object.entries(read.labels), Object.entries(query.labels));
      assert.deepEqual(read.groupBy, groups);
    },
  ));
});

Deno.test("withMetric() leaves the labels of the metric before, and stays in the time", () => {
  const query = read("?name=hits&labels=a:b&group_by=a&stat=sum&period=7d&project=shop&q=h");
  assert.equal(
    explorePath(withMetric(query, "sales")),
    "/metrics/explore?q=h&project=shop&name=sales&period=7d",
  );
});

Deno.test("a stretch of time can be left for the period before it", () => {
  const query = read("?name=hits&period=7d&since=2026-11-20T17:00Z");
  assert.deepEqual(metricQuery(query, "hits", "count").span, {
    period: null,
    from: Date.parse("2026-11-20T17:00Z"),
    to: Infinity,
  });
  assert.equal(explorePath({ ...query, stretch: null }), "/metrics/explore?name=hits&period=7d");
});

Deno.test("readExploreQuery() takes a label and its value from a form", () => {
  const url = "/metrics/explore?name=hits&labels=a:b&label=path&value=/x,y:z";
  assert.equal(hasTypedLabel(url), true);
  assert.deepEqual(readExploreQuery(url).labels, { a: "b", path: "/x,y:z" });
  // An empty field is none.
  assert.deepEqual(read("?name=hits&label=path&value=").labels, {});
  assert.equal(hasTypedLabel("/metrics/explore?name=hits"), false);
});

Deno.test("apiPath() asks the API for the same", () => {
  assert.equal(
    apiPath(read("?q=x&name=hits&labels=a:b&group_by=c&stat=sum&period=1h"), "count"),
    "/api/metrics?name=hits&period=1h&labels=a%3Ab&group_by=c",
  );
});

Deno.test("readExploreQuery() refuses what it cannot read", () => {
  for (
    const bad of [
      "?period=2h",
      "?name=hits&labels=a",
      "?stat=median",
      "?name=hits&until=2026-11-20",
    ]
  ) {
    assert.throws(() => read(bad), Failure, bad);
  }
});

function read(search: string): ExploreQuery {
  return readExploreQuery(`http://localhost/metrics/explore${search}`);
}

function again(query: ExploreQuery): ExploreQuery {
  return readExploreQuery(`http://localhost${explorePath(query)}`);
}

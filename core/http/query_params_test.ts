import fc from "fast-check";
import assert from "node:assert/strict";
import { characters } from "../text.ts";
import { Failure } from "../failure.ts";
import {
  choiceParam,
  decodeQuery,
  integerParam,
  readQuery,
  textParam,
  timeParam,
} from "./query_params.ts";

const table = {
  project: textParam(5, "project"),
  limit: integerParam({ fallback: 50, min: 1, max: 200, description: "limit" }),
  resolved: choiceParam<boolean | undefined>({ true: true, all: undefined }, false, "state"),
};

const NOTHING = { project: undefined, limit: 50, resolved: false };

function refusal(query: string): string {
  try {
    readQuery(`/x?${query}`, table);
  } catch (error) {
    assert.ok(error instanceof Failure);
    assert.equal(error.code, "invalid");
    return error.detail;
  }
  return "";
}

Deno.test("readQuery() gives fallbacks for what is absent or empty, and ignores the unknown", () => {
  for (
    const url of ["/x", "/x?", "/x?limit=&project=&resolved", "/x?other=1&Limit=2"]
  ) {
    assert.deepEqual(readQuery(url, table), NOTHING, url);
  }
});

Deno.test("readQuery() reads values by their type", () => {
  assert.deepEqual(readQuery("/x?project=a+b&limit=7&resolved=true#limit=8", table), {
    project: "a b",
    limit: 7,
    resolved: true,
  });
  assert.equal(readQuery("/x?resolved=all", table).resolved, undefined);
});

Deno.test("readQuery() takes the first of a repeated parameter", () => {
  assert.equal(readQuery("/x?limit=2&limit=zzz", table).limit, 2);
});

Deno.test("readQuery() names the parameter that is wrong, and what it must be", () => {
  assert.equal(refusal("limit=0"), "Query parameter 'limit' must be a whole number from 1 to 200");
  assert.equal(
    refusal("project=123456"),
    "Query parameter 'project' must be at most 5 characters long",
  );
  assert.equal(refusal("resolved=no"), "Query parameter 'resolved' must be one of true, all");
  assert.equal(refusal("resolved=toString"), "Query parameter 'resolved' must be one of true, all");
  assert.equal(refusal("x=%"), "Query string has a malformed percent-encoding");
});

Deno.test("decodeQuery() decodes once what encodeURIComponent() or a form encoded", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(text, text, (name, value) => {
    const encoded = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
    assert.equal(decodeQuery(encoded).get(name), value);
    const form = new URLSearchParams([[name, value]]).toString();
    assert.equal(decodeQuery(form).get(name), value);
  }));
});

Deno.test("decodeQuery() gives values or throws a Failure, whatever it gets", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."%&=+ab0f\ud800é") }), (query) => {
    try {
      decodeQuery(query);
    } catch (error) {
      assert.ok(error instanceof Failure);
    }
  }));
});

Deno.test("decodeQuery() takes a text with = in its value, and pairs without a name", () => {
  assert.deepEqual([...decodeQuery("a=b=c&=d&&e")], [["a", "b=c"], ["", "d"], ["e", ""]]);
});

Deno.test("textParam() counts characters, not code units", () => {
  assert.deepEqual(textParam(2, "").parse("😀😀"), { value: "😀😀" });
  assert.deepEqual(textParam(2, "").parse("😀😀😀"), { must: "at most 2 characters long" });
});

Deno.test("integerParam() takes digits alone", () => {
  const { parse } = integerParam({ fallback: 0, min: -5, max: 10, description: "" });
  assert.deepEqual(parse("-5"), { value: -5 });
  assert.deepEqual(parse("010"), { value: 10 });
  for (
    const bad of ["-6", "11", "1.0", " 1", "1e1", "0x1", "+1", "--1", "-", "١", "1".repeat(17)]
  ) {
    assert.ok("must" in parse(bad), bad);
  }
});

Deno.test("integerParam() without a fallback may be left out", () => {
  const param = integerParam({ fallback: undefined, min: 1, max: 9, description: "" });
  assert.deepEqual(readQuery("/x?", { param }), { param: undefined });
  assert.deepEqual(readQuery("/x?param=3", { param }), { param: 3 });
  assert.ok(!("default" in param.schema));
});

Deno.test("timeParam() gives milliseconds, or the reason", () => {
  const since = timeParam("from when on");
  assert.deepEqual(readQuery("/x?since=1970-01-01T00:00:01+00:00", { since }), { since: 1000 });
  assert.deepEqual(readQuery("/x?since=", { since }), { since: undefined });
  assert.throws(
    () => readQuery("/x?since=2026-02-30", { since }),
    /^Failure: Query parameter 'since' must be a time that exists; 2026-02-30 is no day$/,
  );
});

Deno.test("characters() counts code points, each lone surrogate as one", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "é", "😀", "\ud800", "\udc00") }),
      (text) => {
        assert.equal(characters(text), [...text].length);
      },
    ),
  );
});

import fc from "fast-check";
import assert from "node:assert/strict";
import { Failure } from "../failure.ts";
import { LIMITS } from "./model.ts";
import { storableText } from "../text.ts";
import { parseErrorReport } from "./parse.ts";

const MINIMAL = { project: "shop", exception_type: "E", message: "m", traceback: "t" };

const parse = (fields: Record<string, unknown>) => parseErrorReport({ ...MINIMAL, ...fields });

function refusal(body: unknown): string {
  try {
    parseErrorReport(body);
  } catch (error) {
    assert.ok(error instanceof Failure);
    assert.equal(error.code, "invalid");
    return error.detail;
  }
  return "";
}

Deno.test("parseErrorReport() fills in what is absent", () => {
  const parsed = {
    project: "shop",
    exceptionType: "E",
    message: "m",
    traceback: "t",
    environment: "production",
    requestUrl: null,
    requestMethod: null,
    requestHeaders: null,
    userId: null,
    extra: null,
  };
  assert.deepEqual(parseErrorReport(MINIMAL), parsed);
  const nothing = { environment: null, request_url: null, user_id: undefined, extra: null };
  assert.deepEqual(parse(nothing), parsed);
});

Deno.test("parseErrorReport() names the first field that is wrong", () => {
  assert.equal(refusal({}), "Field 'project' is required");
  assert.equal(
    refusal({ ...MINIMAL, message: 1, traceback: 2 }),
    "Field 'message' must be a string",
  );
});

Deno.test("parseErrorReport() takes nothing that is only inherited", () => {
  assert.equal(refusal(Object.create(MINIMAL)), "Field 'project' is required");
  assert.equal(
    refusal({ ...MINIMAL, project: undefined, __proto__: MINIMAL }),
    "Field 'project' is required",
  );
});

Deno.test("parseErrorReport() takes numbers as user_id that JSON carries exactly", () => {
  assert.equal(parse({ user_id: -0 }).userId, "0");
  assert.equal(parse({ user_id: 1.5 }).userId, "1.5");
  assert.equal(parse({ user_id: Number.MAX_SAFE_INTEGER }).userId, "9007199254740991");
  for (const user_id of [2 ** 53, -(2 ** 53), 1e300, Infinity, true]) {
    assert.equal(
      refusal({ ...MINIMAL, user_id }),
      "Field 'user_id' must be a string or an exact number",
    );
  }
});

Deno.test("parseErrorReport() counts levels of objects and arrays alike", () => {
  const nest = (levels: number, of: (inner: unknown) => unknown): unknown =>
    levels === 0 ? 1 : of(nest(levels - 1, of));
  for (
    const  of of[(inner: unknown) => ({ a: inner }), (inner: unknown) => ({ a: 1, b: [inner] })]
  ) {
    const perStep = JSON.stringify(of(0)).includes("[") ? 2 : 1;
    const steps = LIMITS.depth / perStep;
    assert.ok(parse({ extra: nest(steps, of) }).extra);
    assert.match(
      refusal({ ...MINIMAL, extra: nest(steps + 1, of) }),
      /not be nested deeper than 32/,
    );
  }
});

Deno.test("parseErrorReport() filters secret headers in any case, and keeps the object otherwise", () => {
  const headers = { AUTHORIZATION: "x", "x-api-KEY": ["x"], "X-Api-Keys": "kept", Cookies: "kept" };
  assert.deepEqual(parse({ request_headers: headers }).requestHeaders, {
    AUTHORIZATION: "[filtered]",
    "x-api-KEY": "[filtered]",
    "X-Api-Keys": "kept",
    Cookies: "kept",
  });
  const odd = JSON.parse('{"__proto__":"p","cookie":"c"}');
  const filtered = parse({ request_headers: odd }).requestHeaders;
  assert.equal(JSON.stringify(filtered), '{"__proto__":"p","cookie":"[filtered]"}');
});

Deno.test("parseErrorReport() of any JSON gives storable text within limits, or a Failure", () => {
  const field = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.constantFrom("", " ", "\0", "\ud800", "x".repeat(101), "😀".repeat(100)),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const names = [
    ...Object.keys(MINIMAL),
    "environment",
    "request_url",
    "request_method",
    "user_id",
  ];
  const body = fc.dictionary(fc.constantFrom(...names, "extra", "request_headers"), field);
  const good = fc.constant(MINIMAL);
  fc.assert(fc.property(fc.oneof(fc.jsonValue(), body), good, fc.boolean(), (any, minimal, mix) => {
    try {
      const { requestHeaders: _headers, extra: _extra, ...texts } = parseErrorReport(
        mix && typeof any === "object" ? { ...minimal, ...any } : any,
      );
      for (const text of Object.values(texts)) {
        if (text === null) continue;
        assert.ok(text.isWellFormed() && !text.includes("\0"));
      }
      assert.ok([...texts.project].length <= 100 && texts.project.trim() !== "");
      assert.ok([...texts.environment].length <= 100 && texts.environment !== "");
    } catch (error) {
      assert.ok(error instanceof Failure && error.code === "invalid", String(error));
    }
  }));
});

Deno.test("storableText() changes NUL and lone surrogates, and nothing else", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const expected = [...text].map((char) =>
      char === "\0" ? "\u2400" : /^[\ud800-\udfff]$/.test(char) ? "\ufffd" : char
    ).join("");
    assert.equal(storableText(text), expected);
    assert.equal(storableText(expected), expected);
  }));
});

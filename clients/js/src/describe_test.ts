import assert from "node:assert/strict";
import { describe, describeCall, placed } from "./describe.ts";

const withStack = (error: Error, stack: string) => Object.assign(error, { stack });

const CASES: readonly (readonly [string, unknown, object])[] = [
  [
    "an error",
    withStack(new TypeError("no"), "TypeError: no\n    at f (https://a.example/b.js:1:2)"),
    {
      type: "TypeError",
      message: "no",
      stack: "TypeError: no\n    at f (https://a.example/b.js:1:2)",
    },
  ],
  ["a text", "gone", { type: "Error", message: "gone", stack: "Error: gone" }],
  ["undefined", undefined, { type: "Error", message: "undefined", stack: "Error: undefined" }],
  ["null", null, { type: "Error", message: "null", stack: "Error: null" }],
  ["an object", { code: 7 }, { type: "Error", message: '{"code":7}', stack: 'Error: {"code":7}' }],
  ["what looks like an error", { name: "AxiosError", message: "no" }, {
    type: "AxiosError",
    message: "no",
    stack: "AxiosError: no",
  }],
  ["a name that is blank", { name: " ", message: "no" }, {
    type: "Error",
    message: "no",
    stack: "Error: no",
  }],
  ["a symbol", Symbol("s"), { type: "Error", message: "Symbol(s)", stack: "Error: Symbol(s)" }],
  [
    "what cannot be looked into",
    new Proxy({}, {
      get() {
        throw new Error("no");
      },
      ownKeys() {
        throw new Error("no");
      },
    }),
    { type: "Error", message: "[unreadable]", stack: "Error: [unreadable]" },
  ],
];

for (const [name, thrown, expected] of CASES) {
  Deno.test(`describe() takes ${name}`, () => {
    assert.deepEqual(describe(thrown, "Error"), expected);
  });
}

Deno.test("describe() takes a DOMException by its name", () => {
  const { type, message } = describe(new DOMException("taken back", "AbortError"), "Error");
  assert.deepEqual({ type, message }, { type: "AbortError", message: "taken back" });
});

Deno.test("describe() tells what led to an error, once each", () => {
  const inner = withStack(new TypeError("inner"), "TypeError: inner\n    at g (g.js:1:1)");
  const outer = withStack(
    new Error("outer", { cause: inner }),
    "Error: outer\n    at f (f.js:1:1)",
  );
  inner.cause = outer;
  assert.equal(
    describe(outer, "Error").stack,
    "Error: outer\n    at f (f.js:1:1)\nCaused by: TypeError: inner\n    at g (g.js:1:1)",
  );
});

Deno.test("describe() tells the first errors that an AggregateError gathers", () => {
  const errors = Array.from(
    { length: 100 },
    (_, i) => withStack(new Error(`no ${i}`), `f@a.js:${i}:1`),
  );
  const { stack } = describe(withStack(new AggregateError(errors), ""), "Error");
  assert.equal(stack.match(/^Caused by: Error: no \d+\nf@a\.js/gm)?.length, 5);
});

Deno.test("describe() bounds what it tells", () => {
  const error = Object.assign(withStack(new Error("m".repeat(1e6)), "s".repeat(1e6)), {
    name: "n".repeat(1e6),
  });
  const { type, message, stack } = describe(error, "Error");
  assert.deepEqual([type.length, message.length, stack.length], [200, 4000, 16_000]);
  // Would take hours, if all of it were looked at.
  assert.ok(describe({ stack: "https://a/?".repeat(200_000) }, "Error").stack.length <= 16_000);
});

Deno.test("placed() adds a place only where none is", () => {
  const text = describe("gone", "Error");
  assert.equal(
    placed(text, "https://a.example/?t=1:3:4").stack,
    "Error: gone\n    at https://a.example/:3:4",
  );
  const time = describe("at 12:30:45", "Error");
  assert.match(placed(time, "a.js:1:2").stack, /\n {4}at a\.js:1:2$/);
  for (const stack of ["Error: x\n    at f (a.js:1:2)", "f@https://a.example/a.js:1:2"]) {
    const error = describe(withStack(new Error("x"), stack), "Error");
    assert.equal(placed(error, "b.js:1:2"), error);
  }
});

Deno.test("describeCall() begins with who called", () => {
  function tell() {
    return describeCall("Message", "hello", tell);
  }
  const { type, message, stack } = tell();
  assert.deepEqual({ type, message }, { type: "Message", message: "hello" });
  assert.match(stack, /^Message: hello\n {4}at .*describe_test\.ts:\d+:\d+/);
  assert.equal(/at tell /.test(stack), false);
});

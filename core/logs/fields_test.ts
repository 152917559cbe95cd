import assert from "node:assert/strict";
import { fieldsOf } from "./fields.ts";

type Case = readonly [message: string, fields: Readonly<Record<string, string>>];

const JSON_CASES: readonly Case[] = [
  ['{"level":"info","msg":"Hi \\"you\\"\\n"}', { level: "info", msg: 'Hi "you"\n' }],
  ['  {"a": 1.5, "b": true, "c": null}\n', { a: "1.5", b: "true", c: "null" }],
  ['{"http":{"status":200,"path":"/x"},"d":0}', {
    "http.status": "200",
    "http.path": "/x",
    d: "0",
  }],
  ['{"a":[1,{"b":2}],"e":{},"f":[]}', { a: '[1,{"b":2}]', e: "{}", f: "[]" }],
  ['{"a":{"b":{"c":{"d":{"e":{"f":1}}}}}}', { "a.b.c.d.e": '{"f":1}' }],
  ['{"a.b":1,"":2,"__proto__":3}', { "a.b": "1", "": "2", ["__proto__"]: "3" }],
  ['{"id":12345678901234567890}', { id: "12345678901234567890" }],
  ['{"id":"12345678901234567890","n":[1]}', { id: "12345678901234567890", n: "[1]" }],
  ['12:00:01 INFO {"user":7}', { user: "7" }],
  ['INFO a={b} {"user":{"id":7}}', { "user.id": "7" }],
  ['INFO\n{\n  "user": 7\n}', { user: "7" }],
];

const LOGFMT_CASES: readonly Case[] = [
  ["level=info msg=hello", { level: "info", msg: "hello" }],
  ["a=1", { a: "1" }],
  ["  a=1\n", { a: "1" }],
  ['msg="two words" user.name=Ada', { msg: "two words", "user.name": "Ada" }],
  ['msg="say \\"hi\\" \\\\ a\\nb \\u00e9 \\x" a=1', { msg: 'say "hi" \\ a\nb é x', a: "1" }],
  ["login of user=7 failed from ip=10.0.0.1", { user: "7", ip: "10.0.0.1" }],
  ["a= b=2", { a: "", b: "2" }],
  ["a=1, b=2,c=3", { a: "1", b: "2,c=3" }],
  ['a="x y", b=2', { a: "x y", b: "2" }],
  ["url=http://x/?q=1&r=2 a=b=c", { url: "http://x/?q=1&r=2", a: "b=c" }],
  ['a="unclosed b=2', { a: '"unclosed', b: "2" }],
  ["k8s.io/name=web x-id=1 _y=2 a@b=3", { "k8s.io/name": "web", "x-id": "1", _y: "2", "a@b": "3" }],
  ['a=" b=2"', { a: " b=2" }],
  ["größe=1 a=1 b=2", { a: "1", b: "2" }],
  ["a=1\tb=2\nc=3", { a: "1", b: "2", c: "3" }],
];

const NEITHER = [
  ...[
    "",
    " ",
    "hello world",
    "user=7 logged in",
    "a = b",
    "if (a == b) c=1",
    "dGVzdA== Zm9v==",
    "=",
    "==",
  ],
  ...[
    "{",
    "}",
    "{}",
    "{a:1}",
    "[1,2]",
    '[{"a":1}]',
    '{"a":1} x',
    '"a"',
    "null",
    '{"a":1',
    "1=2 3=4",
  ],
  ...["-a=1 -b=2", "http://x/?a=1&b=2", "x {y}", 'x{"a":1}', '{"a":1}{"b":2}', "{ a=1 }"],
];

Deno.test("fieldsOf() reads JSON, flattened with dots", () => check(JSON_CASES));

Deno.test("fieldsOf() reads logfmt", () => check(LOGFMT_CASES));

Deno.test("fieldsOf() is empty for what is neither", () => {
  for (const message of NEITHER) assert.deepEqual(fieldsOf(message), [], message);
});

Deno.test("fieldsOf() keeps names that come twice in logfmt, in order", () => {
  assert.deepEqual(fieldsOf("b=1 a=2 b=3"), [["b", "1"], ["a", "2"], ["b", "3"]]);
});

Deno.test("fieldsOf() reads at most 200 fields", () => {
  const many = Array.from({ length: 300 }, (_, index) => index);
  const json = JSON.stringify({ a: Object.fromEntries(many.map((index) => [`k${index}`, index])) });
  assert.equal(fieldsOf(json).length, 200);
  const logfmt = fieldsOf(many.map((index) => `k${index}=${index}`).join(" "));
  assert.deepEqual([logfmt.length, logfmt[199]], [200, ["k199", "199"]]);
});

Deno.test("fieldsOf() takes any nesting", () => {
  const nested = (open: string, close: string) =>
    open.repeat(100_000) + "1" + close.repeat(100_000);
  assert.equal(fieldsOf(`{"a":${nested("[", "]")}}`)[0]?.[0], "a");
  assert.equal(fieldsOf(`{"a":${nested('{"7":[', "]}")}}`)[0]?.[0], "a.7");
  assert.equal(fieldsOf(nested('{"a":', "}"))[0]?.[0], "a.a.a.a.a");
  assert.deepEqual(fieldsOf(`{"a":${nested("[", "]")},"id":1234567890123456789}`), []);
});

Deno.test("fieldsOf() goes through 1 MiB of anything once", () => {
  const units = [
    "a",
    "=",
    "a=",
    "a=b ",
    'a="',
    'a="\\" ',
    '="',
    "\\",
    " ",
    "{",
    ' {"',
    "{ ",
    '{"a":',
    "é",
  ];
  for (const unit of units) {
    const message = unit.repeat(Math.ceil(2 ** 20 / unit.length));
    for (const end of ["", '"', "}", "="]) assert.ok(fieldsOf(message + end).length <= 200);
  }
});

function check(cases: readonly Case[]): void {
  for (const [message, fields] of cases) {
    assert.deepEqual(fieldsOf(message), Object.entries(fields), message);
  }
}

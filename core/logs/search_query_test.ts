import assert from "node:assert/strict";
import { parseSearch } from "./search_query.ts";

type Row = readonly [search: string, message: string, matches: boolean];

const WORDS: readonly Row[] = [
  ["timeout", "upstream timeout after 30s", true],
  ["TimeOut", "upstream TIMEOUT after 30s", true],
  ["time", "upstream timeout after 30s", false],
  ["out", "upstream timeout after 30s", false],
  ["time", "timeout, then time", true],
  ["timeout upstream", "upstream timeout after 30s", true],
  ["timeout downstream", "upstream timeout after 30s", false],
  ["  timeout\t\n upstream ", "upstream timeout after 30s", true],
  ["orders", "GET /api/v1/orders 200", true],
  ["/api/v1/orders", "GET /api/v1/orders 200", true],
  ["/api/v1/orders", "GET /api/v1/orders/7 200", true],
  ["/api/v1/order", "GET /api/v1/orders 200", false],
  ["api/v1", "GET /api/v1/orders 200", true],
  ["192.168.1.10", "from 192.168.1.10:5123", true],
  ["192.168.1.10", "from 192.168.1.100", false],
  ["192.168.1.10", "from 3192.168.1.10", false],
  ["user_id=42", "login user_id=42 ok", true],
  ["user_id=42", "login user_id=421 ok", false],
  ["id", "login user_id=42 ok", true],
  ["user", "login user_id=42 ok", true],
  ["k=v", "a k=v b", true],
  ["k=v", "a k=value b", false],
  ["NullPointerException", "java.lang.NullPointerException: x", true],
  ["nullpointer", "java.lang.NullPointerException: x", false],
  ["12:34:56", "2026-01-02T12:34:56Z started", false],
  ["12:34:56", "2026-01-02 12:34:56.123 started", true],
  ["https://shop.example/x?y=1&z", "GET https://shop.example/x?y=1&z=2", true],
  ["std::vector", "in std::vector<int>::at", true],
  ["C:\\srv\\app", "at C:\\srv\\app\\main.cs:12", true],
  ["3f2a-77", "trace 3f2a-77b", false],
  ["42", "took 42ms", false],
  ["42ms", "took 42ms", true],
  ["$9.99", "price $9.99!", true],
];

const PHRASES: readonly Row[] = [
  ['"connection refused"', "error: Connection refused (111)", true],
  ['"connection refused"', "connection was refused", false],
  ['"connection  refused"', "connection refused", false],
  ['"connection  refused"', "connection  refused", true],
  ['"connection ref"', "connection refused", false],
  ['"connection ref"*', "connection refused", true],
  ['"time"', "timeout", false],
  ['"a OR b"', "a or b", true],
  ['"a OR b"', "a", false],
  ['"NOT"', "it is not", true],
  ['"a b" "c d"', "c d a b", true],
  ['" "', "a b", true],
  ['" "', "ab", false],
  ['""', 'name=""', true],
  ['""', "nothing", false],
  ['"level":"error"', '{"level":"error"}', true],
  ['"level":"error"', "level error", false],
  ['"', 'say "hi"', true],
  ['"', "say hi", false],
  ['"unclosed phrase', 'an "unclosed long phrase', true],
  ['"unclosed phrase', "an unclosed phrase", false],
  ['5"', 'a 5" disk', true],
  ['5"', "a 5 disk", false],
  ['foo"bar baz"', 'foo"bar baz"', true],
];

const OPERATORS: readonly Row[] = [
  ["a OR b", "b", true],
  ["a OR b", "c", false],
  ["a b OR c d", "c d", true],
  ["a b OR c d", "a d", false],
  ["a or b", "a b", false],
  ["a or b", "a or b", true],
  ["a OR b OR c", "c", true],
  ["a AND b", "b a", true],
  ["a AND b", "a", false],
  ["a and b", "a b", false],
  ["NOT a", "b", true],
  ["NOT a", "a b", false],
  ["b NOT a", "b", true],
  ["b NOT a", "a b", false],
  ["b AND NOT a", "b c", true],
  ["b AND NOT a", "b a", false],
  ["a OR NOT b", "c", true],
  ["a OR NOT b", "b", false],
  ["a OR NOT b", "a b", true],
  ["NOT a NOT b", "c", true],
  ["NOT a NOT b", "c b", false],
  ['NOT "a b"', "a c b", true],
  ['NOT "a b"', "a b", false],
  ["NOT ti*", "timeout", false],
  ["NOT NOT a", "a", true],
  ["NOT NOT a", "b", false],
  ["not a", "not a", true],
  ["NOT", "it is not", true],
  ["NOT", "it is", false],
  ["OR", "this or that", true],
  ["OR a", "a", false],
  ["OR a", "a or", true],
  ["a OR", "a", false],
  ["a OR", "or a", true],
  ["AND", "and", true],
  ["a NOT", "a not", true],
  ["NOT OR a", "not", true],
  ["a OR OR b", "a or", true],
  ["a OR OR b", "b", true],
  ["a OR OR b", "a", false],
  ["(a OR b)", "(a", true],
  ["(a OR b)", "a", false],
  ["ORDER", "order 7", true],
];

const PREFIXES: readonly Row[] = [
  ["time*", "upstream timeout", true],
  ["time*", "time", true],
  ["time*", "uptime", false],
  ["time*", "runtimes, timings", false],
  ["TIME*", "Timeout", true],
  ["192.168.*", "192.168.1.10", true],
  ["192.168.1*", "192.168.100.7", true],
  ["/api/*", "GET /api/v1", true],
  ["*", "2 * 3", true],
  ["*", "2 3", false],
  ["**", "2 ** 3", true],
  ["**", "2 * 3", false],
  ["a**", "a*b", true],
  ["a**", "ab", false],
  ["*out", "timeout", false],
  ["*out", "*out", true],
  ["t*t", "timeout", false],
];

const ODD: readonly Row[] = [
  ["-x", "tar -x", true],
  ["-x", "tar x", false],
  ["%", "100%", true],
  ["%", "100", false],
  ["100%", "at 100% load", true],
  ["_", "user_id", true],
  ["_", "user", false],
  ["\\", "a\\b", true],
  ["\\", "a/b", false],
  ["()", "main()", true],
  [".", "a.b", true],
  [".", "a b", false],
  ["a'b", "a'b", true],
  ["a'b", "a b", false],
  ["{col}:a", "{col}:a", true],
  ["^a", "^a", true],
  ["a+b", "a+b", true],
  ["a+b", "a b", false],
  ["NEAR(a b)", "near(a b)", true],
  ["NEAR(a b)", "a b", false],
];

const TABLES = { WORDS, PHRASES, OPERATORS, PREFIXES, ODD };

for (const [name, rows] of Object.entries(TABLES)) {
  Deno.test(`parseSearch() finds what is asked for: ${name.toLowerCase()}`, () => {
    for (const [search, message, matches] of rows) {
      const query = parseSearch(search);
      assert.equal(query?.matches(message.toLowerCase()), matches, `${search} in ${message}`);
    }
  });
}

Deno.test("parseSearch() of a blank text is null", () => {
  for (const text of ["", " ", "\n\t \u00a0", "\ufeff"]) assert.equal(parseSearch(text), null);
});

Deno.test("parseSearch() asks the index for the tokens of what is required", () => {
  const cases: readonly [search: string, expression: string | null][] = [
    ["timeout", '"timeout"'],
    ["Time*", '"time"*'],
    ["192.168.1.10", '"192" AND "168" AND "10" AND "1"'],
    ["192.168.*", '"192" AND "168"'],
    ["a a A", '"a"'],
    ['"connection refused"', '"connection" AND "refused"'],
    ["a b OR c", '("a" AND "b") OR ("c")'],
    ["a NOT b", '"a"'],
    ["NOT a", null],
    ["a OR NOT b", null],
    ["接続", null],
    ["a OR 接続", null],
    ["é9", '"9"'],
    ["%", null],
    ["level:error", '"level" AND "error"'],
    ["user.id:4*", '"user" AND "id" AND "4"*'],
    ["msg:é9", '"msg"'],
    ['msg:"a\\nb"', '"msg"'],
    ["a:b<c", '"a"'],
  ];
  for (const [search, expression] of cases) {
    assert.equal(parseSearch(search)?.indexExpression, expression, search);
  }
});

Deno.test("parseSearch() asks the index for no more than FTS5 takes", () => {
  const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`);
  const asked = (search: string) => parseSearch(search)?.indexExpression?.split(/AND|OR/).length;
  assert.equal(asked(words(200).join(" ")), 50);
  assert.equal(asked(words(50).join(" OR ")), 50);
  assert.equal(asked(words(51).join(" OR ")), undefined);
});

Deno.test("parseSearch() anchors at the longest text that every match contains", () => {
  const cases: readonly [search: string, anchor: string | null][] = [
    ["a Timeout b", "timeout"],
    ['x "connection refused"', "connection refused"],
    ["/api/v1*", "/api/v1"],
    ["short NOT muchlonger", "short"],
    ["status:500", "status"],
    ["接続エラー", "接続エラー"],
    ["a OR b", null],
    ["NOT a", null],
    ["_:é", null],
  ];
  for (const [search, anchor] of cases) assert.equal(parseSearch(search)?.anchor, anchor, search);
});

Deno.test("parseSearch() says what to highlight, without what is negated", () => {
  const cases: readonly [search: string, highlights: readonly string[]][] = [
    ["Time /api* OR é NOT x", ["|time|", "/api", "é"]],
    ['NOT NOT a "b c"', ["|a|", "|b c|"]],
    ["status:5*", ["|status:5", "|5"]],
    ['name:"ada l"', ['|name:"ada l"', "|name:ada l|", "|ada l|"]],
    ["NOT a", []],
  ];
  for (const [search, expected] of cases) {
    const shown = parseSearch(search)?.highlights.map(({ text, wholeStart, wholeEnd }) =>
      `${wholeStart ? "|" : ""}${text}${wholeEnd ? "|" : ""}`
    );
    assert.deepEqual(shown, expected, search);
  }
});

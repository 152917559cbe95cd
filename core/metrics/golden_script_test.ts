import assert from "node:assert/strict";
import { runGoldenCase } from "./golden_run_test_support.ts";
import { parseGolden } from "./golden_script_test_support.ts";

/** The message of what a text of cases leads to; "" when all is as expected. */
async function messageOf(text: string): Promise<string> {
  try {
    for (const golden of parseGolden("x.txt", text)) await runGoldenCase(golden);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const UNREADABLE: readonly (readonly [string, string])[] = [
  ["clock 10:00", "x.txt:1: A file begins with a case"],
  ["  10:00 count=1", "x.txt:1: Begin with a case"],
  ["case a\nrol up", "x.txt:2: 'rol up' is no statement"],
  ["case a\nroll up, cut after many steps", "is no statement"],
  ["case a\n\n# b\nload\n  counter hits", "x.txt:5: Write [moment] type name{labels} values"],
  ["case a\nload\n  number hits 1", "x.txt:3: Write [moment] type name{labels} values"],
  ["case a\nload\n  counter hits 1 one", "x.txt:3: 'one' must be a number"],
  ['case a\nload\n  counter hits{path="/a} 1', "x.txt:3: A quote or a brace is not closed"],
  ["case a\nload\n  counter hits{path=/a} 1", "must be labels such as"],
  ["case a\nload", "x.txt:2: Below 'load' come indented lines of samples"],
  ["case a\nload of 10:00\n  counter hits 1", "'of' must be at, every or in"],
  ["case a\nload every day\n  counter hits 1", "'day' must be a duration such as"],
  ["case a\neval hits", "x.txt:2: After 'eval' comes 'expect'"],
  ["case a\neval hits\nexpect", "x.txt:3: Below 'expect' come rows"],
  ["case a\neval hits\nexpect nothing\n  10:00 count=1", "x.txt:3: Below 'expect' come rows"],
  ["case a\nroll up\nexpect nothing", "x.txt:2: 'roll up' gives nothing to expect"],
  ["case a\neval hits\nexpect\n  10:00 count=1 many", "x.txt:4: 'many' must be key=value"],
];

for (const [text, message] of UNREADABLE) {
  Deno.test(`parseGolden() refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseGolden("x.txt", text), (error) => {
      assert.ok(error instanceof Error && error.message.startsWith("x.txt:"), `${error}`);
      assert.ok(error.message.includes(message), error.message);
      return true;
    });
  });
}

const LOADED = "case a\nload\n  histogram latency 1 2 3 4\n";

/** What is not as expected, with what is said of it. */
const WRONG: readonly (readonly [string, string])[] = [
  ["eval latency\nexpect\n  10:00 count=5", "x.txt:4: '10:00' should have count=5, not count=4"],
  ["eval latency\nexpect\n  10:00 cuont=4", "x.txt:4: '10:00' has no 'cuont'"],
  ["eval latency\nexpect\n  10:00 p50=2.0000001", "x.txt:4: '10:00' should have p50=2.0000001"],
  ["eval latency\nexpect\n  10:00 p50=~2.1", "x.txt:4: '10:00' should have p50=~2.1, not p50=2"],
  ["eval latency\nexpect\n  10:00 p50=none", "x.txt:4: '10:00' should have p50=none, not p50=2"],
  ["eval latency\nexpect\n  10:01 count=4", "x.txt:4: Other rows are expected than there are:"],
  ["eval latency\nexpect nothing", "x.txt:4: Other rows are expected than there are:"],
  ["eval other\nexpect\n  10:00 count=4", "x.txt:4: Other rows are expected than there are:"],
  ["eval latency\nexpect resolution=hour\n  10:00 count=4", "x.txt:4: The answer should have res"],
  ["eval latency\nexpect refused 'name'", "x.txt:4: This should be refused, with ''name''"],
  ["eval latency labels=x\nexpect refused 'name'", "x.txt:4: This should be refused with ''name''"],
  ["eval latency labels=x\nexpect nothing", "x.txt:4: Query parameter 'labels' must be labels"],
  ["load\n  counter hits 1\nexpect refused Item 0", "x.txt:4: This should be refused"],
  ["clock noon", "x.txt:4: 'noon' must be a moment such as"],
  ["settings retention=1h", "x.txt:4: There is no setting 'retention'"],
  ["kept raw=5", "x.txt:4: The store should have raw=5, not raw=4"],
  ["dashboard\nexpect\n  summary requests=1", "x.txt:4: 'summary' should have requests=1"],
  [
    "roll up, cut anywhere\nkept minute=0",
    "x.txt:5: The store should have minute=0, not minute=1:",
  ],
];

for (const [text, message] of WRONG) {
  Deno.test(`runGoldenCase() tells what is wrong with ${JSON.stringify(text)}`, async () => {
    const told = await messageOf(LOADED + text);
    assert.ok(told.startsWith(message), told || "nothing");
  });
}

Deno.test("runGoldenCase() is content with what is as expected", async () => {
  const rows = "  10:00 count=4 sum=10 min=1 max=4 avg=2.5 p50=2 p95=~4.04 p99=4 rate=none";
  assert.equal(await messageOf(`${LOADED}eval latency\nexpect resolution=minute\n${rows}`), "");
});

Deno.test("runGoldenCase() runs a case for each step that a rollup can be cut off after", async () => {
  const told = await messageOf(`${LOADED}roll up, cut anywhere\nkept minute=1`);
  assert.match(told, /not minute=0[^]*where rolling up was cut after 0 steps/);
  assert.equal(await messageOf(`${LOADED}roll up, cut anywhere\nroll up\nkept minute=1`), "");
});

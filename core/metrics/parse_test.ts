import fc from "fast-check";
import assert from "node:assert/strict";
import { HOUR, isoTime, MINUTE } from "../clock.ts";
import { Failure } from "../failure.ts";
import { parseSamples, type SampleBatch, type SampleRules } from "./parse.ts";

const NOW = Date.parse("2026-11-20T17:31:00.500Z");
const RULES: SampleRules = { now: NOW, retention: HOUR, seriesOf: () => undefined };
const GOOD = { name: "latency", type: "histogram", value: 0.25 };

function many<Value>(count: number, value: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => value(index));
}

function labels(count: number): Record<string, string> {
  return Object.fromEntries(many(count, (index) => [`label${index}`, "x"]));
}

const ARRAY = "Request body must be a JSON array";
const SIZE = "Request body must be an array of 1 to 1000 metrics";
const BODIES: readonly (readonly [unknown, string])[] = [
  [null, ARRAY],
  [undefined, ARRAY],
  ["[]", ARRAY],
  [GOOD, ARRAY],
  [{ length: 1, 0: GOOD }, ARRAY],
  [[], SIZE],
  [many(1001, () => GOOD), SIZE],
];

for (const [body, detail] of BODIES) {
  const shown = JSON.stringify(body)?.slice(0, 40);
  Deno.test(`parseSamples() refuses the body ${shown}: ${detail}`, () => {
    assert.throws(() => parseSamples(body, RULES), failure(detail));
  });
}

const NAME = "'name' must be a text of 1 to 200 characters";
const TYPE = "'type' must be one of counter, histogram, gauge";
const VALUE = "'value' must be a finite number";
const PROJECT = "'project' must be a text of 1 to 100 characters";
const LABELS = "'labels' must be an object";
const LABEL_NAME = "the name of a label must be a text of 1 to 100 characters";
const ISO =
  "'timestamp' must be an ISO 8601 date or time, such as 2026-11-20 or 2026-11-20T17:31:00Z";
const PAST = "'timestamp' must not be more than 3600 s in the past";
const FUTURE = "'timestamp' must not be more than 5 minutes in the future";

/** What makes an item bad, and what is said of it. */
const REFUSED: readonly (readonly [unknown, string])[] = [
  [null, "must be an object"],
  [5, "must be an object"],
  ["latency", "must be an object"],
  [[], "must be an object"],
  [{ name: undefined }, NAME],
  [{ name: null }, NAME],
  [{ name: 7 }, NAME],
  [{ name: "" }, NAME],
  [{ name: " \t" }, NAME],
  [{ name: "x".repeat(201) }, NAME],
  [{ name: "😀".repeat(201) }, NAME],
  [{ type: undefined }, TYPE],
  [{ type: "summary" }, TYPE],
  [{ type: "Counter" }, TYPE],
  [{ type: ["counter"] }, TYPE],
  [{ value: undefined }, VALUE],
  [{ value: null }, VALUE],
  [{ value: "1" }, VALUE],
  [{ value: true }, VALUE],
  [{ value: NaN }, VALUE],
  [{ value: Infinity }, VALUE],
  [{ value: -Infinity }, VALUE],
  [{ project: 5 }, PROJECT],
  [{ project: "" }, PROJECT],
  [{ project: "x".repeat(101) }, PROJECT],
  [{ project: {} }, PROJECT],
  [{ labels: [] }, LABELS],
  [{ labels: "path=/a" }, LABELS],
  [{ labels: 5 }, LABELS],
  [{ labels: Infinity }, LABELS],
  [{ labels: labels(21) }, "'labels' must be at most 20"],
  [{ labels: { "": "x" } }, LABEL_NAME],
  [{ labels: { " ": "x" } }, LABEL_NAME],
  [{ labels: { ["x".repeat(101)]: "x" } }, LABEL_NAME],
  [{ labels: { path: null } }, 'label "path" must be a text'],
  [{ labels: { path: {} } }, 'label "path" must be a text'],
  [{ labels: { path: ["/a"] } }, 'label "path" must be a text'],
  [{ labels: { path: Infinity } }, 'label "path" must be a text'],
  [
    { labels: { path: "x".repeat(1001) } },
    'label "path" must be at most 1000 characters long',
  ],
  [{ labels: { "a\0": "x", "a␀": "y" } }, `'labels' must have "a␀" once`],
  [
    { labels: { a: "b", monlight_overflow: "true" } },
    "'labels' must not have \"monlight_overflow\", which tells of samples beyond the limits",
  ],
  [
    { labels: { monlight_overflow: "x" } },
    "'labels' must not have \"monlight_overflow\", which tells of samples beyond the limits",
  ],
  [
    { name: "monlight_overflow" },
    "'name' must not be \"monlight_overflow\", which tells of samples beyond the limits",
  ],
  [{ timestamp: 1795000000 }, "'timestamp' must be a text in ISO 8601"],
  [{ timestamp: "yesterday" }, ISO],
  [{ timestamp: "" }, ISO],
  [
    { timestamp: "2026-11-31T00:00:00Z" },
    "'timestamp' must be a time that exists; 2026-11-31 is no day",
  ],
  [{ timestamp: isoTime(NOW - HOUR - 1) }, PAST],
  [{ timestamp: isoTime(NOW + 5 * MINUTE + 1) }, FUTURE],
];

for (const [change, reason] of REFUSED) {
  Deno.test(`parseSamples() refuses ${show(change)}: ${reason}`, () => {
    const isPart = typeof change === "object" && change !== null && !Array.isArray(change);
    const bad = isPart ? { ...GOOD, ...change } : change;
    for (const index of [0, 2]) {
      const items = many(4, (at) => at === index ? bad : GOOD);
      assert.throws(() => parseSamples(items, RULES), failure(`Item ${index}: ${reason}`));
    }
  });
}

function show(value: unknown): string {
  const text = JSON.stringify(value, (_, part) => typeof part === "number" ? `${part}` : part);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Whether an error is a refusal with this sentence. */
function failure(detail: string) {
  return (error: unknown) => {
    assert.ok(error instanceof Failure, `${error}`);
    assert.deepEqual([error.code, error.detail], ["invalid", detail]);
    return true;
  };
}

function parseOne(fields: object, rules: Partial<SampleRules> = {}): SampleBatch {
  return parseSamples([{ ...GOOD, ...fields }], { ...RULES, ...rules });
}

Deno.test("parseSamples() gives columns in the order of the items", () => {
  const batch = parseSamples([
    { name: "hits", type: "counter", value: 1, timestamp: "2026-11-20T17:30:00Z" },
    { name: "depth", type: "gauge", value: -2.5, timestamp: null, project: null, labels: null },
  ], RULES);
  assert.deepEqual([batch.series, batch.times, batch.values], [
    [0, 0],
    [NOW - 60_500, NOW],
    [1, -2.5],
  ]);
  assert.deepEqual(batch.unknown.map(({ index, identity }) => [index, identity]), [
    [0, { name: "hits", type: "counter", project: "default", labels: {} }],
    [1, { name: "depth", type: "gauge", project: "default", labels: {} }],
  ]);
});

Deno.test("parseSamples() takes what is as long, as many, as old and as new as may be", () => {
  const identityOf = (fields: object) => parseOne(fields).unknown[0]?.identity;
  assert.equal(identityOf({ name: "😀".repeat(200) })?.name, "😀".repeat(200));
  assert.equal(identityOf({ project: "ü".repeat(100) })?.project, "ü".repeat(100));
  assert.deepEqual(
    identityOf({ labels: labels(20) })?.labels,
    Object.fromEntries(
      Object.entries(labels(20)).sort(([one], [other]) => one < other ? -1 : 1),
    ),
  );
  const long = { ["n".repeat(100)]: "v".repeat(1000), empty: "" };
  assert.deepEqual({ ...identityOf({ labels: long })?.labels }, long);
  for (const time of [NOW - HOUR, NOW + 5 * MINUTE]) {
    assert.deepEqual(parseOne({ timestamp: isoTime(time) }).times, [time]);
  }
  assert.equal(parseSamples(many(1000, () => GOOD), RULES).times.length, 1000);
  for (const value of [0, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE]) {
    assert.deepEqual(parseOne({ value }).values, [value]);
  }
});

Deno.test("parseSamples() makes texts of labels that are numbers or booleans, and sorts them", () => {
  const given = {
    status: 200,
    ratio: 0.5,
    cached: true,
    "10": "b",
    "9": "a",
    zone: "eu",
    Zone: "x",
  };
  const found = parseOne({ labels: given }).unknown[0]?.identity.labels;
  assert.equal(
    JSON.stringify(found),
    '{"9":"a","10":"b","Zone":"x","cached":"true","ratio":"0.5","status":"200","zone":"eu"}',
  );
  const [one, other] = [{ a: "1", b: "2" }, { b: 2, a: 1 }].map((labels) =>
    parseOne({ labels }).unknown[0]?.identity
  );
  assert.equal(JSON.stringify(one), JSON.stringify(other));
});

Deno.test("parseSamples() keeps a label that is called __proto__", () => {
  const labels: unknown = JSON.parse('{"__proto__":"x"}');
  const found = parseOne({ labels }).unknown[0]?.identity.labels;
  assert.equal(JSON.stringify(found), '{"__proto__":"x"}');
});

Deno.test("parseSamples() replaces what SQLite cannot keep", () => {
  const { identity } = parseOne({
    name: "a\0\ud800",
    project: "p\0",
    labels: { "k\udc00": "v\0" },
  }).unknown[0] ?? {};
  assert.deepEqual(identity, {
    name: "a␀\ufffd",
    type: "histogram",
    project: "p␀",
    labels: { "k\ufffd": "v␀" },
  });
});

Deno.test("parseSamples() gives zero one sign", () => {
  assert.ok(Object.is(parseOne({ value: -0 }).values[0], 0));
});

Deno.test("parseSamples() asks for each series by its key, and gives those that are known", () => {
  const key = parseOne({ labels: { path: "/a" } }).unknown[0]?.key;
  const seriesOf = (asked: string) => asked === key ? 7 : undefined;
  const items = [{ ...GOOD, labels: { path: "/a" } }, { ...GOOD, labels: { path: "/b" } }];
  const batch = parseSamples(items, { ...RULES, seriesOf });
  assert.deepEqual(batch.series, [7, 0]);
  assert.deepEqual(batch.unknown.map(({ index }) => index), [1]);
});

/** Texts of characters that keys and JSON are made of. */
const text = fc.string({
  unit: fc.constantFrom("1", "2", ",", '"', "{", "}", ":", "\\", "a", "\0", "\ud800", " "),
  maxLength: 6,
});
const labelValue = fc.oneof(
  text,
  fc.constantFrom<unknown>(1, -1, 0, -0, 1e21, true, false, null, Infinity, -Infinity, {}, [], [1]),
);
const identity = fc.record({
  name: text,
  type: fc.constantFrom("counter", "histogram", "gauge"),
  project: fc.oneof(text, fc.constantFrom(undefined, null, 5, "default")),
  labels: fc.oneof(
    { weight: 4, arbitrary: fc.dictionary(text, labelValue, { maxKeys: 3 }) },
    fc.constantFrom<unknown>(undefined, null, {}, [], "{}", 1, Infinity),
  ),
});

Deno.test("parseSamples() never takes a series for another, nor a bad one for a good one", () => {
  const keys = new Map<string, string>();
  const keyOf = (fields: object): string | undefined => {
    let asked: string | undefined;
    try {
      const batch = parseOne(fields, { seriesOf: (key) => void (asked = key) });
      const [found] = batch.unknown;
      assert.ok(found && asked === found.key);
      // Those that were accepted have one identity for each key.
      const identity = JSON.stringify(found.identity);
      assert.equal(keys.get(found.key) ?? identity, identity);
      keys.set(found.key, identity);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // One that was refused has no key of one that was accepted.
      if (asked !== undefined) assert.ok(!keys.has(asked), `${asked}: ${error.detail}`);
    }
    return asked;
  };
  const infinite = { labels: { path: Infinity } };
  for (const fields of [{ labels: { path: null } }, infinite, { labels: { path: "null" } }]) {
    keyOf(fields);
  }
  fc.assert(fc.property(identity, (fields) => void keyOf(fields)), { numRuns: 3000 });
  assert.ok(keys.size > 300, `${keys.size} series`);
});

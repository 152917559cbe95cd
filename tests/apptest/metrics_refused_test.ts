import assert from "node:assert/strict";
import { type Case, runCases } from "./support/cases.ts";
import { iso, MetricApi } from "./support/metric_api.ts";
import { GOOD, refusedBody, refusedItem, refusedJson } from "./support/metric_cases.ts";

const ASTRAL = "😀";

const NAME = "'name' must be a text of 1 to 200 characters";
const TYPE = "'type' must be one of counter, histogram, gauge";
const VALUE = "'value' must be a finite number";
const PROJECT = "'project' must be a text of 1 to 100 characters";
const LABELS = "'labels' must be an object";
const LABEL_NAME = "the name of a label must be a text of 1 to 100 characters";
const TEXT_TIME = "'timestamp' must be a text in ISO 8601";
const TIME =
  "'timestamp' must be an ISO 8601 date or time, such as 2026-11-20 or 2026-11-20T17:31:00Z";
const PAST = "'timestamp' must not be more than 3600 s in the past";
const FUTURE = "'timestamp' must not be more than 5 minutes in the future";
const ITEMS: readonly Case[] = [
  ...[null, 1, "good", true, [], [GOOD]].map((other) =>
    refusedBody(
      `an item ${JSON.stringify(other)}`,
      [GOOD, other, GOOD],
      "Item 1: must be an object",
    )
  ),
  refusedBody("an empty item", [{}], `Item 0: ${NAME}`),
  refusedBody("the last of 1000 items", [...Array.from({ length: 999 }, () => GOOD), {
    ...GOOD,
    value: "1",
  }], `Item 999: ${VALUE}`),
  refusedBody(
    "the first of several bad items",
    [GOOD, { ...GOOD, type: "x" }, { ...GOOD, value: "x" }],
    `Item 1: ${TYPE}`,
  ),
  refusedBody(
    "fields that are only inherited",
    '[{"__proto__":{"name":"bad","type":"gauge","value":1}}]',
    `Item 0: ${NAME}`,
  ),

  ...[
    undefined,
    null,
    1,
    true,
    {},
    [],
    ["bad"],
    "",
    " \t\n",
    "\u00a0\u2003\ufeff",
    "a".repeat(201),
    ASTRAL.repeat(201),
  ]
    .map((name) => refusedItem(`a name ${shown(name)}`, { name }, NAME)),
  ...[
    undefined,
    null,
    "",
    "timer",
    "Counter",
    "counter ",
    " gauge",
    0,
    1,
    {},
    ["counter"],
    "__proto__",
    "constructor",
    "toString",
    "length",
  ]
    .map((type) => refusedItem(`a type ${shown(type)}`, { type }, TYPE)),
  ...[undefined, null, "1", "", "NaN", "Infinity", true, false, {}, [], [1]]
    .map((value) => refusedItem(`a value ${shown(value)}`, { value }, VALUE)),
  ...["1e999", "-1e999", "1e309"].map((value) =>
    refusedJson(`a value ${value}`, `"value":${value}`, VALUE)
  ),

  ...["", "a:b", 0, 1, true, false, [], [["a", "b"]]].map((labels) =>
    refusedItem(`labels ${shown(labels)}`, { labels }, LABELS)
  ),
  ...[null, {}, { b: "c" }, [], ["b"], [[]]].map((value) =>
    refusedItem(`a label ${shown(value)}`, { labels: { a: value } }, 'label "a" must be a text')
  ),
  refusedItem(
    "a label nested 2,000 deep",
    { labels: { a: nested(2000) } },
    'label "a" must be a text',
  ),
  refusedItem(
    "the label of samples beyond the limits",
    { labels: { monlight_overflow: "true" } },
    "'labels' must not have \"monlight_overflow\", which tells of samples beyond the limits",
  ),
  refusedItem(
    "the metric of samples beyond the limits",
    { name: "monlight_overflow" },
    "'name' must not be \"monlight_overflow\", which tells of samples beyond the limits",
  ),
  refusedItem("21 labels", { labels: numbered(21) }, "'labels' must be at most 20"),
  refusedItem("1000 labels", { labels: numbered(1000) }, "'labels' must be at most 20"),
  ...["", " ", "a".repeat(101), ASTRAL.repeat(101)].map((name) =>
    refusedItem(`a label named ${shown(name)}`, { labels: { [name]: "b" } }, LABEL_NAME)
  ),
  ...["a".repeat(1001), ASTRAL.repeat(1001)].map((value) =>
    refusedItem(
      `a label ${shown(value)}`,
      { labels: { a: value } },
      'label "a" must be at most 1000 characters long',
    )
  ),
  refusedItem(
    "labels that are the same once they are stored",
    { labels: { "a\0": "1", "a\u2400": "2" } },
    "'labels' must have \"a\u2400\" once",
  ),
  refusedJson(
    "labels that differ in lone surrogates",
    '"value":1,"labels":{"a\\ud800":"1","a\\udfff":"2"}',
    "'labels' must have \"a\ufffd\" once",
  ),
  refusedJson(
    "a label past every number",
    '"value":1,"labels":{"a":1e999}',
    'label "a" must be a text',
  ),

  ...[0, 1763659860, Date.now(), true, {}, [], ["2026-11-20"]].map((timestamp) =>
    refusedItem(`a timestamp ${shown(timestamp)}`, { timestamp }, TEXT_TIME)
  ),
  ...[
    "",
    " ",
    "now",
    "yesterday",
    "1763659860",
    "20/11/2026",
    "2026-11",
    "Fri, 20 Nov 2026 12:00:00 GMT",
    "2026-11-20T12:00:00 UTC",
    " 2026-11-20T12:00:00Z",
    "2026-11-20T12:00:00Zjunk",
    "2026-11-20T12:00:00.Z",
    "+002026-11-20T12:00:00Z",
    "2026-11-20T12",
    "٢٠٢٦-11-20",
  ]
    .map((timestamp) => refusedItem(`a timestamp ${shown(timestamp)}`, { timestamp }, TIME)),
  ...[
    ["2026-02-30T12:00:00Z", "2026-02-30 is no day"],
    ["2026-13-01", "2026-13-01 is no day"],
    ["2025-02-29", "2025-02-29 is no day"],
    ["2026-11-20T24:00:00Z", "24:00:00 is no time of day"],
    ["2026-11-20T12:60Z", "12:60 is no time of day"],
    ["2026-11-20T12:00:60Z", "12:00:60 is no time of day"],
    ["2026-11-20T12:00:00+24:00", "+24:00 is no offset"],
  ]
    .map(([timestamp, why]) =>
      refusedItem(
        `a timestamp ${timestamp}`,
        { timestamp },
        `'timestamp' must be a time that exists; ${why}`,
      )
    ),
  ...[iso(Date.now() - 3660_000), "2020-01-01", "0001-01-01T00:00:00Z", "0000-01-01T00:00:00+23:59"]
    .map((timestamp) => refusedItem(`a timestamp ${timestamp}`, { timestamp }, PAST)),
  ...[iso(Date.now() + 600_000), "2126-11-20", "9999-12-31T23:59:59-23:59"].map((timestamp) =>
    refusedItem(`a timestamp ${timestamp}`, { timestamp }, FUTURE)
  ),

  ...[1, true, {}, [], ["shop"], "", " ", "a".repeat(101), ASTRAL.repeat(101)].map((project) =>
    refusedItem(`a project ${shown(project)}`, { project }, PROJECT)
  ),
  refusedJson(
    "a project nested 20,000 deep",
    `"value":1,"project":${"[".repeat(20_000)}${"]".repeat(20_000)}`,
    PROJECT,
  ),
];

Deno.test("POST /api/metrics refuses metrics with a bad field, and says why", async (t) => {
  await using metrics = await MetricApi.start();
  await runCases(t, metrics.api, ITEMS);
  await t.step("POST /api/metrics keeps nothing of a batch with a bad metric", async () => {
    assert.deepEqual(await metrics.names(), []);
    assert.deepEqual(await metrics.projects(), []);
    assert.deepEqual(await metrics.points({ name: GOOD.name }), []);
    assert.deepEqual(await metrics.labels({ name: "bad" }), {});
    assert.equal((await metrics.health()).metrics_received_24h, 0);
    // Nor does it come with the next one.
    await metrics.record([{ ...GOOD, name: "next" }]);
    assert.deepEqual(await metrics.names(), ["next: counter"]);
  });
});

Deno.test("POST /api/metrics refuses samples older than RETENTION_RAW", async () => {
  await using metrics = await MetricApi.start({ env: { RETENTION_RAW: "7200" } });
  const sample = (minutes: number) => ({ ...GOOD, timestamp: iso(Date.now() - minutes * 60_000) });
  await metrics.record([sample(119)]);
  const answer = await metrics.api.post("/api/metrics", [sample(121)]);
  assert.deepEqual([answer.status, answer.json()], [400, {
    detail: "Item 0: 'timestamp' must not be more than 7200 s in the past",
  }]);
});

/** A value as the names of steps show it, cut where it is long. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "left out").slice(0, 40);
}

function numbered(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`l${n}`, "v"]));
}

function nested(levels: number): unknown {
  let value: unknown = "deep";
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
}

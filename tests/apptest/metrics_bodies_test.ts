import assert from "node:assert/strict";
import { type Case, runCases } from "./support/cases.ts";
import { MetricApi } from "./support/metric_api.ts";
import { GOOD, refusedBody } from "./support/metric_cases.ts";

const ARRAY = "Request body must be a JSON array";
const COUNT = "Request body must be an array of 1 to 1000 metrics";
const NOT_JSON = "Request body is not valid JSON";
const NOT_UTF8 = "Request body is not valid UTF-8";

const BODIES: readonly Case[] = [
  refusedBody("an empty body", "", "Request body is empty, JSON is expected"),
  refusedBody("a body of blanks", " \r\n\t ", "Request body is empty, JSON is expected"),
  refusedBody("a single metric", GOOD, ARRAY),
  refusedBody("null", "null", ARRAY),
  refusedBody("a text", '"good"', ARRAY),
  refusedBody("a number", "1", ARRAY),
  refusedBody("true", "true", ARRAY),
  refusedBody("an object with numbers as names", { 0: GOOD, length: 1 }, ARRAY),
  refusedBody("metrics within an object", { metrics: [GOOD] }, ARRAY),
  refusedBody("an empty array", [], COUNT),
  refusedBody("1001 metrics", Array.from({ length: 1001 }, () => GOOD), COUNT),
  refusedBody("a body cut off", JSON.stringify([GOOD]).slice(0, -1), NOT_JSON),
  refusedBody("two arrays", JSON.stringify([GOOD]).repeat(2), NOT_JSON),
  refusedBody("a comma too many", `[${JSON.stringify(GOOD)},]`, NOT_JSON),
  refusedBody("NDJSON", `${JSON.stringify(GOOD)}\n${JSON.stringify(GOOD)}\n`, NOT_JSON),
  refusedBody("Prometheus text", "# TYPE good counter\ngood 1\n", NOT_JSON),
  refusedBody("NaN as JSON has none", '[{"name":"bad","type":"gauge","value":NaN}]', NOT_JSON),
  refusedBody(
    "Infinity as JSON has none",
    '[{"name":"bad","type":"gauge","value":Infinity}]',
    NOT_JSON,
  ),
  refusedBody("a raw NUL in a text", '[{"name":"b\0d","type":"gauge","value":1}]', NOT_JSON),
  refusedBody("Latin-1", latin1('[{"name":"größe","type":"gauge","value":1}]'), NOT_UTF8),
  refusedBody(
    "a surrogate written in UTF-8",
    Uint8Array.of(0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d),
    NOT_UTF8,
  ),
  refusedBody("UTF-8 cut off", Uint8Array.of(0x5b, 0x22, 0xf0, 0x9f, 0x98), NOT_UTF8),
  refusedBody(
    "arrays nested 100,000 deep",
    "[".repeat(100_000) + "]".repeat(100_000),
    "Item 0: must be an object",
  ),
  refusedBody("arrays opened 200,000 times", "[".repeat(200_000), NOT_JSON),
];

/** Series are found by how clients write them. */
const KNOWN = { ...GOOD, name: "known", labels: { a: "null", b: "1" }, project: "1" };

/** What must not be taken for the series that is known. */
const UNLIKE: readonly (readonly [what: string, fields: Readonly<Record<string, unknown>>])[] = [
  ["a label null", { labels: { a: null, b: "1" } }],
  ["a list as a label", { labels: { a: "null", b: ["1"] } }],
  ["labels as JSON", { labels: '{"a":"null","b":"1"}' }],
  ["a project that is a number", { project: 1 }],
];

Deno.test("POST /api/metrics refuses bodies that are no batch of metrics", async (t) => {
  await using metrics = await MetricApi.start();
  await runCases(t, metrics.api, BODIES);

  for (const [what, refused] of UNLIKE) {
    await t.step(`POST /api/metrics refuses ${what} as it would without knowing it`, async () => {
      await metrics.record([KNOWN]);
      const answer = await metrics.api.post("/api/metrics", [{ ...KNOWN, ...refused }]);
      assert.equal(answer.status, 400, answer.text);
    });
  }

  await t.step("POST /api/metrics refuses a gzip'd body", async () => {
    const zipped = new Blob(["[]"]).stream().pipeThrough(new CompressionStream("gzip"));
    const body = new Uint8Array(await new Response(zipped).arrayBuffer());
    const headers = { "content-encoding": "gzip" };
    const answer = await metrics.api.post("/api/metrics", body, { headers });
    assert.deepEqual([answer.status, answer.json()], [400, { detail: NOT_UTF8 }]);
  });

  await t.step("POST /api/metrics keeps nothing of what it refuses", async () => {
    assert.deepEqual(await metrics.names(), ["known: counter"]);
    assert.deepEqual(await metrics.projects(), ["1"]);
    assert.deepEqual(await metrics.labels({ name: "known" }), { a: ["null"], b: ["1"] });
    assert.equal((await metrics.health()).metrics_received_24h, UNLIKE.length);
  });
});

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

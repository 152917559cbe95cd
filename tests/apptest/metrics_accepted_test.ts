import assert from "node:assert/strict";
import { iso, MetricApi, MINUTE, minutesAgo, pointsOf, type Sample } from "./support/metric_api.ts";

const ASTRAL = "😀";

/** Fields of a sample, and where what is read back differs from them. */
interface Accepted {
  readonly what: string;
  readonly sent: Readonly<Record<string, unknown>>;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly project?: string;
  readonly value?: number;
  /** The start of its minute. */
  readonly minute?: number;
}

const kept = (what: string, labels: Readonly<Record<string, string>>): Accepted => ({
  what,
  sent: { labels },
  labels,
});

const value = (value: number): Accepted => ({ what: `a value of ${value}`, sent: { value } });

/** A time of day 10 minutes ago, as ISO 8601 lets it be written. */
const at = (what: string, write: (time: string) => string): Accepted => ({
  what: `a timestamp ${what}`,
  sent: { timestamp: write(iso(minutesAgo(10)).slice(0, 19)) },
  minute: minutesAgo(10),
});

const ACCEPTED: readonly Accepted[] = [
  { what: "required fields alone", sent: {} },
  { what: "null as absent", sent: { labels: null, timestamp: null, project: null } },
  { what: "fields that are unknown", sent: { unit: "ms", tags: ["a"], id: 7 } },
  { what: "no labels", sent: { labels: {} } },
  kept("labels", { method: "GET", endpoint: "/orders/{id}" }),
  kept("20 labels", Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`l${n}`, `${n}`]))),
  kept("an empty label", { empty: "" }),
  kept("labels that objects have anyway", { constructor: "a", toString: "b", hasOwnProperty: "c" }),
  {
    what: "a label __proto__",
    sent: { labels: JSON.parse('{"__proto__":"a"}') },
    labels: Object.fromEntries([["__proto__", "a"]]),
  },
  kept("labels with what queries escape", { "a:b,c\\d": "e:f,g\\h" }),
  kept("labels in other scripts", { größe: "größer", "数": "量", [ASTRAL]: ASTRAL }),
  kept("labels with blanks and quotes", { " a b ": ' "c" ', "%41": "%42", "a=b&c": "d;e" }),
  kept("labels that look like numbers", { "2": "a", "10": "b", "1": "c" }),
  kept("labels as long as they may be", { [ASTRAL.repeat(100)]: ASTRAL.repeat(1000) }),
  {
    what: "numbers and booleans as labels",
    sent: { labels: { a: 200, b: 1.5, c: -0, d: 1e21, e: true, f: false } },
    labels: { a: "200", b: "1.5", c: "0", d: "1e+21", e: "true", f: "false" },
  },
  {
    what: "NUL, which is kept as its symbol",
    sent: { name: "n\0", project: "p\0", labels: { "l\0": "v\0" } },
    name: "n\u2400",
    project: "p\u2400",
    labels: { "l\u2400": "v\u2400" },
  },
  {
    what: "lone surrogates, which are kept as replacement characters",
    sent: { name: "s\ud800", project: "p\udc00", labels: { "l\ud83d": "v\ude00" } },
    name: "s\ufffd",
    project: "p\ufffd",
    labels: { "l\ufffd": "v\ufffd" },
  },
  { what: "a name of 200 characters", sent: { name: ASTRAL.repeat(200) } },
  {
    what: "a name with all sorts of characters",
    sent: { name: ' http:requests,total{a="b"}\\ %' },
  },
  { what: "a name that objects have anyway", sent: { name: "__proto__" } },
  { what: "a project", sent: { project: "shop" } },
  { what: "a project of 100 characters", sent: { project: ASTRAL.repeat(100) } },
  ...[0, -1, 0.1, 1e308, -1e308, 5e-324, 1e-310, 2 ** 53 + 2, Math.PI].map(value),
  { what: "a value of -0, which is 0", sent: { value: -0 }, value: 0 },
  at("without a zone", (time) => time),
  at("in UTC", (time) => `${time}Z`),
  at("in UTC, lower case", (time) => `${time.replace("T", "t")}z`),
  at("with a blank", (time) => `${time.replace("T", " ")}Z`),
  at("with an offset of zero", (time) => `${time}+00:00`),
  at("to the minute", (time) => `${time.slice(0, 16)}Z`),
  at("with milliseconds", (time) => `${time}.999Z`),
  at("with nanoseconds", (time) => `${time}.999999999Z`),
  at("with a comma", (time) => `${time},5+0000`),
  {
    what: "a timestamp with an offset",
    sent: { timestamp: iso(minutesAgo(10 - 330)).replace("Z", "+05:30") },
    minute: minutesAgo(10),
  },
];

Deno.test("POST /api/metrics accepts", async (t) => {
  await using metrics = await MetricApi.start();
  for (const [index, one] of ACCEPTED.entries()) {
    await t.step(`POST /api/metrics accepts ${one.what}`, async () => {
      const before = Date.now();
      const sent = { name: `m${index}`, type: "gauge", value: 7, ...one.sent };
      await metrics.record([sent]);
      const name = one.name ?? sent.name;
      const project = one.project ?? ("project" in one.sent ? one.sent.project : null) ?? "default";
      const query = { name, project: String(project) };
      const points = await metrics.points({ ...query, period: "1h" });
      assert.equal(points.length, 1);
      const { bucket, count, sum, min, max, avg, ...rest } = points[0] ?? assert.fail();
      const value = one.value ?? sent.value;
      assert.deepEqual([count, sum, min, max, avg], [1, value, value, value, value]);
      assert.deepEqual(rest, { p50: null, p95: null, p99: null });
      const minute = Date.parse(bucket);
      if (one.minute !== undefined) assert.equal(minute, one.minute);
      else assert.ok(minute > before - MINUTE && minute <= Date.now() && minute % MINUTE === 0);
      assert.deepEqual(await metrics.labels(query), valuesOf(one.labels ?? {}));
      assert.ok((await metrics.names({ project: String(project) })).includes(`${name}: gauge`));
      assert.ok((await metrics.projects()).includes(String(project)));
    });
  }

  await t.step(
    "POST /api/metrics accepts the oldest and the newest timestamp that may be",
    async () => {
      const now = Date.now();
      // Some seconds from the limits, since it takes a while until they are looked at.
      const times = [now - 3570 * 1000, now + 295 * 1000];
      const samples = times.map((time): Sample => ({
        name: "edges",
        type: "counter",
        value: 1,
        timestamp: iso(time),
      }));
      await metrics.record(samples);
      const counted = await metrics.points({ name: "edges", since: iso(now - 2 * 60 * MINUTE) });
      assert.deepEqual(
        counted.map(({ bucket }) => bucket),
        pointsOf(samples, MINUTE).map(({ bucket }) => bucket),
      );
    },
  );

  await t.step("POST /api/metrics accepts 1000 samples at once", async () => {
    const samples = Array.from({ length: 1000 }, (_, n): Sample => ({
      name: "many",
      type: "histogram",
      value: n,
      timestamp: iso(minutesAgo(5) + n),
    }));
    await metrics.record(samples);
    assert.deepEqual(await metrics.points({ name: "many" }), pointsOf(samples, MINUTE));
  });

  await t.step("POST /api/metrics keeps one name with several types apart", async () => {
    const timestamp = iso(minutesAgo(3));
    await metrics.record(["counter", "gauge", "histogram"].map((type, index) => ({
      name: "mixed",
      type,
      value: index + 1,
      timestamp,
    })));
    const named = (await metrics.names()).filter((name) => name.startsWith("mixed"));
    assert.deepEqual(named, ["mixed: counter", "mixed: gauge", "mixed: histogram"]);
    for (const [index, type] of ["counter", "gauge", "histogram"].entries()) {
      const [point] = await metrics.points({ name: "mixed", type });
      assert.deepEqual([point?.count, point?.sum], [1, index + 1]);
    }
    await metrics.record([{ name: "mixed", type: "gauge", value: 9, timestamp }]);
    const { type, other_types, data } = await metrics.query({ name: "mixed" });
    assert.deepEqual([type, other_types], ["gauge", ["counter", "histogram"]]);
    assert.deepEqual(data?.map(({ count, sum }) => [count, sum]), [[2, 11]]);
  });

  await t.step("POST /api/metrics takes JSON whatever the Content-Type says", async () => {
    const body = '[{"name":"first","name":"typed","type":"gauge","value":1}]';
    for (const type of ["text/plain", "application/x-www-form-urlencoded", ""]) {
      const answer = await metrics.api.post("/api/metrics", body, {
        headers: type === "" ? {} : { "content-type": type },
      });
      assert.equal(answer.status, 202, answer.text);
    }
    // Of a field that is there twice the last one counts.
    assert.ok((await metrics.names()).includes("typed: gauge"));
  });
});

Deno.test("POST /api/metrics from many clients at once loses and doubles nothing", async () => {
  await using metrics = await MetricApi.start({ env: { AGGREGATION_INTERVAL: "1" } });
  const samples: Sample[] = [];
  const client = async (id: number) => {
    for (let batch = 0; batch < 40; batch++) {
      const own = Array.from({ length: 5 }, (_, n): Sample => ({
        name: "together",
        type: "histogram",
        value: (id * 40 + batch) * 5 + n,
        labels: { client: `${id}`, batch: `${batch % 6}` },
        timestamp: iso(minutesAgo(2 + batch % 3)),
      }));
      samples.push(...own);
      await metrics.record(own);
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, id) => client(id)));
  const { groups = [] } = await metrics.query({ name: "together", group_by: "client,batch" });
  for (const { labels, data } of groups) {
    const own = samples.filter((one) =>
      one.labels?.client === labels.client && one.labels?.batch === labels.batch
    );
    assert.deepEqual(data, pointsOf(own, MINUTE));
  }
  const all = await metrics.points({ name: "together" });
  assert.deepEqual(
    all.map(({ count, sum }) => [count, sum]),
    pointsOf(samples, MINUTE).map(({ count, sum }) => [count, sum]),
  );
  assert.equal((await metrics.health()).metrics_received_24h, samples.length);
});

function valuesOf(labels: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, [value]]));
}

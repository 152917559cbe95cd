import assert from "node:assert/strict";
import { Random } from "../demo/random.ts";
import {
  assertClose,
  HOUR,
  iso,
  MetricApi,
  MINUTE,
  minutesAgo,
  type Point,
  pointsOf,
  type Sample,
} from "./support/metric_api.ts";

const ENDPOINTS = ["/orders", "/orders/{id}", "a:b,c\\d"] as const;

/** Requests of two projects over the last 50 minutes, up to 2 minutes ago. */
function makeSamples(): readonly Sample[] {
  const random = new Random(7);
  return Array.from({ length: 3000 }, (): Sample[] => {
    const common = {
      labels: {
        endpoint: random.pick(ENDPOINTS),
        method: random.pick(["GET", "POST"]),
        ...(random.chance(0.3) ? { canary: "yes" } : {}),
      },
      project: random.pick(["shop", "shop", "blog"]),
      timestamp: iso(minutesAgo(50) + random.whole(0, 48 * MINUTE - 1)),
    };
    return [
      { name: "requests", type: "counter", value: random.whole(1, 3), ...common },
      { name: "duration", type: "histogram", value: random.whole(1, 4000) / 1024, ...common },
      { name: "depth", type: "gauge", value: random.whole(-5, 40), ...common },
    ];
  }).flat();
}

const samples = makeSamples();

type Labels = Readonly<Record<string, string>>;

interface Case {
  readonly query: Readonly<Record<string, string>>;
  /** Labels that a sample must have; all of them unless given. */
  readonly labels?: Labels;
  readonly hours?: true;
  /** Whether all of it is one series, so that percentiles of minutes are exact. */
  readonly exact?: true;
  /** First and last moment of the buckets; the latter is left out. */
  readonly range?: readonly [from: number, to: number];
}

const ONE_SERIES = { method: "GET", endpoint: "/orders", canary: "yes" };

const CASES: readonly Case[] = [
  { query: { name: "requests" } },
  { query: { name: "requests", period: "1h" } },
  { query: { name: "requests", period: "7d" }, hours: true },
  { query: { name: "requests", period: "30d" }, hours: true },
  { query: { name: "requests", period: "7d", resolution: "minute" } },
  { query: { name: "requests", resolution: "hour" }, hours: true },
  { query: { name: "requests", resolution: "auto", project: "shop" } },
  {
    query: { name: "requests", project: "blog", labels: "method:POST" },
    labels: { method: "POST" },
  },
  { query: { name: "requests", project: "none" } },
  { query: { name: "requests", project: "Shop" } },
  { query: { name: "none" } },
  { query: { name: "Requests" } },
  { query: { name: "depth" } },
  {
    query: { name: "depth", labels: "canary:yes", resolution: "hour" },
    labels: { canary: "yes" },
    hours: true,
  },
  { query: { name: "duration" } },
  { query: { name: "duration", resolution: "hour" }, hours: true },
  { query: { name: "duration", project: "shop", resolution: "hour" }, hours: true },
  {
    query: { name: "duration", labels: "method:GET,endpoint:/orders,canary:yes", project: "shop" },
    labels: ONE_SERIES,
    exact: true,
  },
  {
    query: {
      name: "duration",
      labels: "canary:yes,endpoint:/orders,method:GET",
      project: "shop",
      resolution: "hour",
    },
    labels: ONE_SERIES,
    hours: true,
  },
  // In `labels` a backslash takes the meaning from what follows it.
  {
    query: { name: "requests", labels: "endpoint:a\\:b\\,c\\\\d" },
    labels: { endpoint: "a:b,c\\d" },
  },
  {
    query: { name: "requests", labels: "endpoint:a:b\\,c\\\\d" },
    labels: { endpoint: "a:b,c\\d" },
  },
  { query: { name: "requests", labels: "\\endpoint:\\/orders" }, labels: { endpoint: "/orders" } },
  { query: { name: "requests", labels: "endpoint:a\\:b" }, labels: { endpoint: "a:b" } },
  { query: { name: "requests", labels: "method:GET,none:x" }, labels: { none: "x" } },
  { query: { name: "requests", labels: "method:get" }, labels: { method: "get" } },
  { query: { name: "requests", labels: "canary:" }, labels: { canary: "" } },
  {
    query: { name: "requests", labels: "__proto__:x" },
    labels: Object.fromEntries([["__proto__", "x"]]),
  },
  // `since` lies in the first bucket, `until` is before the last one.
  { query: { name: "requests", since: iso(minutesAgo(30)) }, range: [minutesAgo(30), Infinity] },
  {
    query: { name: "requests", since: iso(minutesAgo(30) + 59_999) },
    range: [minutesAgo(30), Infinity],
  },
  {
    query: { name: "requests", since: iso(minutesAgo(30)), until: iso(minutesAgo(20)) },
    range: [minutesAgo(30), minutesAgo(20)],
  },
  {
    query: { name: "requests", since: iso(minutesAgo(30)), until: iso(minutesAgo(20) + 1) },
    range: [minutesAgo(30), minutesAgo(20) + 1],
  },
  {
    query: { name: "requests", since: iso(minutesAgo(30)), period: "7d" },
    range: [minutesAgo(30), Infinity],
  },
  { query: { name: "requests", since: iso(minutesAgo(60 * 30)), resolution: "auto" }, hours: true },
  {
    query: { name: "requests", since: iso(minutesAgo(20)), resolution: "hour" },
    hours: true,
    range: [minutesAgo(20) - minutesAgo(20) % HOUR, Infinity],
  },
  // Minutes are not kept as far back, so it is hours.
  {
    query: { name: "requests", since: "2020-01-01", until: "2020-01-02" },
    hours: true,
    range: [0, 0],
  },
  { query: { name: "requests", since: "2999-01-01" }, range: [0, 0] },
  {
    query: {
      name: "requests",
      period: "",
      resolution: "",
      labels: "",
      project: "",
      group_by: "",
      since: "",
      until: "",
    },
  },
  { query: { name: "requests", unknown: "x", limit: "none" } },
];

/** Samples that a case is about. */
function chosen({ query, labels = {}, hours, range }: Case): readonly Sample[] {
  const step = hours ? HOUR : MINUTE;
  return samples.filter((one) => {
    const bucket = Date.parse(one.timestamp ?? "") - Date.parse(one.timestamp ?? "") % step;
    return one.name === query.name &&
      (!query.project || one.project === query.project) &&
      Object.entries(labels).every(([name, value]) => one.labels?.[name] === value) &&
      (!range || (bucket >= range[0] && bucket < range[1]));
  });
}

/** Without the rate of the bucket that is being filled, which changes with the time. */
function settled(points: readonly Point[], step: number): readonly Point[] {
  return points.map(({ rate, ...point }) => {
    const isComplete = Date.parse(point.bucket) + step <= minutesAgo(0);
    return rate === undefined || !isComplete ? point : { ...point, rate };
  });
}

const GROUPINGS: readonly (readonly string[])[] = [
  ["method"],
  ["endpoint", "method"],
  ["canary"],
  ["none"],
  ["method", "none", "canary"],
  ["__proto__"],
];

for (const [state, interval] of [["as it comes in", "3600"], ["rolled up", "1"]] as const) {
  Deno.test(`GET /api/metrics tells what was recorded, ${state}`, async (t) => {
    await using metrics = await MetricApi.start({ env: { AGGREGATION_INTERVAL: interval } });
    for (let at = 0; at < samples.length; at += 1000) {
      await metrics.record(samples.slice(at, at + 1000));
    }
    if (interval === "1") await metrics.rolledUp();

    for (const one of CASES) {
      const text = new URLSearchParams(one.query).toString();
      const step = one.hours ? HOUR : MINUTE;
      const wanted = settled(pointsOf(chosen(one), step), step);
      await t.step(`GET /api/metrics?${text} has ${wanted.length} buckets`, async () => {
        const { data = [], ...head } = await metrics.query(one.query);
        if (one.exact) assert.deepEqual(settled(data, step), wanted);
        else assertClose(settled(data, step), wanted);
        assert.equal(head.name, one.query.name);
        assert.equal(head.resolution, one.hours ? "hour" : "minute");
        assert.equal(head.period, one.query.since ? null : one.query.period || "24h");
        assert.equal("since" in head, Boolean(one.query.since));
        assert.ok(!("groups" in head));
      });
    }

    for (const names of GROUPINGS) {
      for (const name of ["requests", "duration"]) {
        await t.step(`GET /api/metrics of ${name} by ${names.join(" and ")}`, async () => {
          const filter = { name, project: "shop" };
          const answer = await metrics.query({ ...filter, group_by: names.join(",") });
          assert.equal(answer.data, undefined);
          const groups = answer.groups ?? [];
          const wanted = Map.groupBy(chosen({ query: filter }), (one) => keyOf(one.labels, names));
          const keys = groups.map(({ labels }) => keyOf(labels, names));
          assert.deepEqual(keys.toSorted(), [...wanted.keys()].sort());
          for (const { labels, data } of groups) {
            assert.deepEqual(Object.keys(labels), names);
            const own = wanted.get(keyOf(labels, names)) ?? [];
            assertClose(settled(data, MINUTE), settled(pointsOf(own, MINUTE), MINUTE));
          }
          const sizes = groups.map(({ data }) => countOf(data));
          assert.deepEqual(sizes, sizes.toSorted((one, other) => other - one), "largest first");
        });
      }
    }

    await t.step("GET /api/metrics?group_by takes escapes, and each name once", async () => {
      const one = await metrics.query({ name: "requests", group_by: "\\method,,method" });
      assert.deepEqual(one, await metrics.query({ name: "requests", group_by: "method" }));
    });

    await t.step("GET /api/metrics?labels&group_by takes both", async () => {
      const query = { name: "duration", labels: "method:GET", group_by: "endpoint" };
      const { groups = [] } = await metrics.query(query);
      const wanted = chosen({ query, labels: { method: "GET" } });
      assert.equal(countOf(groups.flatMap(({ data }) => data)), wanted.length);
      assert.equal(groups.length, ENDPOINTS.length);
    });

    await t.step("GET /api/metrics?group_by of nothing has no groups", async () => {
      for (
        const query of [{ name: "none" }, { name: "requests", labels: "none:x" }, {
          name: "requests",
          since: "2999-01-01",
        }]
      ) {
        const { groups } = await metrics.query({ ...query, group_by: "method" });
        assert.deepEqual(groups, []);
      }
    });

    await t.step("GET /api/metrics?since tells the range that it is about", async () => {
      const since = iso(minutesAgo(30) + 1);
      const until = iso(minutesAgo(20) + 1);
      const both = await metrics.query({ name: "none", since, until });
      assert.deepEqual(both, {
        name: "none",
        resolution: "minute",
        period: null,
        since,
        until,
        data: [],
      });
      const open = await metrics.query({ name: "none", since });
      assert.ok(Math.abs(Date.now() - Date.parse(open.until ?? "")) < MINUTE);
    });
  });
}

function countOf(points: readonly Point[]): number {
  return points.reduce((sum, { count }) => sum + count, 0);
}

/** The values of these labels, "" for those that are not there, as a key. */
function keyOf(labels: Labels | undefined, names: readonly string[]): string {
  const own = new Map(Object.entries(labels ?? {}));
  return JSON.stringify(names.map((name) => own.get(name) ?? ""));
}

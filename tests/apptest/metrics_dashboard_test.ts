import assert from "node:assert/strict";
import { Random } from "../demo/random.ts";
import {
  floor,
  HOUR,
  iso,
  MetricApi,
  MINUTE,
  minutesAgo,
  nearestRank,
  pathOf,
  type Sample,
  SECOND,
} from "./support/metric_api.ts";

const DAY = 24 * HOUR;
/** Samples may be as old as the longest period of the dashboard. */
const OLD = { RETENTION_RAW: `${7 * 24 * 3600}`, RETENTION_MINUTE: `${8 * 24 * 3600}` };

interface Request {
  readonly time: number;
  readonly project: string;
  readonly endpoint: string;
  readonly status: string;
  readonly seconds: number;
}

/** Requests of the last 50 minutes, of yesterday and of five days ago. */
function makeRequests(): readonly Request[] {
  const random = new Random(11);
  const spans = [[50 * MINUTE, 48 * MINUTE, 1500], [110 * MINUTE, 40 * MINUTE, 200], [
    30 * HOUR,
    2 * HOUR,
    300,
  ], [5 * DAY, 3 * HOUR, 200]] as const;
  return spans.flatMap(([ago, length, count]) =>
    Array.from({ length: count }, () => ({
      time: minutesAgo(0) - ago + random.whole(0, length - 1),
      project: random.pick(["shop", "shop", "blog"]),
      endpoint: random.pick([
        "/",
        "/cart",
        "/cart",
        "/orders/{id}",
        "/orders/{id}",
        "/orders/{id}",
      ]),
      status: random.pick(["200", "200", "200", "201", "304", "404", "422", "500", "503"]),
      seconds: random.duration(0.04),
    }))
  );
}

const requests = makeRequests();

/** What the middleware of an application sends of a request. */
function samplesOf({ time, project, endpoint, status, seconds }: Request): readonly Sample[] {
  const common = { project, labels: { method: "GET", endpoint, status }, timestamp: iso(time) };
  return [
    { name: "http_requests_total", type: "counter", value: 1, ...common },
    { name: "http_request_duration_seconds", type: "histogram", value: seconds, ...common },
  ];
}

/** The answer that requests must give. */
function summaryOf(some: readonly Request[]) {
  const times = some.map(({ seconds }) => seconds * 1000);
  return {
    total_requests: some.length,
    error_rate: share(some, "5"),
    avg_latency_ms: some.length === 0 ? null : times.reduce((sum, ms) => sum + ms, 0) / some.length,
    p95_latency_ms: some.length === 0 ? null : nearestRank(times, 95),
  };
}

function share(some: readonly Request[], digit: string): number | null {
  return some.length === 0
    ? null
    : some.filter(({ status }) => status.startsWith(digit)).length / some.length;
}

function assertNear(told: unknown, wanted: number | null, what: string, within = 1e-9): void {
  if (wanted === null) return assert.equal(told, null, what);
  const isNear = typeof told === "number" && Math.abs(told - wanted) <= within * Math.abs(wanted);
  assert.ok(isNear, `${what} is ${told}, not ${wanted}`);
}

function assertSummary(told: Readonly<Record<string, unknown>>, some: readonly Request[]): void {
  const wanted = summaryOf(some);
  assert.deepEqual([told.total_requests, told.error_rate], [
    wanted.total_requests,
    wanted.error_rate,
  ]);
  assertNear(told.avg_latency_ms, wanted.avg_latency_ms, "the average");
  assertNear(told.p95_latency_ms, wanted.p95_latency_ms, "p95", 0.0101);
}

interface Case {
  readonly query: Readonly<Record<string, string>>;
  readonly step: number;
  /** Which requests it is about, by how long ago they were, and those of the time before. */
  readonly ago: readonly [from: number, to: number];
  readonly before: readonly [from: number, to: number];
}

const CASES: readonly Case[] = [
  { query: { period: "1h" }, step: MINUTE, ago: [HOUR, 0], before: [2 * HOUR, HOUR] },
  {
    query: { period: "1h", project: "shop" },
    step: MINUTE,
    ago: [HOUR, 0],
    before: [2 * HOUR, HOUR],
  },
  { query: {}, step: 5 * MINUTE, ago: [DAY, 0], before: [2 * DAY, DAY] },
  {
    query: { period: "24h", project: "blog" },
    step: 5 * MINUTE,
    ago: [DAY, 0],
    before: [2 * DAY, DAY],
  },
  { query: { period: "24h", project: "none" }, step: 5 * MINUTE, ago: [0, 0], before: [0, 0] },
  { query: { period: "7d" }, step: HOUR, ago: [7 * DAY, 0], before: [0, 0] },
  {
    query: { since: iso(minutesAgo(40)), until: iso(minutesAgo(30)) },
    step: MINUTE,
    ago: [40 * MINUTE, 30 * MINUTE],
    before: [50 * MINUTE, 40 * MINUTE],
  },
  {
    query: { since: iso(minutesAgo(31 * 60)) },
    step: HOUR,
    ago: [31 * HOUR, 0],
    before: [62 * HOUR, 31 * HOUR],
  },
  { query: { since: "2999-01-01" }, step: MINUTE, ago: [0, 0], before: [0, 0] },
];

for (const [state, interval] of [["as it comes in", "3600"], ["rolled up", "1"]] as const) {
  Deno.test(`GET /api/dashboard tells of requests, ${state}`, async (t) => {
    await using metrics = await MetricApi.start({
      env: { ...OLD, AGGREGATION_INTERVAL: interval },
    });
    const samples = requests.flatMap(samplesOf);
    for (let at = 0; at < samples.length; at += 1000) {
      await metrics.record(samples.slice(at, at + 1000));
    }
    if (interval === "1") await metrics.rolledUp();

    for (const { query, step, ago, before } of CASES) {
      const within = ([from, to]: Case["ago"]) =>
        requests.filter(({ time, project }) =>
          time >= minutesAgo(0) - from && time < minutesAgo(0) - to &&
          (query.project === undefined || project === query.project)
        );
      await t.step(`GET ${pathOf("/api/dashboard", query)}`, async () => {
        const answer = (await metrics.ok(pathOf("/api/dashboard", query))).json();
        const wanted = within(ago);
        assertSummary(answer.summary, wanted);
        assertSummary(answer.previous, within(before));
        assert.equal(answer.interval_s * SECOND, step);
        assert.equal(answer.period, query.since ? null : query.period ?? "24h");
        const byStep = [...Map.groupBy(wanted, ({ time }) => floor(time, step))]
          .sort(([one], [other]) => one - other);
        assert.deepEqual(
          answer.request_rate.map(({ bucket, requests }: Point) => [bucket, requests]),
          byStep.map(([time, some]) => [iso(time), some.length]),
        );
        for (const { bucket, requests, rate } of answer.request_rate) {
          const isComplete = Date.parse(bucket) + step <= minutesAgo(0);
          if (isComplete) assertNear(rate, requests / (step / SECOND), "the rate");
          else assert.ok(rate >= requests / (step / SECOND));
        }
        assert.deepEqual(
          answer.error_rate,
          byStep.map(([time, some]) => ({
            bucket: iso(time),
            "4xx": share(some, "4"),
            "5xx": share(some, "5"),
          })),
        );
        assert.deepEqual(
          answer.latency.map(({ bucket }: Point) => bucket),
          byStep.map(([time]) => iso(time)),
        );
        for (const [index, [, some]] of byStep.entries()) {
          const times = some.map(({ seconds }) => seconds * 1000);
          for (const percent of [50, 95, 99]) {
            assertNear(
              answer.latency[index][`p${percent}`],
              nearestRank(times, percent),
              `p${percent}`,
              0.0101,
            );
          }
        }
        const byEndpoint = [...Map.groupBy(wanted, ({ endpoint }) => endpoint)]
          .sort(([, one], [, other]) => other.length - one.length);
        assert.deepEqual(
          answer.top_endpoints.map((
            { endpoint, requests, error_rate }: Endpoint,
          ) => [endpoint, requests, error_rate]),
          byEndpoint.map(([endpoint, some]) => [endpoint, some.length, share(some, "5")]),
        );
        for (const [index, [, some]] of byEndpoint.entries()) {
          assertNear(
            answer.top_endpoints[index].avg_ms,
            summaryOf(some).avg_latency_ms,
            "the average",
          );
        }
        assert.deepEqual([answer.web_vitals, answer.web_vitals_pages], [{}, []]);
      });
    }
  });
}

interface Point {
  readonly bucket: string;
  readonly requests: number;
}

interface Endpoint {
  readonly endpoint: string;
  readonly requests: number;
  readonly error_rate: number;
}

/** The Metrics Collector with a client that speaks of samples and points. */
import assert from "node:assert/strict";
import { untilRolledUp } from "../../support/rolled_up.ts";
import { type Answer, Api } from "./api.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** A sample as clients send it. */
export interface Sample {
  readonly name: string;
  readonly type: "counter" | "histogram" | "gauge";
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly timestamp?: string;
  readonly project?: string;
}

/** A bucket as the API tells it. */
export interface Point {
  readonly bucket: string;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly rate?: number;
}

export interface MetricAnswer {
  readonly name: string;
  readonly type?: string;
  readonly other_types?: readonly string[];
  readonly resolution: string;
  readonly period: string | null;
  readonly since?: string;
  readonly until?: string;
  readonly data?: readonly Point[];
  readonly groups?: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly data: readonly Point[];
  }[];
  readonly groups_left_out?: number;
}

type Query = Readonly<Record<string, string>>;

export interface MetricApiOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
}

/** The running Metrics Collector. */
export class MetricApi implements AsyncDisposable {
  readonly api: Api;

  private constructor(api: Api) {
    this.api = api;
  }

  static async start(options: MetricApiOptions = {}): Promise<MetricApi> {
    return new MetricApi(await Api.start({ command: ["metrics", "serve"], ...options }));
  }

  /** Sends samples that must be accepted. */
  async record(samples: readonly unknown[]): Promise<void> {
    const answer = await this.api.post("/api/metrics", samples);
    assert.equal(answer.status, 202, answer.text);
    assert.equal(answer.text, `{"status":"accepted","count":${samples.length}}`);
  }

  /** The answer to a query of a metric, which must succeed. */
  async query(query: Query): Promise<MetricAnswer> {
    return (await this.ok(pathOf("/api/metrics", query))).json();
  }

  /** Its points, when they are not grouped. */
  async points(query: Query): Promise<readonly Point[]> {
    const { data } = await this.query(query);
    return data ?? assert.fail("The answer is grouped");
  }

  /** The names of metrics with their types: `requests: counter`. */
  async names(query: Query = {}): Promise<readonly string[]> {
    const { metrics } = (await this.ok(pathOf("/api/metrics/names", query))).json();
    return metrics.map(({ name, type }: Readonly<Record<string, string>>) => `${name}: ${type}`);
  }

  /** The values of each label of a metric. */
  async labels(query: Query): Promise<Readonly<Record<string, readonly string[]>>> {
    const { labels } = (await this.ok(pathOf("/api/metrics/labels", query))).json();
    return Object.fromEntries(
      labels.map(({ name, values }: { name: string; values: readonly string[] }) => [name, values]),
    );
  }

  async projects(): Promise<readonly string[]> {
    return (await this.ok("/api/metrics/projects")).json().projects;
  }

  async health(): Promise<{
    readonly status: string;
    readonly metrics_received_24h: number;
    readonly last_aggregation: string | null;
  }> {
    return (await this.ok("/health")).json();
  }

  /** The answer to a request that must succeed. */
  async ok(path: string): Promise<Answer> {
    const answer = await this.api.get(path);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer;
  }

  /** Waits until all that was accepted is rolled up; wants a short `AGGREGATION_INTERVAL`. */
  rolledUp(): Promise<void> {
    return untilRolledUp(this.api.program);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api[Symbol.asyncDispose]();
  }
}

/** A path with parameters, encoded. */
export function pathOf(path: string, query: Query): string {
  return `${path}?${new URLSearchParams(query)}`;
}

/** The start of the minute that was so many minutes ago when the test began. */
export function minutesAgo(minutes: number): number {
  return THIS_MINUTE - minutes * MINUTE;
}

const THIS_MINUTE = floor(Date.now(), MINUTE);

export function iso(time: number): string {
  return new Date(time).toISOString();
}

export function floor(time: number, unit: number): number {
  return Math.floor(time / unit) * unit;
}

/**
 * What the API must tell of samples that all have a timestamp, by buckets of `step` ms: percentiles are exact
 * ones, where the samples are of histograms.
 */
export function pointsOf(samples: readonly Sample[], step: number): readonly Point[] {
  const byBucket = Map.groupBy(
    samples,
    ({ timestamp = "" }) => floor(Date.parse(timestamp), step),
  );
  return [...byBucket].sort(([one], [other]) => one - other).map(([time, within]) => {
    const values = within.map(({ value }) => value);
    const sum = values.reduce((total, value) => total + value, 0);
    const types = new Set(within.map(({ type }) => type));
    const percentile = (percent: number) =>
      types.has("histogram") ? nearestRank(values, percent) : null;
    return {
      bucket: iso(time),
      count: values.length,
      sum,
      min: Math.min(...values),
      max: Math.max(...values),
      avg: sum / values.length,
      p50: percentile(50),
      p95: percentile(95),
      p99: percentile(99),
      ...(types.has("counter") ? { rate: sum / (step / SECOND) } : {}),
    };
  });
}

/** The value at rank ⌈percent · n / 100⌉. */
export function nearestRank(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(1, Math.ceil(percent * sorted.length / 100)) - 1] ?? NaN;
}

/** Asserts that points are the same, but for percentiles, which may be off by 1 %. */
export function assertClose(told: readonly Point[], wanted: readonly Point[]): void {
  assert.deepEqual(told.map(withoutPercentiles), wanted.map(withoutPercentiles));
  for (const [index, point] of wanted.entries()) {
    for (const name of ["p50", "p95", "p99"] as const) {
      const [got, exact] = [told[index]?.[name], point[name]];
      const isClose = typeof got === "number" && typeof exact === "number"
        ? Math.abs(got - exact) <= 0.0101 * Math.abs(exact)
        : got === exact;
      assert.ok(isClose, `${name} of ${point.bucket} is ${got}, not ${exact}`);
    }
  }
}

function withoutPercentiles(point: Point) {
  return { ...point, p50: null, p95: null, p99: null };
}

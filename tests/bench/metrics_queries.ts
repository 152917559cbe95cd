import { DatabaseSync } from "node:sqlite";
import { HOUR, MINUTE } from "../../core/clock.ts";
import { createLogger } from "../../core/logger.ts";
import { finish } from "../../core/stepwise.ts";
import { histogramBucket, type SeriesBucket } from "../../core/metrics/bucket.ts";
import { SeriesRegistry } from "../../core/metrics/series_registry.ts";
import { Sketch } from "../../core/metrics/sketch.ts";
import { openMetricStore } from "../../core/metrics/sqlite_store.ts";
import type { MetricType } from "../../core/metrics/model.ts";
import { API_KEY } from "../support/program.ts";
import { type Running, startMetrics, timed } from "./measure.ts";
import type { Figure } from "./run.ts";

const TIMES = 40;
/** Samples of a series in a minute, and in an hour. */
const IN_MINUTE = 60;
const IN_HOUR = 600;

const QUERIES = [
  { name: "30 days of hours, 1,000 series", path: "name=big&period=30d", goal: 60 },
  { name: "the same, one label of 50", path: "name=big&period=30d&labels=pod:7" },
  { name: "the same, grouped by it", path: "name=big&period=30d&group_by=pod" },
  { name: "24 h of minutes, 100 series", path: "name=fine&period=24h", goal: 60 },
  { name: "the same, one label of 10", path: "name=fine&period=24h&labels=zone:3" },
  { name: "the same, grouped by it", path: "name=fine&period=24h&group_by=zone" },
];

/** Queries of what thirty days and 24 hours leave behind. */
export async function benchMetricQueries(): Promise<readonly Figure[]> {
  const folder = await Deno.makeTempDir();
  try {
    const sizes = seed(folder);
    const bare = bareQueries(`${folder}/bare.db`, `${folder}/metrics.db`);
    const server = await startMetrics(folder, { AGGREGATION_INTERVAL: "3600" });
    const figures: Figure[] = [];
    for (const { name, path, goal } of QUERIES) {
      const { p95 } = await timed(TIMES, () => ask(server, `/api/metrics?${path}`));
      figures.push({
        name: `metrics, ${name}, p95`,
        value: p95,
        unit: "ms",
        ...(goal === undefined ? {} : { goal: `< ${goal}`, bare: bare(path) }),
      });
    }
    for (const period of ["1h", "24h", "7d"]) {
      const { p95 } = await timed(TIMES, () => ask(server, `/api/dashboard?period=${period}`));
      figures.push({
        name: `metrics, dashboard of ${period}, 200 series, p95`,
        value: p95,
        unit: "ms",
        goal: "< 80",
      });
    }
    const { p95 } = await timed(TIMES, () => ask(server, "/api/metrics/names"));
    figures.push({ name: "metrics, names, p95", value: p95, unit: "ms" });
    await server.stop();
    return [
      ...figures,
      {
        name: "metrics, stored minute of a histogram",
        value: sizes.perMinuteBucket,
        unit: "B",
        goal: "≤ 300",
      },
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function ask(server: Running, path: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    headers: { "x-api-key": API_KEY },
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text.slice(0, 200)}`);
}

/** A metric that is seeded: its series by their labels. */
interface Seeded {
  readonly metric: number;
  readonly type: MetricType;
  readonly series: readonly number[];
}

function seed(folder: string): { readonly perMinuteBucket: number } {
  const path = `${folder}/metrics.db`;
  const store = openMetricStore(path, createLogger({ service: "bench", level: "ERROR" }));
  const registry = new SeriesRegistry({ ofMetric: 2000, inAll: 50_000 });
  const metric = (name: string, type: MetricType, labels: readonly Record<string, string>[]) => {
    const series = labels.map((one) =>
      registry.resolve(JSON.stringify([name, one]), {
        project: "default",
        name,
        type,
        labels: Object.fromEntries(Object.entries(one).sort()),
      })
    );
    return { metric: registry.metricOf(series[0] ?? 0)?.id ?? 0, type, series };
  };
  const range = (count: number) => Array.from({ length: count }, (_, at) => at);
  const fine = metric(
    "fine",
    "histogram",
    range(100).map((at) => ({ zone: `${at % 10}`, host: `h${at}` })),
  );
  const big = metric(
    "big",
    "histogram",
    range(1000).map((at) => ({ pod: `${at % 50}`, shard: `s${at}` })),
  );
  const endpoints = range(50).map((at) => `/api/v1/things/${at}`);
  const requests = metric(
    "http_requests_total",
    "counter",
    endpoints.flatMap((endpoint) =>
      ["200", "404", "500"].map((status) => ({ method: "GET", endpoint, status }))
    ),
  );
  const durations = metric(
    "http_request_duration_seconds",
    "histogram",
    endpoints.map((endpoint) => ({ method: "GET", endpoint })),
  );
  // One sample, so that the series are stored.
  const now = Date.now();
  store.append({
    chunks: [],
    added: registry.unstored,
  }, now);

  const minute = Math.floor(now / MINUTE) * MINUTE;
  const shapes = new Shapes();
  const writeDay = (metrics: readonly Seeded[]) => {
    for (let back = 1440; back >= 1; back--) {
      store.writeMinutes(metrics.map((one) => ({
        metric: one.metric,
        bucket: minute - back * MINUTE,
        buckets: shapes.of(one, IN_MINUTE, back),
      })));
    }
  };
  writeDay([fine]);
  const { size } = checkpointed(path);
  writeDay([requests, durations]);
  const hour = Math.floor(now / HOUR) * HOUR;
  for (let back = 1; back <= 720; back++) {
    for (const one of back <= 336 ? [big, requests, durations] : [big]) {
      store.writeHour({
        metric: one.metric,
        bucket: hour - back * HOUR,
        buckets: shapes.of(one, IN_HOUR, back),
      });
    }
  }
  store.close();
  return { perMinuteBucket: size / (1440 * 100) };
}

/** The file's size with everything in it. */
function checkpointed(path: string): Deno.FileInfo {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return Deno.statSync(path);
}

/** Buckets that differ, of which each series has another one at another time: making them all anew takes minutes. */
const SHAPES = 200;

class Shapes {
  readonly #made = new Map<number, readonly SeriesBucket[]>();

  of({ type, series }: Seeded, samples: number, time: number): SeriesBucket[] {
    if (type === "counter") {
      const numbers = { count: samples, sum: samples, min: 1, max: 1 };
      return series.map((id) => ({ series: id, ...numbers, percentiles: null, sketch: null }));
    }
    const shapes = this.#made.get(samples) ?? histograms(samples);
    this.#made.set(samples, shapes);
    return series.flatMap((id) => {
      const shape = shapes[(id * 7 + time) % SHAPES];
      return shape ? [{ ...shape, series: id }] : [];
    });
  }
}

function histograms(samples: number): readonly SeriesBucket[] {
  const sketch = new Sketch();
  return Array.from({ length: SHAPES }, (_, shape) => {
    const values = Float64Array.from({ length: samples }, (_, at) => latency(shape * 1009 + at));
    const sum = values.reduce((sum, value) => sum + value, 0);
    return finish(histogramBucket(0, values, sum, sketch));
  });
}

/** Seconds, of a distribution as requests have: most near 50 ms, few of a second. */
function latency(n: number): number {
  const mixed = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  return 0.02 + 0.03 / Math.sqrt(1 - mixed / 2 ** 32 * 0.9995);
}

/** The same buckets as rows; percentiles are averaged there, as there is nothing to merge them by. */
function bareQueries(path: string, seeded: string): (query: string) => number {
  const database = new DatabaseSync(path);
  database.exec(`ATTACH ${JSON.stringify(seeded).replaceAll('"', "'")} AS seeded`);
  database.exec(`CREATE TABLE buckets AS SELECT resolution, bucket, n.name, b.count, b.sum, b.min,
      b.max, b.p50, b.p95, b.p99
    FROM seeded.metrics_buckets b JOIN seeded.metrics_series s ON s.id = b.series
    JOIN seeded.metrics_names n ON n.id = s.metric ORDER BY n.name, resolution, bucket`);
  database.exec("CREATE INDEX by_bucket ON buckets (name, resolution, bucket)");
  const statement = database.prepare(
    `SELECT bucket, sum(count), sum(sum), min(min), max(max), avg(p50), avg(p95), avg(p99)
     FROM buckets WHERE name = ? AND resolution = ? GROUP BY bucket`,
  );
  const ask = (name: string, resolution: number) => {
    const startedAt = performance.now();
    statement.all(name, resolution);
    return performance.now() - startedAt;
  };
  const figures = new Map([
    ["name=big&period=30d", ask("big", 3600)],
    ["name=fine&period=24h", ask("fine", 60)],
  ]);
  database.close();
  return (query) => figures.get(query) ?? NaN;
}

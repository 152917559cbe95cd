import { DAY, HOUR, isoTime, SECOND } from "../clock.ts";
import type { Stepwise } from "../stepwise.ts";
import { finiteSum, MergedBucket } from "./bucket.ts";
import { groupsOf } from "./groups.ts";
import { mergeSteps, type Selection } from "./merge_steps.ts";
import {
  type Dashboard,
  type DashboardQuery,
  type LatencyPoint,
  LIMITS,
  type RatePoint,
  type RequestSummary,
  type Resolution,
  type TimeRange,
  type Vital,
  type VitalName,
  VITALS,
} from "./model.ts";
import { OpenedPacks } from "./opened_packs.ts";
import { decodeTotal } from "./pack.ts";
import { ReadBudget } from "./read_budget.ts";
import type { MetricReadStore } from "./read_sqlite_store.ts";
import { Answers, errorRatePoint, summaryOf, take, topEndpoints } from "./request_answers.ts";
import type { MetricIdentity } from "./series_registry.ts";
import type { QueryOptions } from "./series_query.ts";
import { autoResolution, type Kept, lengthOf, rangeBefore, rangeOf, stepOf } from "./span.ts";
import { busiestPages, VITAL_METRICS, vitalOf } from "./vitals.ts";

/** What requests are read from: how many there were, and how long they took. */
const REQUESTS = { name: "http_requests_total", type: "counter" } as const;
const DURATIONS = { name: "http_request_duration_seconds", type: "histogram" } as const;
/** A step that all time is in. */
const EVER = Number.MAX_SAFE_INTEGER;

export interface DashboardOptions extends QueryOptions {
  /** How long hours are kept, in ms. */
  readonly hoursKept?: number;
}

/** The answer to `GET /api/dashboard`, of what is stored at one moment. */
export function* queryDashboard(
  store: MetricReadStore,
  query: DashboardQuery,
  options: DashboardOptions,
): Stepwise<Dashboard> {
  const { budget = new ReadBudget(LIMITS.readDashboard) } = options;
  const packs = yield* OpenedPacks.open(store, budget);
  return yield* new DashboardQueries(store, packs, query, options).answer();
}

/** Answers in all, by endpoint, and by the time. */
interface Requests {
  readonly total: Answers;
  readonly byEndpoint: ReadonlyMap<string, Answers>;
  readonly points: readonly (readonly [number, Answers])[];
}

/** How long requests took; by endpoint only numbers. */
interface Durations {
  readonly total: MergedBucket;
  readonly byEndpoint: ReadonlyMap<string, MergedBucket>;
  readonly points: readonly LatencyPoint[];
}

class DashboardQueries {
  readonly #store: MetricReadStore;
  readonly #query: DashboardQuery;
  readonly #now: number;
  readonly #kept: Kept;
  readonly #packs: OpenedPacks;
  readonly #resolution: Resolution;
  readonly #step: number;
  readonly #range: TimeRange;

  constructor(
    store: MetricReadStore,
    packs: OpenedPacks,
    query: DashboardQuery,
    { now, minutesKept = DAY, hoursKept = 30 * DAY }: DashboardOptions,
  ) {
    this.#store = store;
    this.#query = query;
    this.#now = now;
    this.#kept = { minute: minutesKept, hour: hoursKept };
    this.#packs = packs;
    this.#resolution = autoResolution(query.span, now, minutesKept);
    const step = stepOf(lengthOf(query.span, now));
    this.#step = this.#resolution === "hour" ? Math.max(HOUR, step) : step;
    this.#range = rangeOf(query.span, this.#step, now);
  }

  *answer(): Stepwise<Dashboard> {
    const { span } = this.#query;
    const requests = yield* this.#requests(this.#resolution, this.#range);
    const durations = yield* this.#durations();
    const { points } = requests;
    return {
      period: span.period,
      since: isoTime(this.#range.from),
      until: isoTime(Math.min(this.#range.to, this.#now)),
      interval_s: this.#step / SECOND,
      summary: summaryOf(requests.total, durations.total),
      previous: yield* this.#previous(),
      request_rate: points.map(([time, classes]) => this.#ratePoint(time, classes)),
      latency: durations.points,
      error_rate: points.map(([time, classes]) => errorRatePoint(time, classes)),
      top_endpoints: topEndpoints(requests.byEndpoint, durations.byEndpoint),
      ...yield* this.#vitals(),
    };
  }

  *#requests(resolution: Resolution, range: TimeRange): Stepwise<Requests> {
    const byTime = new Map<number, Answers>();
    const byEndpoint = new Map<string, Answers>();
    const total = new Answers();
    for (const metric of this.#metrics(REQUESTS)) {
      const endpoints = this.#store.labelValues(metric.id, "endpoint");
      const statuses = this.#store.labelValues(metric.id, "status");
      for (const pack of yield* this.#packs.of(metric, resolution, range)) {
        const time = Math.floor(pack.time / this.#step) * this.#step;
        const atTime = take(byTime, time);
        const series = pack.series();
        for (let at = 0; at < series.size; at++) {
          const id = series.ids[at] ?? 0;
          const sum = series.sum(at);
          const status = statuses.get(id) ?? "";
          atTime.add(status, sum);
          total.add(status, sum);
          take(byEndpoint, endpoints.get(id) ?? "").add(status, sum);
        }
        yield;
      }
    }
    const points = [...byTime].filter(([, { all }]) => all > 0)
      .sort(([one], [other]) => one - other);
    return { total, byEndpoint, points };
  }

  *#durations(): Stepwise<Durations> {
    const points: LatencyPoint[] = [];
    const total = new MergedBucket();
    const byEndpoint = new Map<string, MergedBucket>();
    const metrics = this.#metrics(DURATIONS);
    const steps = {
      packs: this.#packs,
      resolution: this.#resolution,
      range: this.#range,
      step: this.#step,
    };
    yield* mergeSteps(
      steps,
      metrics.map((metric) => ({ metric, groups: null })),
      (time, [merged]) => {
        const percentiles = merged?.percentiles;
        if (!merged || !percentiles) return;
        total.add(merged, merged.encodedSketch());
        points.push({
          bucket: isoTime(time),
          p50: finiteSum(percentiles.p50 * SECOND),
          p95: finiteSum(percentiles.p95 * SECOND),
          p99: finiteSum(percentiles.p99 * SECOND),
        });
      },
    );
    for (const metric of metrics) {
      const endpoints = this.#store.labelValues(metric.id, "endpoint");
      for (const pack of yield* this.#packs.of(metric, this.#resolution, this.#range)) {
        const series = pack.series();
        for (let at = 0; at < series.size; at++) {
          const endpoint = endpoints.get(series.ids[at] ?? 0) ?? "";
          const merged = byEndpoint.get(endpoint) ?? new MergedBucket();
          byEndpoint.set(endpoint, merged);
          merged.addNumbers(series.count(at), series.sum(at), 0, 0);
        }
        yield;
      }
    }
    return { points, total, byEndpoint };
  }

  /** The same of as long a time before. */
  *#previous(): Stepwise<RequestSummary | null> {
    const before = rangeBefore(this.#query.span, {
      resolution: this.#resolution,
      range: this.#range,
      now: this.#now,
      kept: this.#kept,
    });
    if (before === null) return null;
    const { resolution, range } = before;
    const { total } = yield* this.#requests(resolution, range);
    const durations = new MergedBucket();
    for (const metric of this.#metrics(DURATIONS)) {
      for (const pack of yield* this.#packs.of(metric, resolution, range)) {
        const { bucket, sketch } = decodeTotal(pack.total());
        durations.add(bucket, sketch);
        yield;
      }
    }
    return summaryOf(total, durations);
  }

  *#vitals(): Stepwise<Pick<Dashboard, "web_vitals" | "web_vitals_pages">> {
    const vitals: [VitalName, Vital][] = [];
    const pages = new Map<string, [VitalName, Vital][]>();
    for (const name of VITALS) {
      const metrics = this.#metrics({ name: VITAL_METRICS[name], type: "histogram" });
      const grouped = groupsOf(this.#store, metrics, { labels: {}, groupBy: ["page"] });
      const all = yield* this.#merged(metrics.map((metric) => ({ metric, groups: null })));
      if (all[0]?.count) vitals.push([name, vitalOf(name, all[0])]);
      (yield* this.#merged(grouped.selections)).forEach((merged, place) => {
        const page = grouped.labels[place]?.page ?? "";
        if (!merged?.count || page === "") return;
        const ofPage = pages.get(page) ?? [];
        pages.set(page, ofPage);
        ofPage.push([name, vitalOf(name, merged)]);
      });
    }
    return { web_vitals: Object.fromEntries(vitals), web_vitals_pages: busiestPages(pages) };
  }

  /** Groups over the whole range. */
  *#merged(
    selections: readonly Selection[],
  ): Stepwise<readonly (MergedBucket | undefined)[]> {
    let all: readonly (MergedBucket | undefined)[] = [];
    yield* mergeSteps(
      { packs: this.#packs, resolution: this.#resolution, range: this.#range, step: EVER },
      selections,
      (_, merged) => {
        all = merged;
      },
    );
    return all;
  }

  #metrics({ name, type }: Pick<MetricIdentity, "name" | "type">): readonly MetricIdentity[] {
    return this.#store.metrics({ name, project: this.#query.project })
      .filter((metric) => metric.type === type);
  }

  #ratePoint(time: number, { all }: Answers): RatePoint {
    const seconds = Math.min(this.#step, Math.max(SECOND, this.#now - time)) / SECOND;
    return { bucket: isoTime(time), requests: all, rate: all / seconds };
  }
}

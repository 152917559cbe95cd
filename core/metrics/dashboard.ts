import { DAY, HOUR, isoTime, SECOND } from "../clock.ts";
import { finiteSum, MergedBucket } from "./bucket.ts";
import {
  type Dashboard,
  type DashboardQuery,
  type EndpointSummary,
  type ErrorRatePoint,
  type LatencyPoint,
  LIMITS,
  type PageVitals,
  type RatePoint,
  type RequestSummary,
  type Resolution,
  type TimeRange,
  type Vital,
  type VitalName,
  VITALS,
  type Vitals,
} from "./model.ts";
import { OpenedPacks } from "./opened_packs.ts";
import { decodeTotal } from "./pack.ts";
import type { MetricReadStore } from "./read_sqlite_store.ts";
import { groupsOf, mergeSteps } from "./series_query.ts";
import type { MetricIdentity } from "./series_registry.ts";
import { autoResolution, lengthOf, rangeOf, stepOf } from "./span.ts";
import { rateVital, VITAL_METRICS } from "./vitals.ts";

/** What requests are read from: how many there were, and how long they took. */
const REQUESTS = { name: "http_requests_total", type: "counter" } as const;
const DURATIONS = { name: "http_request_duration_seconds", type: "histogram" } as const;
const MS = 1000;
/** A step that all time is in. */
const EVER = Number.MAX_SAFE_INTEGER;

/**
 * The answer to `GET /api/dashboard`, of what is stored at one moment. `now` is that moment, `minutesKept`
 * how long minutes are (ms).
 */
export function queryDashboard(
  store: MetricReadStore,
  query: DashboardQuery,
  now: number,
  minutesKept: number = DAY,
): Dashboard {
  return new DashboardQueries(store, query, now, minutesKept).answer();
}

class DashboardQueries {
  readonly #store: MetricReadStore;
  readonly #query: DashboardQuery;
  readonly #now: number;
  readonly #packs: OpenedPacks;
  readonly #resolution: Resolution;
  readonly #step: number;
  readonly #range: TimeRange;

  constructor(store: MetricReadStore, query: DashboardQuery, now: number, minutesKept: number) {
    this.#store = store;
    this.#query = query;
    this.#now = now;
    this.#packs = new OpenedPacks(store);
    this.#resolution = autoResolution(query.span, now, minutesKept);
    const step = stepOf(lengthOf(query.span, now));
    this.#step = this.#resolution === "hour" ? Math.max(HOUR, step) : step;
    this.#range = rangeOf(query.span, this.#step, now);
  }

  answer(): Dashboard {
    const { span } = this.#query;
    const requests = this.#requests(this.#resolution, this.#range);
    const durations = this.#durations();
    const { points, ...statistics } = requests;
    return {
      period: span.period,
      since: isoTime(this.#range.from),
      until: isoTime(Math.min(this.#range.to, this.#now)),
      interval_s: this.#step / SECOND,
      summary: summaryOf(statistics, durations.total),
      previous: this.#previous(),
      request_rate: points.map(([time, classes]) => this.#ratePoint(time, classes)),
      latency: durations.points,
      error_rate: points.map(([time, classes]) => errorRatePoint(time, classes)),
      top_endpoints: topEndpoints(statistics.byEndpoint, durations.byEndpoint),
      ...this.#vitals(),
    };
  }

  /** Answers by their status, in all, by endpoint, and by the time. */
  #requests(resolution: Resolution, range: TimeRange) {
    const byTime = new Map<number, Answers>();
    const byEndpoint = new Map<string, Answers>();
    const total = new Answers();
    for (const metric of this.#metrics(REQUESTS)) {
      const endpoints = this.#store.labelValues(metric.id, "endpoint");
      const statuses = this.#store.labelValues(metric.id, "status");
      for (const pack of this.#packs.of(metric, resolution, range)) {
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
      }
    }
    const points = [...byTime].filter(([, { all }]) => all > 0)
      .sort(([one], [other]) => one - other);
    return { total, byEndpoint, points };
  }

  /** How long requests took: in all, by endpoint, and by the time. */
  #durations() {
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
    mergeSteps(steps, metrics.map((metric) => ({ metric, groups: null })), (time, [merged]) => {
      const percentiles = merged?.percentiles;
      if (!merged || !percentiles) return;
      total.add(merged, merged.encodedSketch());
      points.push({
        bucket: isoTime(time),
        p50: finiteSum(percentiles.p50 * MS),
        p95: finiteSum(percentiles.p95 * MS),
        p99: finiteSum(percentiles.p99 * MS),
      });
    });
    for (const metric of metrics) {
      const endpoints = this.#store.labelValues(metric.id, "endpoint");
      for (const pack of this.#packs.of(metric, this.#resolution, this.#range)) {
        const series = pack.series();
        for (let at = 0; at < series.size; at++) {
          const endpoint = endpoints.get(series.ids[at] ?? 0) ?? "";
          const merged = byEndpoint.get(endpoint) ?? new MergedBucket();
          byEndpoint.set(endpoint, merged);
          merged.addNumbers(series.count(at), series.sum(at), 0, 0);
        }
      }
    }
    return { points, total, byEndpoint };
  }

  /** The same of as long a time before; of what is kept only by the hour, by whole hours. */
  #previous(): RequestSummary {
    const length = lengthOf(this.#query.span, this.#now);
    const range = { from: this.#range.from - length, to: this.#range.from };
    const resolution = this.#resolution === "minute" && length <= HOUR ? "minute" : "hour";
    const { total } = this.#requests(resolution, range);
    const durations = new MergedBucket();
    for (const metric of this.#metrics(DURATIONS)) {
      for (const pack of this.#packs.of(metric, resolution, range)) {
        const { bucket, sketch } = decodeTotal(pack.total());
        durations.add(bucket, sketch);
      }
    }
    return summaryOf({ total }, durations);
  }

  #vitals(): Pick<Dashboard, "web_vitals" | "web_vitals_pages"> {
    const vitals: [VitalName, Vital][] = [];
    const pages = new Map<string, [VitalName, Vital][]>();
    for (const name of VITALS) {
      const metrics = this.#metrics({ name: VITAL_METRICS[name], type: "histogram" });
      const grouped = groupsOf(this.#store, metrics, { labels: {}, groupBy: ["page"] });
      const all = this.#merged(metrics.map((metric) => ({ metric, groups: null })));
      if (all[0]?.count) vitals.push([name, vitalOf(name, all[0])]);
      this.#merged(grouped.selections).forEach((merged, place) => {
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
  #merged(selections: Parameters<typeof mergeSteps>[1]): readonly (MergedBucket | undefined)[] {
    let all: readonly (MergedBucket | undefined)[] = [];
    mergeSteps(
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

/** Answers counted by the first digit of their status. */
class Answers {
  all = 0;
  clientErrors = 0;
  serverErrors = 0;

  add(status: string, count: number): void {
    this.all = finiteSum(this.all + count);
    if (status.startsWith("4")) this.clientErrors = finiteSum(this.clientErrors + count);
    else if (status.startsWith("5")) this.serverErrors = finiteSum(this.serverErrors + count);
  }

  /** 0..1, whatever a client has counted down. */
  get clientErrorShare(): number {
    return Math.min(1, Math.max(0, this.clientErrors / this.all));
  }

  get serverErrorShare(): number {
    return Math.min(1, Math.max(0, this.serverErrors / this.all));
  }
}

function take<Key>(answers: Map<Key, Answers>, key: Key): Answers {
  const known = answers.get(key) ?? new Answers();
  answers.set(key, known);
  return known;
}

function summaryOf(
  { total }: { readonly total: Answers },
  durations: MergedBucket,
): RequestSummary {
  const p95 = durations.percentiles?.p95;
  return {
    total_requests: total.all,
    error_rate: total.all > 0 ? total.serverErrorShare : null,
    avg_latency_ms: durations.count > 0 ? finiteSum(durations.sum / durations.count * MS) : null,
    p95_latency_ms: p95 === undefined ? null : finiteSum(p95 * MS),
  };
}

function errorRatePoint(time: number, answers: Answers): ErrorRatePoint {
  const { clientErrorShare, serverErrorShare } = answers;
  return { bucket: isoTime(time), "4xx": clientErrorShare, "5xx": serverErrorShare };
}

function topEndpoints(
  requests: ReadonlyMap<string, Answers>,
  durations: ReadonlyMap<string, MergedBucket>,
): readonly EndpointSummary[] {
  return [...requests].filter(([endpoint, { all }]) => endpoint !== "" && all > 0)
    .sort(([, one], [, other]) => other.all - one.all)
    .slice(0, LIMITS.endpoints)
    .map(([endpoint, { all, serverErrorShare }]) => {
      const duration = durations.get(endpoint);
      return {
        endpoint,
        requests: all,
        avg_ms: duration ? finiteSum(duration.sum / duration.count * MS) : null,
        error_rate: serverErrorShare,
      };
    });
}

function vitalOf(name: VitalName, merged: MergedBucket): Vital {
  const p75 = merged.quantile(0.75);
  return { p75, rating: rateVital(name, p75), count: merged.count };
}

function busiestPages(pages: ReadonlyMap<string, [VitalName, Vital][]>): readonly PageVitals[] {
  const visits = (vitals: Vitals) =>
    Math.max(0, ...Object.values(vitals).map((vital) => vital?.count ?? 0));
  return [...pages]
    .map(([page, entries]): PageVitals => ({ page, vitals: Object.fromEntries(entries) }))
    .sort((one, other) => visits(other.vitals) - visits(one.vitals))
    .slice(0, LIMITS.pages);
}

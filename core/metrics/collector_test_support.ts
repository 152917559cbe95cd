/** A Metrics Collector on a file of its own, whose clock, rollups and restarts are moved by hand, for tests. */
import { SECOND } from "../clock.ts";
import { createLogger } from "../logger.ts";
import { finish, type Stepwise } from "../stepwise.ts";
import { queryDashboard } from "./dashboard.ts";
import { exportMetrics } from "./export.ts";
import { Ingest } from "./ingest.ts";
import { deleteOld, deleteUnusedSeries, type Retention } from "./maintenance.ts";
import type { Dashboard, DashboardQuery, MetricAnswer, MetricQuery } from "./model.ts";
import { MetricReadStore } from "./read_sqlite_store.ts";
import { rollUp } from "./rollup.ts";
import { queryMetric } from "./series_query.ts";
import type { CardinalityLimits } from "./series_registry.ts";
import { openMetricStore } from "./sqlite_store.ts";
import type { MetricStore } from "./store.ts";

/** A Friday. */
export const START = Date.parse("2026-11-20T10:00:00Z");

export interface CollectorSettings {
  /** In seconds, by tier. */
  readonly retention: Retention;
  readonly limits: CardinalityLimits;
}

/** The defaults of `metricSettings`. */
export const DEFAULT_SETTINGS: CollectorSettings = {
  retention: { raw: 3600, minute: 86_400, hour: 30 * 86_400 },
  limits: { ofMetric: 2000, inAll: 50_000 },
};

/** What the tiers hold, and how many samples went to series beyond the limits since the start. */
export interface Kept {
  /** Samples. */
  readonly raw: number;
  /** Buckets of series. */
  readonly minute: number;
  readonly hour: number;
  readonly series: number;
  readonly overflowed: number;
}

interface Opened {
  readonly store: MetricStore;
  readonly ingest: Ingest;
  readonly read: MetricReadStore;
}

/** Gives `work` a collector in a folder of its own, which is gone afterwards. */
export async function withCollector(
  work: (collector: TestCollector) => Promise<void> | void,
  settings: CollectorSettings = DEFAULT_SETTINGS,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const collector = new TestCollector(`${folder}/metrics.db`, settings);
  try {
    await work(collector);
  } finally {
    collector.close();
    await Deno.remove(folder, { recursive: true });
  }
}

export class TestCollector {
  readonly path: string;
  /** What the clock shows, in ms since the epoch. */
  now = START;
  settings: CollectorSettings;
  #opened: Opened | null = null;
  #overflowed = 0;

  constructor(path: string, settings: CollectorSettings) {
    this.path = path;
    this.settings = settings;
  }

  get store(): MetricStore {
    return this.#open().store;
  }

  get ingest(): Ingest {
    return this.#open().ingest;
  }

  get read(): MetricReadStore {
    return this.#open().read;
  }

  /** What `POST /api/metrics` does with its body. */
  record(body: unknown): Promise<number> {
    return this.ingest.record(body);
  }

  /** Rolls up, at most so many steps; whether it came to its end. */
  rollUp(steps = Infinity): boolean {
    return advance(this.rollUpSteps(), steps);
  }

  /** The same, step by step. */
  rollUpSteps(): Stepwise<void> {
    const { store, ingest } = this.#open();
    return rollUp({ store, metricOf: (series) => ingest.registry.metricOf(series) }, this.now);
  }

  /** Deletes what retention does not keep: at most so many steps, series after all of them. */
  retain(steps = Infinity): void {
    const { store, ingest } = this.#open();
    const options = { store, registry: ingest.registry, retention: this.settings.retention };
    if (!advance(deleteOld(options, this.now), steps)) return;
    while (deleteUnusedSeries(options, this.now) > 0);
  }

  /** Closes the file; what is asked next opens it again, with the settings as they are then. */
  close(): void {
    this.#opened?.read.close();
    this.#opened?.store.close();
    this.#opened = null;
  }

  query(query: MetricQuery, now = this.now): MetricAnswer {
    return this.read.atOneMoment(() => finish(queryMetric(this.read, query, this.#options(now))));
  }

  dashboard(query: DashboardQuery, now = this.now): Dashboard {
    return this.read.atOneMoment(() =>
      finish(queryDashboard(this.read, query, this.#options(now)))
    );
  }

  #options(now: number) {
    const { minute, hour } = this.settings.retention;
    return { now, minutesKept: minute * SECOND, hoursKept: hour * SECOND };
  }

  get kept(): Kept {
    const { registry } = this.ingest;
    const rows = (tier: "raw" | "minute" | "hour") =>
      [...exportMetrics(this.path, { tier, name: undefined, project: undefined })].length;
    return {
      raw: rows("raw"),
      minute: rows("minute"),
      hour: rows("hour"),
      series: registry.size,
      overflowed: this.#overflowed,
    };
  }

  #open(): Opened {
    if (this.#opened) return this.#opened;
    const { retention, limits } = this.settings;
    const logger = createLogger({ service: "test", level: "ERROR" });
    const store = openMetricStore(this.path, logger);
    const ingest = new Ingest({
      store,
      clock: { now: () => this.now },
      logger,
      retentionRaw: retention.raw,
      limits,
      onOverflow: (samples) => this.#overflowed += samples,
    });
    this.#opened = { store, ingest, read: new MetricReadStore(this.path) };
    return this.#opened;
  }
}

/** Takes at most so many steps; whether that was all. */
export function advance(work: Generator<void>, steps: number): boolean {
  for (let step = 0; step < steps; step++) if (work.next().done) return true;
  return false;
}

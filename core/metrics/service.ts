import { type Clock, isoTime, MINUTE, SECOND } from "../clock.ts";
import type { ServiceRoutes } from "../http/route.ts";
import type { Logger } from "../logger.ts";
import type { serviceSettings, SettingValues } from "../settings.ts";
import { observeService } from "../service_gauges.ts";
import type { Telemetry } from "../telemetry.ts";
import { startTrimming } from "../trimming.ts";
import { Ingest } from "./ingest.ts";
import { startMaintenance } from "./maintenance.ts";
import { Querier } from "./querier.ts";
import { metricRoutes } from "./routes.ts";
import type { metricSettings } from "./settings.ts";
import { openMetricStore } from "./sqlite_store.ts";
import { type MetricStore, TRIMMED } from "./store.ts";
import type { MetricViewer } from "./viewer.ts";

/** Samples so new stay, whatever the size: their minutes are still being filled. */
const UNTRIMMED_MS = 3 * MINUTE;

export type MetricServiceValues =
  & SettingValues<typeof metricSettings>
  & SettingValues<ReturnType<typeof serviceSettings>>;

export interface MetricServiceOptions {
  readonly values: MetricServiceValues;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

export interface MetricHealth {
  readonly status: "ok";
  /** Samples. */
  readonly metrics_received_24h: number;
  readonly last_aggregation: string | null;
}

/** The running Metrics Collector. */
export interface MetricService {
  readonly viewer: MetricViewer;
  readonly http: ServiceRoutes;
  health(): Promise<MetricHealth>;
  /** Ends its jobs, commits what was accepted, and closes the database. */
  close(): Promise<void>;
}

/** Opens the database and starts the Metrics Collector on it. */
export function startMetricService(options: MetricServiceOptions): MetricService {
  const { values, clock, logger, telemetry } = options;
  const store = openMetricStore(values.databasePath, logger, values.maxDatabaseSize);
  const ingest = new Ingest({
    store,
    clock,
    logger,
    retentionRaw: values.retentionRaw,
    limits: { ofMetric: values.maxSeriesPerMetric, inAll: values.maxSeries },
    onOverflow: telemetry.counter(
      "monlight_metric_overflow_samples_total",
      "Samples of label sets beyond the limits.",
      {},
    ),
  });
  const maintenance = startMaintenance({
    store,
    registry: ingest.registry,
    retention: {
      raw: values.retentionRaw,
      minute: values.retentionMinute,
      hour: values.retentionHourly,
    },
    interval: values.aggregationInterval,
    clock,
    logger,
    isIdle: () => ingest.isIdle,
  });
  const trimming = startTrimming({
    service: "metrics",
    store: { trimToSize: () => store.trimToSize(clock.now() - UNTRIMMED_MS) },
    kinds: TRIMMED,
    maxBytes: values.maxDatabaseSize,
    logger,
    telemetry,
  });
  const querier = new Querier(values.databasePath, {
    minute: values.retentionMinute * SECOND,
    hour: values.retentionHourly * SECOND,
  });
  const viewer = createViewer({ store, ingest, querier, values, clock });
  observe(telemetry, store, ingest, querier);
  return {
    viewer,
    http: {
      name: "metrics",
      routes: metricRoutes(viewer, ingest),
      maxBodyBytes: values.maxBodySize,
      rateLimit: values.rateLimit,
    },
    health() {
      const { finishedAt } = store.rollup;
      return Promise.resolve({
        status: "ok",
        metrics_received_24h: ingest.received,
        last_aggregation: finishedAt === null ? null : isoTime(finishedAt),
      });
    },
    async close() {
      await Promise.all([maintenance.close(), trimming.close(), querier.close()]);
      await ingest.flush();
      store.close();
    },
  };
}

function createViewer(
  parts: {
    readonly store: MetricStore;
    readonly ingest: Ingest;
    readonly querier: Querier;
    readonly values: MetricServiceValues;
    readonly clock: Clock;
  },
): MetricViewer {
  const { store, ingest, querier, values, clock } = parts;
  return {
    query: (query, signal) => querier.query(query, clock.now(), signal),
    names: (project) => querier.names(project),
    labels: (name, project) => querier.labels(name, project),
    dashboard: (query, signal) => querier.dashboard(query, clock.now(), signal),
    projects: () => querier.projects(),
    async about() {
      return {
        databasePath: values.databasePath,
        databaseBytes: await store.sizeBytes(),
        maxDatabaseBytes: values.maxDatabaseSize,
        schemaVersion: store.schemaVersion,
        rateLimit: values.rateLimit,
        retention: {
          raw: values.retentionRaw,
          minute: values.retentionMinute,
          hour: values.retentionHourly,
        },
        series: ingest.registry.size,
        maxSeries: values.maxSeries,
      };
    },
  };
}

function observe(
  telemetry: Telemetry,
  store: MetricStore,
  ingest: Ingest,
  querier: Querier,
): void {
  observeService(telemetry, "metrics", {
    databaseBytes: () => store.sizeBytes(),
    ingestDepth: () => ingest.depth,
    readerDepth: () => querier.depth,
  });
  telemetry.gauge(
    "monlight_metric_series",
    "Label sets of all metrics.",
    {},
    () => ingest.registry.size,
  );
}

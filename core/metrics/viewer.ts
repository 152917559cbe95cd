import type {
  Dashboard,
  DashboardQuery,
  LabelValues,
  MetricAnswer,
  MetricName,
  MetricQuery,
} from "./model.ts";

/**
 * What the web interface and the HTTP API ask of the Metrics Collector. A signal that aborts calls a query
 * off: its promise then rejects with the signal's reason.
 */
export interface MetricViewer {
  query(query: MetricQuery, signal?: AbortSignal): Promise<MetricAnswer>;
  /** By name; one of two types is there twice. */
  names(project?: string): Promise<readonly MetricName[]>;
  /** The labels that a metric's series have, by name. */
  labels(name: string, project?: string): Promise<readonly LabelValues[]>;
  dashboard(query: DashboardQuery, signal?: AbortSignal): Promise<Dashboard>;
  /** Those that sent metrics, sorted. */
  projects(): Promise<readonly string[]>;
  /** What the settings page shows. */
  about(): Promise<MetricViewerAbout>;
}

export interface MetricViewerAbout {
  readonly databasePath: string;
  readonly databaseBytes: number;
  /** What it may have; 0 for no limit. */
  readonly maxDatabaseBytes: number;
  readonly schemaVersion: number;
  readonly rateLimit: number;
  /** In seconds, by tier. */
  readonly retention: { readonly raw: number; readonly minute: number; readonly hour: number };
  readonly series: number;
  readonly maxSeries: number;
}

/** What the Metrics Collector speaks of. */

export const METRIC_TYPES = ["counter", "histogram", "gauge"] as const;
export type MetricType = (typeof METRIC_TYPES)[number];

export const RESOLUTIONS = ["minute", "hour"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Lengths in characters, counts, and times in ms. */
export const LIMITS = {
  samples: 1000,
  name: 200,
  project: 100,
  labels: 20,
  labelName: 100,
  labelValue: 1000,
  /** How far ahead of the server's clock a sample may be. */
  ahead: 5 * 60_000,
  /** Label names to group by. */
  groupBy: 5,
  /** Groups in an answer. */
  groups: 100,
  /** Groups that are told however many points they have. */
  fewGroups: 10,
  /** Values of a label that are told. */
  values: 200,
  endpoints: 50,
  pages: 50,
  /** Points of all groups together. */
  groupPoints: 30_000,
  /** Points of a line. */
  points: 2000,
  /** Buckets of series that one query reads, and that the dashboard does, which is several. */
  readBuckets: 10_000_000,
  readDashboard: 50_000_000,
  /** Metrics, one a project and type, that take what there is no room for; beyond, all are of the default project. */
  overflowMetrics: 1000,
} as const;

export const DEFAULT_PROJECT = "default";
/** The label of the series that takes what is beyond the limits of cardinality. Clients cannot send it. */
export const OVERFLOW_LABEL = "monlight_overflow";
/** The metric that takes new names once there are too many series in all. Clients cannot send it either. */
export const OVERFLOW_NAME = "monlight_overflow";

/** Label names and values, sorted by name. */
export type Labels = Readonly<Record<string, string>>;

/** What one stream of samples is told from others by. */
export interface SeriesIdentity {
  readonly project: string;
  readonly name: string;
  readonly type: MetricType;
  readonly labels: Labels;
}

export interface Series extends SeriesIdentity {
  readonly id: number;
}

/** A range of time in ms since the epoch, `to` exclusive. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

export const PERIODS = {
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 7 * 86_400_000,
  "30d": 30 * 86_400_000,
} as const;
export type Period = keyof typeof PERIODS;

/** When: the last so long, or between two moments. */
export type Span =
  | { readonly period: Period }
  | { readonly period: null; readonly from: number; readonly to: number };

/** Which samples. */
export interface MetricFilter {
  readonly name: string;
  readonly project?: string | undefined;
  /** Only series with all of these labels. */
  readonly labels: Labels;
}

/** What groups are ordered by, the greatest first. */
export const GROUP_ORDERS = ["count", "sum", "avg", "min", "max"] as const;
export type GroupOrder = (typeof GROUP_ORDERS)[number];

export interface MetricQuery extends MetricFilter {
  /** Of a name that has several, the one with the most samples unless given. */
  readonly type?: MetricType | undefined;
  readonly span: Span;
  readonly resolution: Resolution | "auto";
  /** Names of labels; empty for all series together. */
  readonly groupBy: readonly string[];
  /** `count` unless given. */
  readonly topBy?: GroupOrder | undefined;
}

/** A bucket as the API tells it. Percentiles are of histograms alone. */
export interface MetricPoint {
  /** Its start. */
  readonly bucket: string;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** Of counters: the sum by second, of the bucket being filled by the seconds so far. */
  readonly rate?: number;
}

export interface MetricGroup {
  /** The labels that it is grouped by; one that its series do not have is "". */
  readonly labels: Labels;
  readonly data: readonly MetricPoint[];
}

export interface MetricAnswer {
  readonly name: string;
  /** What the points are of; not there for a name that is not. */
  readonly type?: MetricType;
  /** Further types that the name has; there only where it does. */
  readonly other_types?: readonly MetricType[];
  readonly resolution: Resolution;
  readonly period: Period | null;
  /** There instead of a period. */
  readonly since?: string;
  readonly until?: string;
  readonly data?: readonly MetricPoint[];
  readonly groups?: readonly MetricGroup[];
  /** How many groups are not told; there only where some are not. */
  readonly groups_left_out?: number;
}

export interface MetricName {
  readonly name: string;
  readonly type: MetricType;
}

/** A label of a metric, with values sorted; beyond `LIMITS.values` they are left out. */
export interface LabelValues {
  readonly name: string;
  readonly values: readonly string[];
  readonly value_count: number;
}

export interface DashboardQuery {
  readonly span: Span;
  readonly project?: string | undefined;
}

/** Requests of a range of time. All is null where there were none. */
export interface RequestSummary {
  readonly total_requests: number;
  /** Share of answers with 5xx, 0..1. */
  readonly error_rate: number | null;
  readonly avg_latency_ms: number | null;
  readonly p95_latency_ms: number | null;
}

/** Points that have no requests are left out of all three lines. */
export interface RatePoint {
  readonly bucket: string;
  readonly requests: number;
  /** Requests by second. */
  readonly rate: number;
}

/** In ms. */
export interface LatencyPoint {
  readonly bucket: string;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Shares of all answers, 0..1. */
export interface ErrorRatePoint {
  readonly bucket: string;
  readonly "4xx": number;
  readonly "5xx": number;
}

export interface EndpointSummary {
  readonly endpoint: string;
  readonly requests: number;
  readonly avg_ms: number | null;
  /** Share of answers with 5xx, 0..1. */
  readonly error_rate: number;
}

export const VITALS = ["LCP", "INP", "CLS", "FCP", "TTFB"] as const;
export type VitalName = (typeof VITALS)[number];
export type VitalRating = "good" | "needs-improvement" | "poor";

/** In ms, but CLS, which has no unit. */
export interface Vital {
  readonly p75: number;
  readonly rating: VitalRating;
  readonly count: number;
}

/** Those that were measured. */
export type Vitals = Readonly<Partial<Record<VitalName, Vital>>>;

export interface PageVitals {
  readonly page: string;
  readonly vitals: Vitals;
}

export interface Dashboard {
  readonly period: Period | null;
  readonly since: string;
  readonly until: string;
  /** Seconds from a point of a line to the next. */
  readonly interval_s: number;
  readonly summary: RequestSummary;
  /** The same of as long a time before; null where that is not kept well enough to be compared. */
  readonly previous: RequestSummary | null;
  readonly request_rate: readonly RatePoint[];
  readonly latency: readonly LatencyPoint[];
  readonly error_rate: readonly ErrorRatePoint[];
  readonly top_endpoints: readonly EndpointSummary[];
  readonly web_vitals: Vitals;
  readonly web_vitals_pages: readonly PageVitals[];
}

import { HOUR } from "../../core/clock.ts";
import type { ListedError } from "../../core/errors/model.ts";
import type { ErrorTracker } from "../../core/errors/service.ts";
import type { Level, LogHistogram } from "../../core/logs/model.ts";
import type { LogViewer } from "../../core/logs/viewer.ts";
import type { Dashboard } from "../../core/metrics/model.ts";
import type { MetricViewer } from "../../core/metrics/viewer.ts";
import { countsByLevel, sum } from "../logs/bars.ts";
import { type Hues, huesOf } from "../logs/hue.ts";

const ERRORS = 5;
const BUCKETS = 60;
/** Containers that are counted, those with the most lines. */
const COUNTED_CONTAINERS = 30;
const LOUDEST = 6;
/** Above this share of failed answers something is wrong. */
const NOTABLE_ERROR_RATE = 0.01;

export interface ErrorStrip {
  /** The last seen first. */
  readonly errors: readonly ListedError[];
  readonly total: number;
}

export interface LogStrip {
  /** Of the last hour. */
  readonly histogram: LogHistogram;
  readonly byLevel: Readonly<Record<Level, number>>;
  readonly loudest: readonly ContainerVolume[];
  /** Of the containers' names. */
  readonly hues: Hues;
  readonly stored: number;
  /** Why nothing can be read, if that is so. */
  readonly problem: string | null;
}

/** What one container wrote within the last hour. */
export interface ContainerVolume {
  readonly name: string;
  readonly lines: number;
  readonly errors: number;
}

export interface MetricStrip {
  /** Of the last hour. */
  readonly dashboard: Dashboard;
  /** Whether any metric is kept, of requests or not. */
  readonly hasMetrics: boolean;
}

export async function loadErrorStrip(tracker: ErrorTracker): Promise<ErrorStrip> {
  const { errors, total } = await tracker.list({ resolved: false, limit: ERRORS, offset: 0 });
  return { errors, total };
}

export async function loadLogStrip(
  viewer: LogViewer,
  now: number,
  signal: AbortSignal,
): Promise<LogStrip> {
  const query = { containers: [], levels: [], since: now - HOUR };
  const { problem, stored } = viewer.reading();
  const [histogram, containers] = await Promise.all([
    viewer.histogram({ ...query, buckets: BUCKETS }, signal),
    viewer.containers(),
  ]);
  const counted = containers.toSorted((one, other) => other.log_count - one.log_count)
    .slice(0, COUNTED_CONTAINERS);
  const volumes = await Promise.all(counted.map(async ({ name }) => {
    const alone = await viewer.histogram({ ...query, containers: [name], buckets: 1 }, signal);
    const { ERROR, CRITICAL, ...others } = countsByLevel(alone);
    const errors = ERROR + CRITICAL;
    return { name, errors, lines: errors + sum(Object.values(others)) };
  }));
  const loudest = volumes.filter(({ lines }) => lines > 0)
    .sort((one, other) => other.lines - one.lines).slice(0, LOUDEST);
  const hues = huesOf(containers.map(({ name }) => name));
  return { histogram, byLevel: countsByLevel(histogram), loudest, hues, stored, problem };
}

export async function loadMetricStrip(
  viewer: MetricViewer,
  signal: AbortSignal,
): Promise<MetricStrip> {
  const [dashboard, names] = await Promise.all([
    viewer.dashboard({ span: { period: "1h" } }, signal),
    viewer.names(),
  ]);
  return { dashboard, hasMetrics: names.length > 0 };
}

/** Whether there is anything to show of requests and pages. */
export function hasAnything({ dashboard }: MetricStrip): boolean {
  const { summary, web_vitals } = dashboard;
  return summary.total_requests > 0 || summary.p95_latency_ms !== null ||
    Object.keys(web_vitals).length > 0;
}

/** Whether so many answers failed that it cannot be called well. */
export function failsNotably({ summary }: Pick<Dashboard, "summary">): boolean {
  return (summary.error_rate ?? 0) > NOTABLE_ERROR_RATE;
}

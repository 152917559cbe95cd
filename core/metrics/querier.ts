import { Thread } from "../thread.ts";
import type {
  Dashboard,
  DashboardQuery,
  LabelValues,
  MetricAnswer,
  MetricName,
  MetricQuery,
} from "./model.ts";
import type { MetricRequest } from "./query_worker.ts";
import { queryWorkerUrl } from "./query_worker_url.ts";
import type { Kept } from "./span.ts";

/**
 * Queries in a thread of its own, so that ingestion does not wait for them. The thread's answers are what
 * its requests ask for, hence the casts.
 */
export class Querier {
  readonly #thread: Thread<MetricRequest>;
  readonly #kept: Kept;

  constructor(path: string, kept: Kept) {
    this.#kept = kept;
    this.#thread = new Thread({ name: "metric queries", url: queryWorkerUrl, open: path });
  }

  /** Queries under way or waiting. */
  get depth(): number {
    return this.#thread.depth;
  }

  /** `now` (ms) ends a period; so it does for the dashboard. */
  async query(query: MetricQuery, now: number, signal?: AbortSignal): Promise<MetricAnswer> {
    const options = { now, minutesKept: this.#kept.minute };
    return await this.#thread.ask({ kind: "query", query, options }, signal) as MetricAnswer;
  }

  async dashboard(query: DashboardQuery, now: number, signal?: AbortSignal): Promise<Dashboard> {
    const options = { now, minutesKept: this.#kept.minute, hoursKept: this.#kept.hour };
    return await this.#thread.ask({ kind: "dashboard", query, options }, signal) as Dashboard;
  }

  async names(project: string | undefined): Promise<readonly MetricName[]> {
    return await this.#thread.ask({ kind: "names", project }) as readonly MetricName[];
  }

  async labels(name: string, project: string | undefined): Promise<readonly LabelValues[]> {
    return await this.#thread.ask({ kind: "labels", name, project }) as readonly LabelValues[];
  }

  async projects(): Promise<readonly string[]> {
    return await this.#thread.ask({ kind: "projects" }) as readonly string[];
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}

import { Thread } from "../thread.ts";
import type {
  ContainerCount,
  HistogramQuery,
  LogContext,
  LogHistogram,
  LogPage,
  LogQuery,
  LogStats,
} from "./model.ts";
import type { SearchRequest } from "./search_worker.ts";
import { searchWorkerUrl } from "./search_worker_url.ts";

/**
 * Searches in a thread of its own, so that nothing waits for a slow one; quick ones do not wait for slow
 * ones either. The thread's answers are what its requests ask for, hence the casts.
 */
export class Searcher {
  readonly #thread: Thread<SearchRequest>;

  constructor(path: string) {
    this.#thread = new Thread({ name: "log search", url: searchWorkerUrl, open: path });
  }

  /** Queries under way or waiting. */
  get depth(): number {
    return this.#thread.depth;
  }

  async page(query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    return await this.#thread.ask({ kind: "page", query, isExport: false }, signal) as LogPage;
  }

  /** A page of an export: without a total, and with fewer entries where they are long. */
  async exportPage(query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    return await this.#thread.ask({ kind: "page", query, isExport: true }, signal) as LogPage;
  }

  /** `now` (ms) ends a range that is open at its end. */
  async histogram(
    query: HistogramQuery,
    now: number,
    signal?: AbortSignal,
  ): Promise<LogHistogram> {
    return await this.#thread.ask({ kind: "histogram", query, now }, signal) as LogHistogram;
  }

  /** Null for an unknown id. */
  async context(
    id: number,
    around: { readonly before: number; readonly after: number },
  ): Promise<LogContext | null> {
    return await this.#thread.ask({ kind: "context", id, around }) as LogContext | null;
  }

  async containers(): Promise<readonly ContainerCount[]> {
    return await this.#thread.ask({ kind: "containers" }) as readonly ContainerCount[];
  }

  async stats(): Promise<LogStats> {
    return await this.#thread.ask({ kind: "stats" }) as LogStats;
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}

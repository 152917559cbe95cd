import { SameThread } from "../same_thread.ts";
import { type Asked, Thread } from "../thread.ts";
import type { Responder } from "../thread_worker.ts";
import type {
  ContainerCount,
  HistogramQuery,
  LogContext,
  LogHistogram,
  LogPage,
  LogQuery,
  LogStats,
} from "./model.ts";
import type { openSearch, SearchRequest } from "./search_answers.ts";
import { searchAnswersUrl } from "./search_answers_url.ts";
import { searchWorkerUrl } from "./search_worker_url.ts";

/**
 * Searches in a thread of its own, so that nothing waits for a slow one; quick ones do not wait for slow
 * ones either. Where memory is tight it does so in turns with the main thread's work, which saves the 15 MB that
 * a thread takes. The answers are what the requests ask for, hence the casts.
 */
export class Searcher {
  readonly #thread: Asked<SearchRequest>;

  constructor(path: string, { isMemoryTight }: { readonly isMemoryTight: boolean }) {
    this.#thread = isMemoryTight
      ? new SameThread(() => openHere(path))
      : new Thread({ name: "log search", url: searchWorkerUrl, open: path });
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

/** Loaded only then, since it needs modules of Node's that cost memory. */
async function openHere(path: string): Promise<Responder<SearchRequest>> {
  const answers: { readonly openSearch: typeof openSearch } = await import(searchAnswersUrl());
  return answers.openSearch(path);
}

import type {
  ContainerCount,
  HistogramQuery,
  LogContext,
  LogEntry,
  LogFilter,
  LogHistogram,
  LogPage,
  LogQuery,
  LogStats,
  ReadingState,
} from "./model.ts";

/**
 * What the web interface and the HTTP API ask of the Log Viewer. A signal that aborts calls a search off:
 * its promise then rejects with the signal's reason.
 */
export interface LogViewer {
  search(query: LogQuery, signal?: AbortSignal): Promise<LogPage>;
  histogram(query: HistogramQuery, signal?: AbortSignal): Promise<LogHistogram>;
  /** Throws a `not_found` Failure for an unknown id. */
  context(
    id: number,
    around: { readonly before: number; readonly after: number },
  ): Promise<LogContext>;
  /** Those that have entries, by name. */
  containers(): Promise<readonly ContainerCount[]>;
  stats(): Promise<LogStats>;
  /** Everything that matches, newest first, some hundred at a time. */
  export(filter: LogFilter, signal?: AbortSignal): AsyncIterable<readonly LogEntry[]>;
  /** A stream of server-sent events; throws `unavailable` when too many are open. */
  tail(filter: Pick<LogFilter, "containers" | "levels" | "search">): Response;
  reading(): ReadingState;
  /** What the settings page shows. */
  about(): Promise<LogViewerAbout>;
}

export interface LogViewerAbout {
  readonly databasePath: string;
  readonly databaseBytes: number;
  /** What it may have; 0 for no limit. */
  readonly maxDatabaseBytes: number;
  readonly schemaVersion: number;
  readonly maxEntries: number;
  readonly rateLimit: number;
  /** The patterns of `CONTAINERS`. */
  readonly containers: readonly string[];
}

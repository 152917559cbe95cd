import { type Clock, SECOND } from "../clock.ts";
import { Failure } from "../failure.ts";
import type { ServiceRoutes } from "../http/route.ts";
import type { Logger } from "../logger.ts";
import { isMemoryTight } from "../memory_limit.ts";
import { OnceAMinute } from "../once_a_minute.ts";
import type { serviceSettings, SettingValues } from "../settings.ts";
import { databaseBytes } from "../sqlite/database.ts";
import { observeService } from "../service_gauges.ts";
import type { Telemetry } from "../telemetry.ts";
import { tellTrimmed, trimmedCounters } from "../trimming.ts";
import { exportPages } from "./export.ts";
import { Ingestion } from "./ingestion.ts";
import { logRoutes } from "./routes.ts";
import { Searcher } from "./searcher.ts";
import type { logSettings } from "./settings.ts";
import { prepareLogDatabase } from "./prepare.ts";
import type { LogViewer } from "./viewer.ts";

export type LogServiceValues =
  & SettingValues<ReturnType<typeof logSettings>>
  & SettingValues<ReturnType<typeof serviceSettings>>;

export interface LogServiceOptions {
  readonly values: LogServiceValues;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

/** `degraded` when the log files cannot be read; what is stored can be searched all the same. */
export interface LogHealth {
  readonly status: "ok" | "degraded";
  /** Why, as a sentence. */
  readonly reason?: string;
  readonly logs_indexed: number;
  readonly last_ingest: string | null;
}

/** The running Log Viewer. */
export interface LogService {
  readonly viewer: LogViewer;
  readonly http: ServiceRoutes;
  health(): Promise<LogHealth>;
  /** Ends live streams, which a server would wait for. */
  endStreams(): void;
  /** Stores what was read, and closes the database. */
  close(): Promise<void>;
}

/** Brings the database up to date and starts the Log Viewer on it. */
export function startLogService(options: LogServiceOptions): LogService {
  const { values, clock, logger, telemetry } = options;
  const schemaVersion = prepareLogDatabase(values.databasePath, logger);
  const countMalformed = telemetry.counter(
    "monlight_log_lines_malformed_total",
    "Lines skipped because Docker did not write them so.",
    {},
  );
  const countTrimmed = trimmedCounters({ service: "logs", kinds: ["entries"], telemetry });
  // Under a flood some go every second.
  const telling = new OnceAMinute();
  let untold = 0;
  const ingestion = new Ingestion(
    {
      databasePath: values.databasePath,
      maxEntries: values.maxEntries,
      maxBytes: values.maxDatabaseSize,
      sources: values.logSources,
      containers: values.containers,
      pollIntervalMs: values.pollInterval * SECOND,
      tailBuffer: values.tailBuffer,
    },
    logger,
    {
      onMalformed: countMalformed,
      onTrimmed(entries) {
        countTrimmed("entries", entries);
        untold += entries;
        if (!telling.take()) return;
        tellTrimmed(logger, values.maxDatabaseSize, { entries: untold });
        untold = 0;
      },
    },
  );
  const searcher = new Searcher(values.databasePath, { isMemoryTight: isMemoryTight() });
  const viewer = createViewer({ ingestion, searcher, values, schemaVersion, clock });
  observe(telemetry, values.databasePath, ingestion, searcher);
  return {
    viewer,
    http: {
      name: "logs",
      routes: logRoutes(viewer),
      maxBodyBytes: values.maxBodySize,
      rateLimit: values.rateLimit,
    },
    async health() {
      await ingestion.ready();
      const { problem, stored, lastIngest } = ingestion.state;
      return {
        status: problem === null ? "ok" : "degraded",
        ...(problem === null ? {} : { reason: problem }),
        logs_indexed: stored,
        last_ingest: lastIngest,
      };
    },
    endStreams: () => ingestion.endStreams(),
    async close() {
      await Promise.all([ingestion.close(), searcher.close()]);
    },
  };
}

function createViewer(
  parts: {
    readonly ingestion: Ingestion;
    readonly searcher: Searcher;
    readonly values: LogServiceValues;
    readonly schemaVersion: number;
    readonly clock: Clock;
  },
): LogViewer {
  const { ingestion, searcher, values, schemaVersion, clock } = parts;
  return {
    search: (query, signal) => searcher.page(query, signal),
    histogram: (query, signal) => searcher.histogram(query, clock.now(), signal),
    async context(id, around) {
      const context = await searcher.context(id, around);
      if (!context) throw new Failure("not_found", "Not found");
      return context;
    },
    containers: () => searcher.containers(),
    stats: () => searcher.stats(),
    export: (filter, signal) => exportPages(searcher, filter, signal),
    tail: (filter) => ingestion.tail(filter),
    reading: () => ingestion.state,
    async about() {
      return {
        databasePath: values.databasePath,
        databaseBytes: await databaseBytes(values.databasePath),
        maxDatabaseBytes: values.maxDatabaseSize,
        schemaVersion,
        maxEntries: values.maxEntries,
        rateLimit: values.rateLimit,
        containers: values.containers,
      };
    },
  };
}

function observe(
  telemetry: Telemetry,
  databasePath: string,
  ingestion: Ingestion,
  searcher: Searcher,
): void {
  observeService(telemetry, "logs", {
    databaseBytes: () => databaseBytes(databasePath),
    readerDepth: () => searcher.depth,
  });
  telemetry.gauge(
    "monlight_log_entries",
    "Log entries stored.",
    {},
    () => ingestion.state.stored,
  );
  telemetry.gauge(
    "monlight_log_containers",
    "Containers whose logs are followed.",
    {},
    () => ingestion.state.containersFollowed,
  );
  telemetry.gauge(
    "monlight_log_tails",
    "Live tails open.",
    {},
    () => ingestion.tails,
  );
}

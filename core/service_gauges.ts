import type { Telemetry } from "./telemetry.ts";

/** What every service tells of itself at `/metrics`. */
export interface ServiceGauges {
  readonly databaseBytes: () => Promise<number>;
  /** Accepted items that are not committed yet, where items are sent to the service. */
  readonly ingestDepth?: () => number;
  /** Queries under way or waiting, where they run in a thread of their own. */
  readonly readerDepth?: () => number;
}

/** Tells the size and the queues of a service. */
export function observeService(
  telemetry: Telemetry,
  service: string,
  { databaseBytes, ingestDepth, readerDepth }: ServiceGauges,
): void {
  const labels = { service };
  telemetry.gauge(
    "monlight_database_size_bytes",
    "Size of the database on disk, its write-ahead log included.",
    labels,
    databaseBytes,
  );
  if (ingestDepth) {
    telemetry.gauge(
      "monlight_ingest_queue_depth",
      "Accepted items that are not committed yet.",
      labels,
      ingestDepth,
    );
  }
  if (readerDepth) {
    telemetry.gauge(
      "monlight_reader_queue_depth",
      "Queries under way or waiting.",
      labels,
      readerDepth,
    );
  }
}

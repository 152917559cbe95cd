import { MINUTE } from "./clock.ts";
import type { Logger } from "./logger.ts";
import { type Periodic, startPeriodic } from "./periodic.ts";
import type { Telemetry } from "./telemetry.ts";
import { nextTurn } from "./turns.ts";

/** How many of each kind of things went. */
export type Trimmed<Kind extends string> = Readonly<Record<Kind, number>>;

/** What keeps data within a size. */
export interface SizedStore<Kind extends string> {
  /**
   * Takes away some of the oldest data and makes the database smaller, as long as that is larger than it may
   * be; null when there is nothing to do.
   */
  trimToSize(): Promise<Trimmed<Kind> | null> | Trimmed<Kind> | null;
}

export interface TrimmingOptions<Kind extends string> {
  readonly service: string;
  readonly store: SizedStore<Kind>;
  readonly kinds: readonly Kind[];
  /** Bytes; 0 for no limit. */
  readonly maxBytes: number;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

/** Keeps a database within its size, at once and every minute, and tells what went. */
export function startTrimming<Kind extends string>(options: TrimmingOptions<Kind>): Periodic {
  const { store, maxBytes, logger } = options;
  const count = trimmedCounters(options);
  return startPeriodic({
    name: "Trimming to MAX_DATABASE_SIZE",
    intervalMs: MINUTE,
    immediately: true,
    logger,
    async run(signal) {
      if (maxBytes === 0) return;
      const went: Record<string, number> = {};
      try {
        while (!signal.aborted) {
          const some = await store.trimToSize();
          if (some === null) break;
          for (const kind of options.kinds) {
            went[kind] = (went[kind] ?? 0) + some[kind];
            count(kind, some[kind]);
          }
          await nextTurn();
        }
      } finally {
        tellTrimmed(logger, maxBytes, went);
      }
    },
  });
}

/** What counts things that went, for `GET /metrics`. */
export function trimmedCounters<Kind extends string>(
  { service, kinds, telemetry }: Pick<TrimmingOptions<Kind>, "service" | "kinds" | "telemetry">,
): (kind: Kind, by: number) => void {
  const counters = new Map(kinds.map((kind) => [
    kind,
    telemetry.counter(
      "monlight_trimmed_total",
      "What made room because the database had reached MAX_DATABASE_SIZE.",
      { service, kind },
    ),
  ]));
  return (kind, by) => counters.get(kind)?.(by);
}

/** Warns of what went, if anything did. */
export function tellTrimmed(
  logger: Logger,
  maxBytes: number,
  went: Readonly<Record<string, number>>,
): void {
  if (Object.values(went).every((count) => count === 0)) return;
  logger.warn("The database reached MAX_DATABASE_SIZE; the oldest data made room", {
    max_bytes: maxBytes,
    deleted: went,
  });
}

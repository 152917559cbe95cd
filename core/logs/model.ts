/**
 * The domain of the Log Viewer. Read models carry the names of the HTTP API: what the store returns is
 * what clients see. Times are ISO 8601 in UTC there, and milliseconds since the epoch within.
 */

import { isoTime } from "../clock.ts";

/** From the least to the most severe. */
export const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;
export type Level = typeof LEVELS[number];

export const STREAMS = ["stdout", "stderr"] as const;
export type Stream = typeof STREAMS[number];

export const LIMITS = {
  /** Characters of one entry; what is longer is cut and marked. */
  message: 1024 * 1024,
  /** Characters of a search. */
  search: 1000,
  /** Entries on a page. */
  page: 500,
  /** Characters of the texts of a page, so that a page of long entries cannot take all memory. */
  pageText: 4 * 1024 * 1024,
  /** Characters that each entry has at least, also when its page is full. */
  listedText: 1000,
  /** Entries before and after one, in its context. */
  context: 200,
  buckets: 500,
  /** Entries that `offset` skips; deeper pages go by `older_than`. */
  offset: 100_000,
  /** Matches of a search that are counted exactly. */
  total: 10_000,
  /** Live tails open at once. */
  tails: 5,
} as const;

/** Ends the text of an entry that was longer than the limit. */
export const CUT_MARK = "… [cut: longer than 1 MiB]";

/** Separates entries in the text of a block; where an entry has it, its visible symbol takes its place. */
export const ENTRY_SEPARATOR = "\x1e";

/** One entry as it was read, whole, not stored yet. */
export interface NewEntry {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly container: string;
  readonly stream: Stream;
  readonly level: Level;
  /** Without ANSI codes. */
  readonly message: string;
  /** As the container wrote it. */
  readonly raw: string;
}

/** Characters of an entry's texts, which are one text where it has no ANSI codes. */
export function textSize({ message, raw }: Pick<NewEntry, "message" | "raw">): number {
  return message.length + (raw === message ? 0 : raw.length);
}

/** An entry with its id. */
export interface StoredEntry extends NewEntry {
  readonly id: number;
}

/** One stored entry, as clients get it. */
export interface LogEntry {
  readonly id: number;
  readonly timestamp: string;
  readonly container: string;
  readonly stream: Stream;
  readonly level: Level;
  readonly message: string;
  readonly raw: string;
}

/** A stored entry in the words of the API. */
export function toLogEntry(entry: StoredEntry): LogEntry {
  const { id, time, container, stream, level, message, raw } = entry;
  return { id, timestamp: isoTime(time), container, stream, level, message, raw };
}

/** Which entries; what is empty or absent narrows nothing. */
export interface LogFilter {
  /** Names of containers, any of them. */
  readonly containers: readonly string[];
  readonly levels: readonly Level[];
  readonly search?: string | undefined;
  /** Milliseconds since the epoch, inclusive. */
  readonly since?: number | undefined;
  /** Milliseconds since the epoch, exclusive. */
  readonly until?: number | undefined;
}

export interface LogQuery extends LogFilter {
  readonly limit: number;
  readonly offset: number;
  /** Only entries that come after the one with this id in the list, which is newest first. */
  readonly olderThan?: number | undefined;
  /** Only entries that come before it, those nearest to it. */
  readonly newerThan?: number | undefined;
}

/** Entries by time, newest first. */
export interface LogPage {
  readonly logs: readonly LogEntry[];
  readonly total: number;
  /** Set when more match than were counted. */
  readonly total_is_lower_bound?: true;
  readonly limit: number;
  readonly offset: number;
}

export interface HistogramQuery extends LogFilter {
  readonly buckets: number;
}

export interface LogHistogram {
  readonly interval_s: number;
  /** Oldest first, without gaps. */
  readonly buckets: readonly LogBucket[];
}

export interface LogBucket {
  /** Its start. */
  readonly time: string;
  readonly total: number;
  /** Levels without entries are left out. */
  readonly levels: Readonly<Partial<Record<Level, number>>>;
}

/** What surrounds an entry in its container; oldest first. */
export interface LogContext {
  readonly before: readonly LogEntry[];
  readonly entry: LogEntry;
  readonly after: readonly LogEntry[];
}

export interface ContainerCount {
  readonly name: string;
  readonly log_count: number;
}

export interface LogStats {
  readonly total_logs: number;
  readonly oldest_log: string | null;
  readonly newest_log: string | null;
  /** Every level, also those without entries. */
  readonly by_level: Readonly<Record<Level, number>>;
  readonly by_container: Readonly<Record<string, number>>;
}

/** How reading goes: what the interface and `/health` say of it. */
export interface ReadingState {
  /** Why nothing can be read, as a sentence with what to do; null when all is well. */
  readonly problem: string | null;
  /** The folder that is read. */
  readonly sources: string;
  /** Containers that are there, and those of them that are followed. */
  readonly containersFound: number;
  readonly containersFollowed: number;
  /** Entries stored, all in all. */
  readonly stored: number;
  /** When the last entry was stored. */
  readonly lastIngest: string | null;
}

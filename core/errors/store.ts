import type {
  AlertKind,
  ErrorDetail,
  ErrorFilter,
  ErrorPage,
  ErrorQuery,
  ErrorSummary,
  NewOccurrence,
  Occurrence,
  Recorded,
} from "./model.ts";
import type { SizedStore } from "../trimming.ts";

/** What goes where the database has reached its size. */
export const TRIMMED = ["resolved", "unresolved"] as const;

/** What the Error Tracker needs kept. Every operation is whole: done entirely, durably, or not at all. */
export interface ErrorStore extends AlertQueue, SizedStore<typeof TRIMMED[number]> {
  readonly schemaVersion: number;
  /** Queries under way or waiting. */
  readonly readsWaiting: number;
  /**
   * Counts each report into its group, in order, and queues the alerts they cause. One with the key of another
   * is not counted again; its result is that of the other.
   */
  recordOccurrences(batch: readonly NewOccurrence[]): Promise<readonly Recorded[]>;
  /** A page of groups, newest `last_seen` first; `now` in ms places the 24 hours of each. */
  list(query: ErrorQuery, now: number): Promise<ErrorPage>;
  /** Everything known of a group, or null; `now` in ms places its 30 days. */
  detail(id: number, now: number): Promise<ErrorDetail | null>;
  /** Marks groups resolved at `at` (ISO); those that already are stay as they are. Returns the ids that exist. */
  resolve(ids: readonly number[], at: string): Promise<readonly number[]>;
  /** Marks groups unresolved again. Returns the ids that exist. */
  reopen(ids: readonly number[]): Promise<readonly number[]>;
  /** Distinct and sorted. */
  projects(): Promise<readonly string[]>;
  /** Distinct and sorted. */
  environments(): Promise<readonly string[]>;
  /** How many groups match, exactly. */
  count(filter: ErrorFilter): Promise<number>;
  /** Deletes at most `limit` groups that were resolved before `cutoff` (ISO); returns how many went. */
  deleteResolvedBefore(cutoff: string, limit: number): Promise<number>;
  /** Forgets what nobody asks for any more: counts by hour and alerts from before these times (ISO). */
  trimHistory(before: { readonly counts: string; readonly alerts: string }): Promise<void>;
  /** Alerts that are owed, those held back for a digest included. */
  owedAlerts(): Promise<number>;
  /** Gives some of the pages that deletions freed back to the disk; tells whether there are more. */
  releaseSpace(): Promise<boolean>;
  /** Bytes of the database on disk, its write-ahead log included. */
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Alerts that are owed. They are queued in the transaction that created or reopened the group, so none
 * is lost when the process dies; the sender takes them from here.
 */
export interface AlertQueue {
  /** At most `limit` single alerts that are due at `now` (ISO), oldest first. */
  dueAlerts(now: string, limit: number): Promise<readonly DueAlert[]>;
  /** What a storm held back, once its time has come at `now` (ISO); null while there is none. */
  dueDigest(now: string): Promise<AlertDigest | null>;
  /** These were sent, or were given up; they are owed no more. */
  settleAlerts(ids: readonly number[], at: string): Promise<void>;
  /** These go again at `retryAt` (ISO), to `recipients` only: the others have got theirs. */
  postponeAlerts(
    ids: readonly number[],
    retryAt: string,
    recipients: readonly string[],
  ): Promise<void>;
}

/** When alerts are queued, and when a storm is held back. */
export interface AlertPolicy {
  /** Whether there is anyone to alert; without, nothing is queued. */
  readonly enabled: boolean;
  readonly onReopen: boolean;
  /** Single alerts within `windowMs` before further ones are gathered. */
  readonly burst: number;
  /** The window of the burst, and how long a digest gathers, in ms. */
  readonly windowMs: number;
}

export interface DueAlert {
  readonly id: number;
  readonly kind: AlertKind;
  readonly group: ErrorSummary;
  /** The newest occurrence of the group. */
  readonly occurrence: Occurrence;
  /** Earlier attempts that failed. */
  readonly attempts: number;
  /** Who has not got it yet; null before the first attempt: everyone. */
  readonly recipients: readonly string[] | null;
}

export interface AlertDigest {
  /** The alerts that this digest settles. */
  readonly ids: readonly number[];
  /** The first of the groups, oldest alert first, at most 50. */
  readonly groups: readonly (ErrorSummary & { readonly kind: AlertKind })[];
  /** All groups it stands for. */
  readonly total: number;
  readonly attempts: number;
  readonly recipients: readonly string[] | null;
}

import type { StoredRun } from "./block.ts";
import type { NewEntry } from "./model.ts";

/** How far one container's files are read. */
export interface Cursor {
  readonly containerId: string;
  /** Its name when it was read. */
  readonly container: string;
  /** The file being read. */
  readonly file: FileIdentity;
  readonly path: string;
  /** Bytes of it (unpacked) that were taken in; always at the start of a line. */
  readonly position: number;
  /** The files that were read before it, the newest first. */
  readonly finished: readonly FileIdentity[];
  /** What was read and is no whole entry yet, as `LineAssembler.save()` gives it. */
  readonly pending: string | null;
}

/** By what a file is known again, whatever it is called by then. */
export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
  /** How many of its first bytes `headHash` is of. */
  readonly headLength: number;
  readonly headHash: string;
}

/** What keeps the entries, and how far they were read. */
export interface LogStore {
  /** Entries stored. */
  readonly total: number;
  cursors(): readonly (Cursor & { readonly updatedAt: number })[];
  /**
   * Stores entries and cursors, all or nothing, durably; gives the entries by time, with their ids.
   * Throws a Failure when the disk refuses; then nothing has changed.
   */
  append(
    batch: { readonly entries: readonly NewEntry[]; readonly cursors: readonly Cursor[] },
    now: number,
  ): StoredRun;
  /** Entries taken away so far because the database had reached its size. */
  readonly trimmed: number;
  /**
   * Takes away the oldest entries beyond the limits of number and size, one block at most; tells whether there
   * is more to do.
   */
  trim(): boolean;
  /** Forgets how far these containers were read. */
  forgetCursors(containerIds: readonly string[]): void;
  close(): void;
}

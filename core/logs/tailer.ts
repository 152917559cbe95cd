import { type Clock, DAY, isoTime, MINUTE, SECOND } from "../clock.ts";
import { describeError } from "../failure.ts";
import type { Logger } from "../logger.ts";
import type { StoredRun } from "./block.ts";
import { ContainerReader } from "./container_reader.ts";
import { type ContainerFolder, listContainers } from "./docker_source.ts";
import { type NewEntry, type ReadingState, textSize } from "./model.ts";
import { sourcesProblem } from "./sources_problem.ts";
import type { Cursor, LogStore } from "./store.ts";

/** An open entry is whole when nothing came for so long. */
const FLUSH_MS = 2 * SECOND;
/** Stored together; as many as a block takes. */
const BATCH_ENTRIES = 4096;
const BATCH_CHARACTERS = 2 * 1024 * 1024;
/** A look may take long; what it has read by then is not to be read again if the process dies. */
const BATCH_MS = 50;
/** What is too much is taken away for so long at a time; reading goes on in between. */
const TRIM_MS = 50;
/** Containers read in turns, each with its files open. */
const READ_AT_ONCE = 32;
/** How far a container that is gone was read is remembered: its folder may only be away for a while. */
const CURSORS_KEPT_MS = 30 * DAY;
/** The same trouble is logged once in this time. */
const TROUBLE_MS = MINUTE;

export interface TailerOptions {
  readonly store: LogStore;
  /** The folder with a folder for each container. */
  readonly sources: string;
  /** Whether a container of this name is followed. */
  readonly isFollowed: (name: string) => boolean;
  /** Bytes from the end of a file that is seen for the first time; 0 is all. */
  readonly tailBuffer: number;
  readonly clock: Clock;
  /** Milliseconds by a clock that never steps. */
  readonly elapsed: () => number;
  readonly logger: Logger;
  /** Gets entries once they are stored. */
  readonly onStored: (run: StoredRun) => void;
  readonly onMalformed: () => void;
  /** Told how many entries made room because the database had reached its size. */
  readonly onTrimmed: (entries: number) => void;
}

/**
 * Follows the log files of all containers. What was read is stored together with how far it was read, so a
 * process that dies at any moment goes on right there.
 */
export class Tailer {
  readonly #options: TailerOptions;
  readonly #readers = new Map<string, ContainerReader>();
  readonly #troubles = new Map<string, number>();
  #cursors = new Map<string, Cursor>();
  #batch: NewEntry[] = [];
  #characters = 0;
  #problem: string | null = null;
  /** Entries that were told to have made room. */
  #trimmed = 0;
  #found = 0;
  #followed = 0;
  #lastIngest: number | null;
  /** When the process before this one stored something. */
  readonly #lastSeen: number | null;
  /** Containers that come after the first look are read from their beginning. */
  #isFirstLook = true;
  #isStopping = false;
  #storedAt = 0;

  constructor(options: TailerOptions) {
    this.#options = options;
    const now = options.clock.now();
    const cursors = options.store.cursors();
    this.#lastIngest = cursors.reduce<number | null>(
      (last, { updatedAt }) => Math.max(last ?? 0, updatedAt),
      null,
    );
    this.#lastSeen = this.#lastIngest;
    const old = cursors.filter(({ updatedAt }) => updatedAt < now - CURSORS_KEPT_MS);
    this.#load(cursors);
    this.#forget(old);
  }

  get state(): ReadingState {
    return {
      problem: this.#problem,
      sources: this.#options.sources,
      containersFound: this.#found,
      containersFollowed: this.#followed,
      stored: this.#options.store.total,
      lastIngest: this.#lastIngest === null ? null : isoTime(this.#lastIngest),
    };
  }

  /** Ends a look that is under way; what it has read is stored. */
  stop(): void {
    this.#isStopping = true;
  }

  /**
   * Looks once at all files and stores what is new; tells whether there is more to read at once. Throws when
   * it cannot be stored; it is read again then.
   */
  async poll(): Promise<boolean> {
    try {
      const readers = this.#look();
      for (let at = 0; at < readers.length && !this.#isStopping; at += READ_AT_ONCE) {
        await this.#readInTurns(readers.slice(at, at + READ_AT_ONCE));
      }
      if (this.#problem === null) this.#isFirstLook = false;
      this.#flush();
      this.#store();
      const hasMoreToTrim = this.#trim();
      return hasMoreToTrim || readers.some(({ isBehind }) => isBehind);
    } catch (error) {
      // What was read and could not be stored is forgotten, to be read again from where it was stored.
      this.#load([]);
      this.#load(this.#options.store.cursors());
      throw error;
    }
  }

  #load(cursors: readonly Cursor[]): void {
    this.#readers.clear();
    this.#batch = [];
    this.#characters = 0;
    this.#cursors = new Map(cursors.map((cursor) => [cursor.containerId, cursor]));
  }

  /** Forgets containers that are gone for long. */
  #forget(old: readonly Cursor[]): void {
    if (old.length === 0) return;
    const there = new Set(this.#folders()?.map(({ id }) => id));
    // A folder that cannot be read tells nothing of who is gone.
    if (there.size === 0) return;
    const gone = old.map(({ containerId }) => containerId).filter((id) => !there.has(id));
    this.#options.store.forgetCursors(gone);
  }

  /** Containers to be read: those that are followed and have news. */
  #look(): readonly ContainerReader[] {
    const folders = this.#folders();
    if (folders === null) return [];
    const there = new Set(folders.map(({ id }) => id));
    for (const [id, reader] of this.#readers) {
      if (!there.has(id) && !reader.isOpen) this.#readers.delete(id);
    }
    for (const { containerId, path, pending } of this.#cursors.values()) {
      // The container is gone, and its last entry was still open when this process began.
      const folder = { id: containerId, path: path.slice(0, path.lastIndexOf("/")) };
      if (pending !== null && !there.has(containerId)) this.#readerOf(folder);
    }
    const wanted: ContainerReader[] = [];
    this.#found = folders.length;
    this.#followed = 0;
    for (const folder of folders) {
      this.#attempt(folder.id, () => {
        const reader = this.#readerOf(folder);
        reader.refreshName();
        if (!this.#options.isFollowed(reader.name)) return;
        this.#followed++;
        if (reader.hasNews()) wanted.push(reader);
      });
    }
    return wanted;
  }

  #readerOf(folder: ContainerFolder): ContainerReader {
    const known = this.#readers.get(folder.id);
    if (known) return known;
    const reader = new ContainerReader(folder, this.#cursors.get(folder.id), {
      entry: (entry) => {
        this.#batch.push(entry);
        this.#characters += textSize(entry);
      },
      malformed: (container) => {
        this.#options.onMalformed();
        this.#trouble(`${folder.id} malformed`, "Malformed line skipped", { container });
      },
      trouble: (container, sentence) => {
        this.#trouble(`${folder.id} ${sentence}`, sentence, { container });
      },
    }, this.#options.elapsed());
    this.#readers.set(folder.id, reader);
    return reader;
  }

  /**
   * Lets that one read some which is farthest in the past, so that blocks hold entries of about the same time,
   * and one with a long backlog does not hold up the others.
   */
  async #readInTurns(readers: readonly ContainerReader[]): Promise<void> {
    const { tailBuffer, elapsed } = this.#options;
    const reading = new Map(readers.map((reader) => {
      const isNew = !this.#cursors.has(reader.folder.id) &&
        (!this.#isFirstLook || this.#isNewSinceLastTime(reader));
      return [reader, reader.read(isNew ? 0 : tailBuffer, elapsed)];
    }));
    try {
      while (reading.size > 0 && !this.#isStopping) {
        const [next] = [...reading].reduce((one, other) =>
          other[0].reached < one[0].reached ? other : one
        );
        const steps = reading.get(next);
        if (!steps || !await this.#step(next, steps)) reading.delete(next);
        if (!this.#isDue) continue;
        this.#store();
        // What was asked of this thread meanwhile.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    } finally {
      for (const steps of reading.values()) await steps.return(undefined);
    }
  }

  /** Whether a container came while nobody looked. */
  #isNewSinceLastTime(reader: ContainerReader): boolean {
    return this.#lastSeen !== null && reader.isMadeAfter(this.#lastSeen);
  }

  /** Reads some of a container; tells whether there is more. */
  async #step(reader: ContainerReader, steps: AsyncGenerator<void>): Promise<boolean> {
    try {
      return (await steps.next()).done !== true;
    } catch (error) {
      this.#failed(reader.folder.id, error);
      return false;
    }
  }

  /** Gives out entries that nothing was added to for a while, unless there is more to read. */
  #flush(): void {
    const before = this.#options.elapsed() - FLUSH_MS;
    for (const [id, reader] of this.#readers) {
      if (!reader.isOpen) continue;
      this.#attempt(id, () => {
        if (!reader.hasNews()) reader.flush(before);
      });
    }
  }

  /** Whether what was read is to be stored now, in the middle of a look. */
  get #isDue(): boolean {
    return this.#batch.length >= BATCH_ENTRIES || this.#characters >= BATCH_CHARACTERS ||
      this.#options.elapsed() - this.#storedAt >= BATCH_MS;
  }

  #store(): void {
    const { store, clock, onStored } = this.#options;
    this.#storedAt = this.#options.elapsed();
    const cursors = [...this.#readers.values()].flatMap((reader) => reader.takeCursor() ?? []);
    if (cursors.length === 0 && this.#batch.length === 0) return;
    const entries = this.#batch;
    const now = clock.now();
    const stored = store.append({ entries, cursors }, now);
    this.#batch = [];
    this.#characters = 0;
    for (const cursor of cursors) this.#cursors.set(cursor.containerId, cursor);
    if (stored.entries.length === 0) return;
    this.#lastIngest = now;
    onStored(stored);
    this.#trim();
  }

  /** Takes away what is too much, for a while; tells whether there is more to take. */
  #trim(): boolean {
    const { store, elapsed, onTrimmed } = this.#options;
    const until = elapsed() + TRIM_MS;
    while (store.trim()) {
      if (elapsed() > until) return true;
    }
    if (store.trimmed > this.#trimmed) onTrimmed(store.trimmed - this.#trimmed);
    this.#trimmed = store.trimmed;
    return false;
  }

  /** The folders of containers, or null, with the reason told, where they cannot be read. */
  #folders(): readonly ContainerFolder[] | null {
    const { sources, logger } = this.#options;
    try {
      const folders = listContainers(sources);
      if (this.#problem !== null) logger.info("Log folder can be read again", { sources });
      this.#problem = null;
      return folders;
    } catch (error) {
      const { problem: what, advice } = sourcesProblem(error, sources);
      const problem = `${what}. ${advice}`;
      if (this.#problem !== problem) logger.warn(problem);
      this.#problem = problem;
      this.#found = 0;
      this.#followed = 0;
      return null;
    }
  }

  /** Does something with a container; its failure does not keep the others from being read. */
  #attempt(id: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(id, error);
    }
  }

  #failed(id: string, error: unknown): void {
    // A folder may vanish while it is read.
    if (error instanceof Deno.errors.NotFound) return;
    this.#trouble(`${id} failed`, "Container cannot be read", {
      container: this.#readers.get(id)?.name ?? id,
      error: describeError(error),
    });
  }

  #trouble(key: string, sentence: string, fields: Record<string, unknown>): void {
    const now = this.#options.clock.now();
    const last = this.#troubles.get(key);
    if (last !== undefined && now - last < TROUBLE_MS) return;
    for (const [known, at] of this.#troubles) {
      if (now - at >= TROUBLE_MS) this.#troubles.delete(known);
    }
    this.#troubles.set(key, now);
    this.#options.logger.warn(sentence, fields);
  }
}

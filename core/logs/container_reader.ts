import { LineAssembler } from "./assembler.ts";
import {
  configPath,
  type ContainerFolder,
  currentLogPath,
  findAll,
  findUnread,
  nameFromConfig,
  nameFromId,
  type UnreadFile,
} from "./docker_source.ts";
import { LineCutter } from "./line_cutter.ts";
import type { LogFile } from "./log_file.ts";
import type { NewEntry } from "./model.ts";
import type { Cursor, FileIdentity } from "./store.ts";

/** Read files remembered, so that they are known again; the newest would do where nobody removes any by hand. */
const KEPT_FINISHED = 8;
/** How often a file that is not found is looked for again: it may just be on its way to another name. */
const LOOKS = 3;
const LOOK_AGAIN_MS = 20;

/** What reading comes across beside entries. */
export interface ReaderEvents {
  entry(entry: NewEntry): void;
  /** A line that Docker did not write so. */
  malformed(container: string): void;
  /** Something that was to be read and cannot be, as a sentence. */
  trouble(container: string, sentence: string): void;
}

/** Reads the log files of one container on from where it stopped. */
export class ContainerReader {
  readonly folder: ContainerFolder;
  readonly #events: ReaderEvents;
  readonly #assembler: LineAssembler;
  #cursor: Cursor | undefined;
  #isChanged = false;
  #isBehind = false;
  #reached = -Infinity;
  /** What the current log looked like when all of it was read. */
  #seen = "";
  #configSeen = "";

  constructor(
    folder: ContainerFolder,
    cursor: Cursor | undefined,
    events: ReaderEvents,
    now: number,
  ) {
    this.folder = folder;
    this.#cursor = cursor;
    this.#events = events;
    this.#assembler = new LineAssembler(
      cursor?.container ?? nameFromId(folder.id),
      (entry) => {
        this.#reached = entry.time;
        events.entry(entry);
      },
    );
    if (cursor) this.#assembler.restore(cursor.pending, now);
  }

  get name(): string {
    return this.#assembler.container;
  }

  /** The time of the last entry that was read, in ms; before the first it is the farthest past. */
  get reached(): number {
    return this.#reached;
  }

  /** Whether there were more files than are read at once. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Whether lines were read that are no whole entry yet. */
  get isOpen(): boolean {
    return this.#assembler.isOpen;
  }

  /** Looks what the container is called, if its description changed. */
  refreshName(): void {
    try {
      // Two of the same moment are told apart by their files.
      const looks = looksOf(configPath(this.folder));
      if (looks === "" || looks === this.#configSeen) return;
      const name = nameFromConfig(Deno.readTextFileSync(configPath(this.folder)));
      if (name === null) return;
      this.#configSeen = looks;
      this.#assembler.container = name;
    } catch (error) {
      // Its lines are read all the same, under the name it had.
      if (error instanceof Deno.errors.NotFound) return;
      this.#events.trouble(this.name, `File ${configPath(this.folder)} cannot be read: ${error}`);
    }
  }

  /** Whether the current log was made after a moment (ms); false where the system does not tell. */
  isMadeAfter(time: number): boolean {
    const { birthtime } = statOf(currentLogPath(this.folder)) ?? {};
    return birthtime !== undefined && birthtime !== null && birthtime.getTime() > time;
  }

  /** Whether the current log is not as it was when all of it was read. */
  hasNews(): boolean {
    const looks = this.#fileLooks();
    return looks !== "" && looks !== this.#seen;
  }

  /**
   * Reads what is new, some at a time. `tailBuffer` says how much of a container that was never seen, in
   * bytes from the end; 0 is all of it. `now` is a clock that never steps, in ms.
   */
  async *read(tailBuffer: number, now: () => number): AsyncGenerator<void> {
    this.#isBehind = false;
    const looks = this.#fileLooks();
    if (looks === "") return;
    const files = this.#cursor ? await this.#unread(this.#cursor) : await this.#first(tailBuffer);
    try {
      for (const unread of files) yield* this.#readFile(unread, now);
      this.#isBehind = files.at(-1)?.isCurrent === false;
      if (files.at(-1)?.isCurrent) this.#seen = looks;
    } finally {
      for (const { file } of files) file[Symbol.dispose]();
    }
  }

  /** Gives out what is open and was read at or before `before`, by the clock that `read` was given. */
  flush(before: number): void {
    if (!this.isOpen) return;
    this.#assembler.flush(before);
    this.#isChanged = true;
  }

  /** How far it was read, if that changed since the last time. */
  takeCursor(): Cursor | null {
    if (!this.#cursor || !this.#isChanged) return null;
    this.#isChanged = false;
    const pending = this.#assembler.save();
    return this.#cursor = { ...this.#cursor, container: this.name, pending };
  }

  async #unread(cursor: Cursor): Promise<readonly UnreadFile[]> {
    for (let look = 1;; look++) {
      const { file, position, finished } = cursor;
      const unread = await findUnread(this.folder, { file, position }, finished);
      if (unread === null) return [];
      if (!unread.isGap || look === LOOKS) {
        // What was being read was cut off and begins anew, or it is gone with all that it held: what comes now
        // does not go on with what is open.
        if (!unread.isContinued) this.flush(Infinity);
        return unread.files;
      }
      for (const one of unread.files) one.file[Symbol.dispose]();
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async #first(tailBuffer: number): Promise<readonly UnreadFile[]> {
    const all = await findAll(this.folder);
    try {
      return all ? await this.#begin(all, tailBuffer) : [];
    } catch (error) {
      for (const { file } of all ?? []) file[Symbol.dispose]();
      throw error;
    }
  }

  async #begin(all: readonly UnreadFile[], tailBuffer: number): Promise<readonly UnreadFile[]> {
    const current = all.at(-1)?.file;
    if (!current) return [];
    const [oldest = current] = tailBuffer === 0 ? all.map(({ file }) => file) : [current];
    this.#cursor = {
      containerId: this.folder.id,
      container: this.name,
      path: oldest.path,
      file: await oldest.identity(),
      position: 0,
      finished: [],
      pending: null,
    };
    this.#isChanged = true;
    if (tailBuffer === 0) return all;
    for (const { file } of all.slice(0, -1)) {
      this.#finish(await file.identity());
      file[Symbol.dispose]();
    }
    const position = await startOfTail(current, tailBuffer);
    return [{ file: current, position, isOldest: true, isCurrent: true }];
  }

  async *#readFile(
    { file, position, isCurrent }: UnreadFile,
    now: () => number,
  ): AsyncGenerator<void> {
    // Once for a chunk: asking the clock for each line takes a thirtieth of all its time.
    let readAt = now();
    const cutter = new LineCutter(position, {
      line: (text) => {
        if (!this.#assembler.line(text, readAt)) this.#events.malformed(this.name);
      },
      longLine: (head, tail) => {
        if (!this.#assembler.longLine(head, tail, readAt)) this.#events.malformed(this.name);
      },
    });
    let isCut = false;
    // Wherever something may be missing, what comes next does not go on with what is open.
    if (!await this.#moveTo(file, position)) return this.flush(Infinity);
    try {
      for await (const chunk of file.chunks(position)) {
        // Emptied and written anew meanwhile: the next look begins at its start.
        if (!file.isPacked && !await this.#isStill(file)) return this.flush(Infinity);
        readAt = now();
        cutter.push(chunk);
        this.#advance(cutter.position);
        yield;
      }
    } catch (error) {
      if (!file.isPacked) throw error;
      // What could be unpacked was read; there will not be more.
      const why = error instanceof Error ? error.message : String(error);
      this.#events.trouble(this.name, `File ${file.path} cannot be unpacked to its end: ${why}`);
      isCut = true;
    }
    if (isCurrent) return;
    // Nobody writes to it any more.
    readAt = now();
    cutter.end();
    this.#advance(cutter.position);
    if (isCut) this.flush(Infinity);
    yield;
  }

  /** From now on this file is the one being read; false when it was emptied since it was found. */
  async #moveTo(file: LogFile, position: number): Promise<boolean> {
    if (!this.#cursor) return false;
    const isKnown = await file.is(this.#cursor.file);
    if (position > 0 && !isKnown && this.#cursor.position > 0) return false;
    const identity = await file.identity();
    if (!isKnown) this.#finish(this.#cursor.file);
    this.#cursor = { ...this.#cursor, file: identity, path: file.path, position };
    this.#isChanged = true;
    return true;
  }

  /** Whether the file being read begins as it did. */
  async #isStill(file: LogFile): Promise<boolean> {
    return !this.#cursor || this.#cursor.file.headLength === 0 ||
      await file.is(this.#cursor.file);
  }

  #finish(file: FileIdentity): void {
    // One that was known by nothing is not known again.
    if (!this.#cursor || file.headLength === 0) return;
    const finished = [file, ...this.#cursor.finished].slice(0, KEPT_FINISHED);
    this.#cursor = { ...this.#cursor, finished };
  }

  #advance(position: number): void {
    if (!this.#cursor || this.#cursor.position === position) return;
    this.#cursor = { ...this.#cursor, position };
    this.#isChanged = true;
  }

  #fileLooks(): string {
    return looksOf(currentLogPath(this.folder));
  }
}

/** Inode, size and time of a file as one text; empty when there is none. */
function looksOf(path: string): string {
  const stat = statOf(path);
  return stat ? `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtime?.getTime()}` : "";
}

/** Where the last so many bytes of a file begin, at the start of a line. */
async function startOfTail(file: LogFile, bytes: number): Promise<number> {
  if (file.size <= bytes) return 0;
  // The byte before tells whether a line begins right there.
  let position = file.size - bytes - 1;
  for await (const chunk of file.chunks(position)) {
    const newline = chunk.indexOf(10);
    if (newline >= 0) return position + newline + 1;
    position += chunk.length;
  }
  return file.size;
}

function statOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

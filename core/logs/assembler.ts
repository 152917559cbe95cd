import { stripAnsi } from "./ansi.ts";
import { FrameDecoder } from "./frame_decoder.ts";
import { ENTRY_SEPARATOR, LIMITS, type NewEntry, type Stream } from "./model.ts";
import { LineJoiner } from "./multiline.ts";
import type { OpenEntry } from "./open_entry.ts";
import { Pieces } from "./pieces.ts";
import { readSaved, type SavedStream } from "./saved_lines.ts";
import { storableText } from "../text.ts";

/** Takes the place of the character that separates entries in a block. */
const VISIBLE_SEPARATOR = "\u241e";

/** Turns the lines of one container's Docker log files into entries. */
export class LineAssembler {
  /** The container's name; entries have the one that it has when they are given out. */
  container: string;
  readonly #emit: (entry: NewEntry) => void;
  readonly #decoder = new FrameDecoder();
  readonly #out: StreamAssembler;
  readonly #err: StreamAssembler;

  /** `emit` is given each entry once it is whole; those of one stream in their order. */
  constructor(container: string, emit: (entry: NewEntry) => void) {
    this.container = container;
    this.#emit = emit;
    this.#out = new StreamAssembler("stdout", (entry) => this.#giveOut("stdout", entry));
    this.#err = new StreamAssembler("stderr", (entry) => this.#giveOut("stderr", entry));
  }

  /** Whether anything is open: pieces of a message, or an entry to which lines may follow. */
  get isOpen(): boolean {
    return this.#out.isOpen || this.#err.isOpen;
  }

  /** Takes one line of a log file, without its newline, read at `now` (ms). False when it is malformed. */
  line(text: string, now: number): boolean {
    if (!this.#decoder.read(text)) return false;
    this.#add(now, false);
    return true;
  }

  /**
   * Takes a line that is so long that only its beginning and its end were kept. Its message is cut and
   * marked. False when nothing can be made of it.
   */
  longLine(head: string, tail: string, now: number): boolean {
    if (!this.#decoder.readLong(head, tail)) return false;
    this.#add(now, true);
    return true;
  }

  /** Gives out what is open in a stream of which nothing was read after `before` (ms). */
  flush(before: number): void {
    this.#out.flush(before);
    this.#err.flush(before);
  }

  /** What is open, as text to be kept with the position up to which lines were taken; null when nothing is. */
  save(): string | null {
    if (!this.isOpen) return null;
    return JSON.stringify({ stdout: this.#out.open, stderr: this.#err.open });
  }

  /**
   * Takes back what was saved, in place of what is open, as if it had been read at `now` (ms). A text that
   * was not saved by this class is nothing.
   */
  restore(saved: string | null, now: number): void {
    const { stdout, stderr } = readSaved(saved);
    this.#out.restore(stdout, now);
    this.#err.restore(stderr, now);
  }

  #add(now: number, isCut: boolean): void {
    const stream = this.#decoder.stream === "stdout" ? this.#out : this.#err;
    stream.add(this.#decoder, now, isCut);
  }

  #giveOut(stream: Stream, { time, level, message, raw }: OpenEntry): void {
    this.#emit({ time, container: this.container, stream, level, message, raw: raw ?? message });
  }
}

/** One of the two streams of a container: pieces to messages, messages to entries. */
class StreamAssembler {
  readonly #pieces = new Pieces();
  readonly #joiner: LineJoiner;
  /** Ms, when something was read last that was not blank. */
  #lastRead = 0;

  constructor(stream: Stream, emit: (entry: OpenEntry) => void) {
    this.#joiner = new LineJoiner(stream, emit);
  }

  get isOpen(): boolean {
    return this.#joiner.last !== null || this.#pieces.open !== null;
  }

  get open(): SavedStream {
    const { last, doubted } = this.#joiner;
    return { pieces: this.#pieces.open, last, doubted };
  }

  add(frame: FrameDecoder, now: number, isCut: boolean): void {
    const { text, isEnded, time } = frame;
    const pieces = this.#pieces;
    if (pieces.open !== null && pieces.endedBefore(time)) this.#endPieces();
    if (pieces.open === null && isEnded && !isCut && text.length <= LIMITS.message) {
      return this.#addMessage(text, time, now);
    }
    const start = pieces.open?.time ?? time;
    const message = pieces.add(text, isEnded, time, isCut);
    this.#lastRead = now;
    if (message !== null) this.#addMessage(message, start, now);
  }

  flush(before: number): void {
    if (!this.isOpen || this.#lastRead > before) return;
    this.#endPieces();
    this.#joiner.flush();
  }

  restore(saved: SavedStream, now: number): void {
    this.#pieces.open = saved.pieces;
    this.#joiner.last = saved.last;
    this.#joiner.doubted = saved.doubted;
    this.#lastRead = now;
  }

  #endPieces(): void {
    const start = this.#pieces.open?.time ?? 0;
    const message = this.#pieces.end();
    if (message !== null) this.#addMessage(message, start, this.#lastRead);
  }

  #addMessage(text: string, time: number, now: number): void {
    const raw = visible(text);
    if (this.#joiner.add(stripAnsi(raw), raw, time)) this.#lastRead = now;
  }
}

/** The text without what the store cannot keep. */
function visible(text: string): string {
  const storable = storableText(text);
  return storable.includes(ENTRY_SEPARATOR)
    ? storable.replaceAll(ENTRY_SEPARATOR, VISIBLE_SEPARATOR)
    : storable;
}

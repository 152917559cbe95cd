import { LARGE_BYTES } from "../garbage.ts";

/**
 * Memory that a body has before any of it came, in bytes, and how many times as much whenever it is full. Most
 * reports and batches have room in the first: each read costs some µs.
 */
const FIRST_ROOM = 16 * 1024;
const GROWTH = 4;
/**
 * Free room that a body without a length needs, in bytes. The runtime reads the framing of its chunks into it
 * as well; where a chunk's head and extensions do not fit, it waits for ever (measured: with 4 bytes).
 */
const ROOM_FOR_FRAMING = 1024;
/** Bytes that are asked for in one read: the runtime takes as much again meanwhile. */
const MOST_AT_ONCE = 64 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

/** A body as it arrives. */
export interface IncomingBody {
  /** How much of it came so far, in bytes. */
  readonly length: number;
  /** The memory that it takes, in bytes. */
  readonly room: number;
  /** Waits for more of it; false at its end. */
  more(): Promise<boolean>;
  /** All that came. */
  whole(): Bytes;
  /** Ends `more()`; nothing comes any more. */
  cancel(): void;
}

/** `declared` is how long the body will be, in bytes; NaN where that is not known. */
export function incomingBody(body: ReadableStream<Bytes>, declared: number): IncomingBody {
  // What came together with its head, the runtime gives in one piece, as a stream of another kind.
  if (isOfPieces(body)) return new PiecedBody(body.getReader());
  let reader: ReadableStreamBYOBReader;
  try {
    reader = body.getReader({ mode: "byob" });
  } catch {
    // As well, where the runtime hides of which kind a stream is.
    return new PiecedBody(body.getReader());
  }
  return new GrowingBody(reader, declared);
}

/** Where the runtime keeps what a stream is fed by; undefined where it hides that. */
let controllerKey: symbol | undefined;

/**
 * Whether a stream surely is not one of bytes. To ask for a reader and catch what is thrown takes 13 µs, a tenth
 * of all that an error's report takes.
 */
function isOfPieces(body: ReadableStream): boolean {
  controllerKey ??= Object.getOwnPropertySymbols(body)
    .find(({ description }) => description === "[[controller]]");
  return controllerKey !== undefined &&
    Reflect.get(body, controllerKey) instanceof ReadableStreamDefaultController;
}

/**
 * Reads into memory of its own, which grows with what came, whatever was declared. Left to itself, the runtime
 * takes 64 KiB for every read, while it waits as well, and each piece keeps them, be it of a single byte.
 */
class GrowingBody implements IncomingBody {
  length = 0;
  room: number;
  readonly #reader: ReadableStreamBYOBReader;
  readonly #declared: number;
  /** Room that has to be free. */
  readonly #spare: number;
  /** Nothing, while it is with the reader. */
  #memory: Bytes;

  constructor(reader: ReadableStreamBYOBReader, declared: number) {
    this.#reader = reader;
    this.#declared = declared;
    this.#spare = Number.isNaN(declared) ? ROOM_FOR_FRAMING : 1;
    this.room = roomAfter(0, declared);
    this.#memory = new Uint8Array(this.room);
  }

  async more(): Promise<boolean> {
    const { done, value } = await this.#reader.read(
      this.#memory.subarray(this.length, this.length + MOST_AT_ONCE),
    );
    // It comes back as another; not at all where the reader was canceled.
    if (value !== undefined) {
      this.#memory = new Uint8Array(value.buffer);
      this.length += value.length;
    }
    if (!done && this.length + this.#spare > this.room) this.#grow();
    return !done;
  }

  whole(): Bytes {
    return this.#memory.subarray(0, this.length);
  }

  cancel(): void {
    this.#reader.cancel().catch(() => {});
  }

  #grow(): void {
    const full = this.#memory;
    this.room = roomAfter(this.room, this.#declared);
    this.#memory = new Uint8Array(this.room);
    this.#memory.set(full);
    freeBytes(full);
  }
}

/** The next room of a body: never just what is declared, for its end has to be read too. */
function roomAfter(room: number, declared: number): number {
  const grown = Math.max(room * GROWTH, FIRST_ROOM);
  if (declared >= room) return room >= LARGE_BYTES ? declared + 1 : Math.min(grown, declared + 1);
  return room >= LARGE_BYTES ? room * 2 : grown;
}

class PiecedBody implements IncomingBody {
  length = 0;
  readonly #reader: ReadableStreamDefaultReader<Bytes>;
  readonly #pieces: Bytes[] = [];

  constructor(reader: ReadableStreamDefaultReader<Bytes>) {
    this.#reader = reader;
  }

  get room(): number {
    return this.length;
  }

  async more(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    if (done) return false;
    this.#pieces.push(value);
    this.length += value.length;
    return true;
  }

  whole(): Bytes {
    const [first] = this.#pieces;
    if (this.#pieces.length === 1 && first) return first;
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  cancel(): void {
    this.#reader.cancel().catch(() => {});
  }
}

/** Frees bytes that nobody needs any more at once, where garbage would have to wait to be collected. */
export function freeBytes(bytes: Bytes): void {
  bytes.buffer.transfer(0);
}

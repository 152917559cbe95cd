import { Buffer } from "node:buffer";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { ENTRY_SEPARATOR, LEVELS, type NewEntry, type StoredEntry, STREAMS } from "./model.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";
import { distinctWords } from "./distinct_words.ts";

/** Entries that were just stored, in the order of their ids, which have no gaps. */
export interface StoredRun {
  readonly firstId: number;
  readonly entries: readonly NewEntry[];
}

/** What is kept of a block. */
export interface EncodedBlock {
  /** Compressed, for `decodeBlock`. */
  readonly data: Uint8Array;
  /** The words of its messages, each once, for the index. */
  readonly indexWords: string;
}

/** Entries to be looked through, in the order of their ids, which have no gaps. */
export interface EntryList {
  readonly firstId: number;
  readonly count: number;
  /** Milliseconds since the epoch, by position. */
  readonly times: Float64Array;
  /** Indexes into `LEVELS`, by position. */
  readonly levels: Uint8Array;
  /** Indexes into `containerNames`, by position. */
  readonly containers: Uint16Array;
  readonly containerNames: readonly string[];
  /** All messages in lower case, with `ENTRY_SEPARATOR` between. */
  lowerText(): string;
  entry(position: number): StoredEntry;
}

const VERSION = 1;
/** Of the byte that tells an entry's level, stream, and whether its raw text is another. */
const LEVEL_BITS = 7;
const STREAM_BIT = 3;
const RAW_BIT = 4;

const encoder = new TextEncoder();
// A byte order mark is text like any other here.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Entries with ids without gaps, compressed by zstd: a column of like values compresses far better than rows
 * of unlike ones. Messages are kept in lower case, as searches look through them, with the places of their
 * capitals beside: that halves the time of a search, which would lower them each time.
 */
export function encodeBlock({ firstId, entries }: StoredRun): EncodedBlock {
  const text = entries.map(({ message }) => message).join(ENTRY_SEPARATOR);
  const names = [...new Set(entries.map(({ container }) => container))];
  const indexes = new Map(names.map((name, index) => [name, index]));
  const containers = Uint16Array.from(entries, ({ container }) => indexes.get(container) ?? 0);
  const flags = Uint8Array.from(
    entries,
    ({ level, stream, message, raw }) =>
      LEVELS.indexOf(level) | STREAMS.indexOf(stream) << STREAM_BIT |
      Number(raw !== message) << RAW_BIT,
  );
  const raws = entries.filter(({ message, raw }) => raw !== message).map(({ raw }) => raw);
  const messages = encoder.encode(text);
  const isAscii = messages.length === text.length;
  const capitals = takeCapitals(messages);

  const block = new ByteWriter(messages.length + capitals.length + 16 * entries.length);
  block.unsigned(VERSION);
  block.unsigned(entries.length);
  block.unsigned(firstId);
  block.unsigned(Number(isAscii));
  block.section(encoder.encode(JSON.stringify(names)));
  block.section(encodeTimes(entries));
  block.section(flags);
  block.section(new Uint8Array(containers.buffer));
  block.section(capitals);
  block.section(messages);
  block.section(encoder.encode(raws.join(ENTRY_SEPARATOR)));
  return { data: zstdCompressSync(block.written), indexWords: indexWords(text, messages, isAscii) };
}

/** As differences, which are small where entries come one after the other. */
function encodeTimes(entries: readonly NewEntry[]): Uint8Array {
  const times = new ByteWriter(8 * entries.length);
  let before = 0;
  for (const { time } of entries) {
    times.signed(time - before);
    before = time;
  }
  return times.written;
}

/** Lowers the letters of ASCII in a text; gives how far each capital was from the one before. */
function takeCapitals(bytes: Uint8Array): Uint8Array {
  const capitals = new ByteWriter(bytes.length >> 2);
  let before = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 65 || byte > 90) continue;
    bytes[at] = byte | 0x20;
    capitals.unsigned(at - before);
    before = at;
  }
  return capitals.written;
}

/** What `takeCapitals` was given. */
function withCapitals(lowered: Uint8Array, capitals: Uint8Array): Uint8Array {
  const bytes = lowered.slice();
  const distances = new ByteReader(capitals);
  let at = 0;
  while (!distances.isAtEnd) {
    at += distances.unsigned();
    bytes[at] = (bytes[at] ?? 0) & ~0x20;
  }
  return bytes;
}

/** The words of a text, for the index: runs of `a` to `z` and digits; all else separates. */
function indexWords(text: string, lowered: Uint8Array, isAscii: boolean): string {
  // Of other scripts some letters are one of ASCII in lower case.
  return distinctWords(isAscii ? lowered : encoder.encode(text.toLowerCase()));
}

/** As one byte a character: a third of the time that decoding UTF-8 takes. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

/** Opens what `encodeBlock` wrote. Most of it is decoded when it is asked for. */
export function decodeBlock(data: Uint8Array): EntryList {
  const { buffer, byteOffset, length } = zstdDecompressSync(data);
  // Plain bytes: of a Buffer, slice() is no copy.
  const block = new ByteReader(new Uint8Array(buffer, byteOffset, length));
  const version = block.unsigned();
  if (version !== VERSION) throw new Error(`Block has version ${version}, not ${VERSION}`);
  return new DecodedBlock(block);
}

class DecodedBlock implements EntryList {
  readonly firstId: number;
  readonly count: number;
  readonly containers: Uint16Array;
  readonly containerNames: readonly string[];
  readonly #isAscii: boolean;
  readonly #timeBytes: Uint8Array;
  readonly #flags: Uint8Array;
  readonly #capitals: Uint8Array;
  readonly #loweredBytes: Uint8Array;
  readonly #rawBytes: Uint8Array;
  #times: Float64Array | undefined;
  #levels: Uint8Array | undefined;
  #lower: string | undefined;
  #messages: readonly string[] | undefined;
  #raws: readonly string[] | undefined;

  constructor(block: ByteReader) {
    this.count = block.unsigned();
    this.firstId = block.unsigned();
    this.#isAscii = block.unsigned() === 1;
    this.containerNames = JSON.parse(decoder.decode(block.section()));
    this.#timeBytes = block.section();
    this.#flags = block.section();
    // Copied, since its numbers need an even address.
    this.containers = new Uint16Array(block.section().slice().buffer);
    this.#capitals = block.section();
    this.#loweredBytes = block.section();
    this.#rawBytes = block.section();
  }

  get times(): Float64Array {
    return this.#times ??= decodeTimes(this.#timeBytes, this.count);
  }

  get levels(): Uint8Array {
    return this.#levels ??= this.#flags.map((flags) => flags & LEVEL_BITS);
  }

  lowerText(): string {
    // In ASCII all capitals are gone already.
    return this.#lower ??= this.#isAscii
      ? this.#decode(this.#loweredBytes)
      : this.#decode(withCapitals(this.#loweredBytes, this.#capitals)).toLowerCase();
  }

  entry(position: number): StoredEntry {
    const flags = this.#flags[position] ?? 0;
    this.#messages ??= this.#decode(withCapitals(this.#loweredBytes, this.#capitals))
      .split(ENTRY_SEPARATOR);
    const message = this.#messages[position] ?? "";
    return {
      id: this.firstId + position,
      time: this.times[position] ?? 0,
      container: this.containerNames[this.containers[position] ?? 0] ?? "",
      stream: STREAMS[flags >> STREAM_BIT & 1] ?? "stdout",
      level: LEVELS[flags & LEVEL_BITS] ?? "INFO",
      message,
      raw: flags >> RAW_BIT & 1 ? this.#raw(position) : message,
    };
  }

  #decode(bytes: Uint8Array): string {
    return this.#isAscii ? latin1(bytes) : decoder.decode(bytes);
  }

  #raw(position: number): string {
    this.#raws ??= decoder.decode(this.#rawBytes).split(ENTRY_SEPARATOR);
    let before = 0;
    for (let at = 0; at < position; at++) before += (this.#flags[at] ?? 0) >> RAW_BIT & 1;
    return this.#raws[before] ?? "";
  }
}

function decodeTimes(bytes: Uint8Array, count: number): Float64Array {
  const differences = new ByteReader(bytes);
  const times = new Float64Array(count);
  let time = 0;
  for (let at = 0; at < count; at++) times[at] = time += differences.signed();
  return times;
}

/** Entries that are not sealed yet, seen as a block. */
export class OpenEntries implements EntryList {
  readonly firstId: number;
  readonly count: number;
  readonly times: Float64Array;
  readonly levels: Uint8Array;
  readonly containers: Uint16Array;
  readonly containerNames: readonly string[];
  readonly #entries: readonly StoredEntry[];
  #lower: string | undefined;

  constructor(entries: readonly StoredEntry[]) {
    this.#entries = entries;
    this.firstId = entries[0]?.id ?? 0;
    this.count = entries.length;
    this.times = Float64Array.from(entries, ({ time }) => time);
    this.levels = Uint8Array.from(entries, ({ level }) => LEVELS.indexOf(level));
    this.containerNames = [...new Set(entries.map(({ container }) => container))];
    const indexes = new Map(this.containerNames.map((name, index) => [name, index]));
    this.containers = Uint16Array.from(entries, ({ container }) => indexes.get(container) ?? 0);
  }

  lowerText(): string {
    return this.#lower ??= this.#entries.map(({ message }) => message).join(ENTRY_SEPARATOR)
      .toLowerCase();
  }

  entry(position: number): StoredEntry {
    const entry = this.#entries[position];
    if (!entry) throw new Error(`No entry ${position} of ${this.count}`);
    return entry;
  }
}

import { decode, encode } from "@jridgewell/sourcemap-codec";
import { Failure } from "../failure.ts";

/** A place in the generated code and what it was made of. All numbers are 0-based. */
export interface Segment {
  readonly line: number;
  readonly column: number;
  /** An index into the map's sources; -1 where the code comes from none. */
  readonly source: number;
  readonly sourceLine: number;
  readonly sourceColumn: number;
  /** An index into the map's names; -1 without one. */
  readonly name: number;
}

/** How many of each there are, which is what indexes must stay below. */
export interface MappingTables {
  readonly sources: number;
  readonly names: number;
}

/** Mappings as they are stored. */
export interface MappingsData {
  /** Encoded as in the source map, sorted. */
  readonly text: Uint8Array;
  readonly checkpoints: Int32Array;
}

/** What a lookup decodes at most. */
const STRIDE = 64;
/** What a checkpoint holds: see `Decoder.save()`. */
const FIELDS = 8;
/** Segments that are checked in one step. */
const STEP = 4096;

/**
 * The `mappings` of a source map (ECMA-426), in the encoded form in which they come, with a checkpoint
 * every 64 segments: 5 to 7 bytes a segment, where decoded segments as arrays take about 100. A lookup
 * searches for the checkpoint and decodes at most 64 segments from there.
 */
export class Mappings {
  readonly data: MappingsData;
  readonly #text: Uint8Array;
  readonly #checkpoints: Int32Array;

  /** Of what was read once, and is not checked again. */
  constructor(data: MappingsData) {
    this.data = data;
    this.#text = data.text;
    this.#checkpoints = data.checkpoints;
  }

  /** Reads and checks, in steps, as it may take long. Throws a `Failure` where they are not valid. */
  static *read(mappings: string, tables: MappingTables): Generator<void, Mappings> {
    const text = new TextEncoder().encode(mappings);
    const { checkpoints, isSorted } = yield* checkMappings(text, tables);
    if (isSorted) return new Mappings({ text, checkpoints: Int32Array.from(checkpoints) });
    // Few tools write the segments of a line out of order. The codec sorts them.
    const sorted = new TextEncoder().encode(encode(decode(mappings)));
    const again = yield* checkMappings(sorted, tables);
    return new Mappings({ text: sorted, checkpoints: Int32Array.from(again.checkpoints) });
  }

  /** What it takes of memory. */
  get bytes(): number {
    return this.#text.byteLength + this.#checkpoints.byteLength;
  }

  /**
   * The last segment of the line that begins at the column or before it; of several that begin at the very
   * column the first. Null where there is none.
   */
  find(line: number, column: number): Segment | null {
    const decoder = this.#decoderBefore(line, column);
    let found: Segment | null = null;
    while (decoder.next()) {
      if (decoder.line > line || (decoder.line === line && decoder.column > column)) break;
      if (decoder.line === line && found?.column !== column) found = decoder.segment();
    }
    return found;
  }

  /** The first segment of a line all of which was made of one line of source; else null. */
  findOnly(line: number): Segment | null {
    const decoder = this.#decoderBefore(line, 0);
    let only: Segment | null = null;
    while (decoder.next() && decoder.line <= line) {
      if (decoder.line < line) continue;
      only ??= decoder.segment();
      if (decoder.source !== only.source || decoder.sourceLine !== only.sourceLine) return null;
    }
    return only;
  }

  /** A decoder that has still to come to the first segment at the place or after it. */
  #decoderBefore(line: number, column: number): Decoder {
    let low = 0;
    let high = this.#checkpoints.length / FIELDS;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const ownLine = this.#checkpoints[middle * FIELDS + 1] ?? 0;
      const ownColumn = this.#checkpoints[middle * FIELDS + 2] ?? 0;
      if (ownLine < line || (ownLine === line && ownColumn < column)) low = middle + 1;
      else high = middle;
    }
    const decoder = new Decoder(this.#text);
    if (low > 0) decoder.restore(this.#checkpoints, (low - 1) * FIELDS);
    return decoder;
  }
}

interface CheckedMappings {
  readonly checkpoints: readonly number[];
  readonly isSorted: boolean;
}

/** Decodes all of it once. Throws a `Failure` at what ECMA-426 does not allow. */
function* checkMappings(
  text: Uint8Array,
  tables: MappingTables,
): Generator<void, CheckedMappings> {
  const checkpoints: number[] = [];
  const decoder = new Decoder(text);
  let isSorted = true;
  for (let count = 0;; count++) {
    if (count % STEP === 0) yield;
    const { line, column } = decoder;
    const before = count % STRIDE === 0 ? decoder.state() : null;
    if (!decoder.next()) return { checkpoints, isSorted };
    decoder.check(tables);
    if (decoder.line === line && decoder.column < column) isSorted = false;
    if (before === null) continue;
    const { offset, source, sourceLine, sourceColumn, name } = before;
    const columnBefore = decoder.line === line ? column : 0;
    checkpoints.push(offset, decoder.line, decoder.column, columnBefore);
    checkpoints.push(source, sourceLine, sourceColumn, name);
  }
}

const COMMA = 44;
const SEMICOLON = 59;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** The value of each character; -1 for those that are no digit. */
const VALUES = new Int8Array(256).fill(-1);
for (let value = 0; value < DIGITS.length; value++) VALUES[DIGITS.charCodeAt(value)] = value;

/** What numbers are added to. */
interface State {
  readonly offset: number;
  readonly source: number;
  readonly sourceLine: number;
  readonly sourceColumn: number;
  readonly name: number;
}

/** Goes through encoded segments. Its fields are those of the segment it came to last. */
class Decoder {
  line = 0;
  column = 0;
  source = -1;
  sourceLine = 0;
  sourceColumn = 0;
  name = -1;
  readonly #text: Uint8Array;
  #at = 0;
  #lastSource = 0;
  #lastName = 0;

  constructor(text: Uint8Array) {
    this.#text = text;
  }

  /** Where it is, before it comes to the next segment. */
  state(): State {
    const { sourceLine, sourceColumn } = this;
    return {
      offset: this.#at,
      source: this.#lastSource,
      sourceLine,
      sourceColumn,
      name: this.#lastName,
    };
  }

  /** Goes to a checkpoint, so that `next()` comes to its segment. */
  restore(checkpoints: Int32Array, at: number): void {
    this.#at = checkpoints[at] ?? 0;
    // Separators in front of the segment were counted already.
    while (isSeparator(this.#text[this.#at])) this.#at++;
    this.line = checkpoints[at + 1] ?? 0;
    this.column = checkpoints[at + 3] ?? 0;
    this.#lastSource = checkpoints[at + 4] ?? 0;
    this.sourceLine = checkpoints[at + 5] ?? 0;
    this.sourceColumn = checkpoints[at + 6] ?? 0;
    this.#lastName = checkpoints[at + 7] ?? 0;
  }

  /** Comes to the next segment; false at the end. */
  next(): boolean {
    let code = this.#text[this.#at];
    while (isSeparator(code)) {
      if (code === SEMICOLON) {
        this.line++;
        this.column = 0;
      }
      code = this.#text[++this.#at];
    }
    if (code === undefined) return false;
    this.column += this.#number();
    if (this.#isSegmentOver()) {
      this.source = -1;
      this.name = -1;
      return true;
    }
    this.source = this.#lastSource += this.#number();
    this.sourceLine += this.#number();
    this.sourceColumn += this.#number();
    this.name = this.#isSegmentOver() ? -1 : this.#lastName += this.#number();
    if (!this.#isSegmentOver()) throw invalidMap("a segment of `mappings` has over 5 fields");
    return true;
  }

  segment(): Segment {
    const { line, column, source, sourceLine, sourceColumn, name } = this;
    return { line, column, source, sourceLine, sourceColumn, name };
  }

  /** Throws a `Failure` where the segment names what there is not. */
  check({ sources, names }: MappingTables): void {
    if (this.column < 0 || this.column > MOST) throw this.#outOfRange("column", this.column);
    // Only one that was read can have made the sum negative.
    if (this.#lastSource < 0) throw this.#outOfRange("source", this.#lastSource, ` of ${sources}`);
    if (this.source === -1) return;
    if (this.source >= sources) throw this.#outOfRange("source", this.source, ` of ${sources}`);
    if (this.sourceLine < 0 || this.sourceLine > MOST) {
      throw this.#outOfRange("original line", this.sourceLine);
    }
    if (this.sourceColumn < 0 || this.sourceColumn > MOST) {
      throw this.#outOfRange("original column", this.sourceColumn);
    }
    if (this.#lastName < 0 || (this.name !== -1 && this.name >= names)) {
      throw this.#outOfRange("name", this.#lastName, ` of ${names}`);
    }
  }

  #isSegmentOver(): boolean {
    const code = this.#text[this.#at];
    return code === undefined || isSeparator(code);
  }

  /** A number in base64 VLQ: five bits a digit, the lowest first, the lowest bit the sign. */
  #number(): number {
    let value = 0;
    let scale = 1;
    while (true) {
      const code = this.#text[this.#at];
      const digit = code === undefined ? -1 : VALUES[code] ?? -1;
      if (digit < 0) throw this.#badDigit(code);
      this.#at++;
      value += (digit & 31) * scale;
      if (digit < 32) break;
      scale *= 32;
      if (scale > 2 ** 31) throw invalidMap("a number of `mappings` is too large");
    }
    const half = Math.floor(value / 2);
    return value % 2 === 0 ? half : -half;
  }

  #badDigit(code: number | undefined): Failure {
    if (code === undefined || isSeparator(code)) {
      return invalidMap(`\`mappings\` breaks off within a segment at character ${this.#at}`);
    }
    const shown = JSON.stringify(String.fromCharCode(code));
    return invalidMap(`\`mappings\` has the character ${shown} at ${this.#at}, which is no digit`);
  }

  #outOfRange(what: string, value: number, of = ""): Failure {
    return invalidMap(`\`mappings\` names ${what} ${value}${of}, which there is not`);
  }
}

/** Lines and columns fit into a cell of a checkpoint. */
const MOST = 2 ** 31 - 1;

function isSeparator(code: number | undefined): boolean {
  return code === COMMA || code === SEMICOLON;
}

/** The refusal of a map, with what is wrong with it. */
export function invalidMap(why: string): Failure {
  return new Failure("invalid", `Not a valid source map: ${why}`);
}

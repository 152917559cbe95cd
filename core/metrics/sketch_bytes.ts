/**
 * Varints like those of `../bytes.ts`, for hundreds of thousands of sketches in a row: nothing is
 * allocated for one but its bytes, which would cost more than the rest.
 */

const FIRST_BYTES = 64;

/** Writes one encoded sketch after another. */
export class SketchWriter {
  #bytes = new Uint8Array(0);
  #length = 0;

  /** A safe integer from 0. */
  unsigned(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#byte(rest % 0x80 + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#byte(rest);
  }

  /** What was written since the last time. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #byte(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(Math.max(FIRST_BYTES, 2 * this.#length));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = byte;
  }
}

/** Reads an encoded sketch within other bytes, without a view of them. */
export class SketchReader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  /** `start` and `end`, which is not included, are places in `bytes`. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** A safe integer from 0. Throws an Error if there is none. */
  unsigned(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    let value = first - 0x80;
    for (let scale = 0x80; scale <= Number.MAX_SAFE_INTEGER; scale *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) break;
      if (byte < 0x80) return value;
    }
    throw new Error("Sketch has a number that is too great");
  }

  /** Throws an Error if something is left. */
  finish(): void {
    if (this.#at !== this.#end) throw new Error("Sketch ends before its bytes do");
  }

  #byte(): number {
    const byte = this.#at < this.#end ? this.#bytes[this.#at++] : undefined;
    if (byte === undefined) throw new Error("Bytes end within a sketch");
    return byte;
  }
}

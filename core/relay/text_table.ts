/** Many short texts in one piece of memory: as strings of their own, each would take 20 bytes more and a pointer. */
export class TextTable {
  readonly #bytes: Uint8Array;
  /** Where each begins, and the end of the last. */
  readonly #starts: Uint32Array;

  constructor(texts: readonly string[]) {
    const encoder = new TextEncoder();
    const encoded = texts.map((text) => encoder.encode(text));
    this.#starts = new Uint32Array(texts.length + 1);
    this.#bytes = new Uint8Array(encoded.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    encoded.forEach((bytes, index) => {
      this.#bytes.set(bytes, at);
      at += bytes.length;
      this.#starts[index + 1] = at;
    });
  }

  /** What it takes of memory. */
  get bytes(): number {
    return this.#bytes.byteLength + this.#starts.byteLength;
  }

  /** Null beyond the end. */
  at(index: number): string | null {
    const start = this.#starts[index];
    const end = this.#starts[index + 1];
    if (start === undefined || end === undefined) return null;
    return new TextDecoder().decode(this.#bytes.subarray(start, end));
  }
}

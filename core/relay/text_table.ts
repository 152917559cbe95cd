/** A table as it is stored. */
export interface TextTableData {
  /** All texts in UTF-8, one behind the other. */
  readonly texts: Uint8Array;
  /** Where each begins, and the end of the last. */
  readonly starts: Uint32Array;
}

/** Many short texts in one piece of memory: as strings of their own, each would take 20 bytes more and a pointer. */
export class TextTable {
  readonly data: TextTableData;

  constructor(data: TextTableData) {
    this.data = data;
  }

  static of(texts: readonly string[]): TextTable {
    const encoder = new TextEncoder();
    const starts = new Uint32Array(texts.length + 1);
    // A unit of UTF-16 takes at most three bytes. Each text in an array of its own would take hundreds.
    const encoded = new Uint8Array(3 * texts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    texts.forEach((text, index) => {
      at += encoder.encodeInto(text, encoded.subarray(at)).written;
      starts[index + 1] = at;
    });
    return new TextTable({ texts: encoded.slice(0, at), starts });
  }

  /** What it takes of memory. */
  get bytes(): number {
    return this.data.texts.byteLength + this.data.starts.byteLength;
  }

  /** Null beyond the end. */
  at(index: number): string | null {
    const start = this.data.starts[index];
    const end = this.data.starts[index + 1];
    if (start === undefined || end === undefined) return null;
    return new TextDecoder().decode(this.data.texts.subarray(start, end));
  }
}

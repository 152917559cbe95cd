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
    const encoded = texts.map((text) => encoder.encode(text));
    const data = {
      texts: new Uint8Array(encoded.reduce((sum, { length }) => sum + length, 0)),
      starts: new Uint32Array(texts.length + 1),
    };
    let at = 0;
    encoded.forEach((bytes, index) => {
      data.texts.set(bytes, at);
      at += bytes.length;
      data.starts[index + 1] = at;
    });
    return new TextTable(data);
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

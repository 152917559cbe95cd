/** The longest line kept whole: a message of 1 MiB of which every byte is escaped, and what stands around it. */
const MAX_LINE_BYTES = 7 * 1024 * 1024;
/** Of a longer line, its end: it tells stream and time. */
const TAIL_BYTES = 1024;
const NEWLINE = 10;

/** Takes lines as they are cut. */
export interface LineSink {
  line(text: string): void;
  /** A line of which only beginning and end were kept. */
  longLine(head: string, tail: string): void;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Cuts bytes into lines, wherever the chunks end. Memory is bounded however long a line is. */
export class LineCutter {
  readonly #sink: LineSink;
  #position: number;
  /** What came after the last newline, in parts; of an over-long line its beginning. */
  #carry: Uint8Array[] = [];
  /** How long that is by now, and of an over-long line its last bytes. */
  #length = 0;
  #tail: Uint8Array | undefined;

  constructor(position: number, sink: LineSink) {
    this.#position = position;
    this.#sink = sink;
  }

  /** Bytes of the file up to the end of the last whole line. */
  get position(): number {
    return this.#position;
  }

  push(chunk: Uint8Array): void {
    const first = chunk.indexOf(NEWLINE);
    if (first < 0) return this.#keep(chunk);
    let rest = chunk;
    if (this.#length > 0) {
      this.#keep(chunk.subarray(0, first));
      this.#position += this.#length + 1;
      this.#endCarried();
      rest = chunk.subarray(first + 1);
    }
    const last = rest.lastIndexOf(NEWLINE);
    if (last >= 0) {
      this.#cut(decoder.decode(rest.subarray(0, last)));
      this.#position += last + 1;
    }
    if (last + 1 < rest.length) this.#keep(rest.subarray(last + 1));
  }

  /** Takes what came after the last newline for a line; for files that nobody writes to any more. */
  end(): void {
    if (this.#length === 0) return;
    this.#position += this.#length;
    this.#endCarried();
  }

  #cut(text: string): void {
    let start = 0;
    let end = text.indexOf("\n");
    while (end >= 0) {
      this.#line(text.slice(start, end));
      start = end + 1;
      end = text.indexOf("\n", start);
    }
    this.#line(text.slice(start));
  }

  /** A crash of the machine leaves zeros where the file had grown before its content was written. */
  #line(text: string): void {
    const line = text.startsWith("\0") ? text.replace(/^\0+/, "") : text;
    if (line === "") return;
    if (line.length <= MAX_LINE_BYTES) this.#sink.line(line);
    else this.#sink.longLine(line.slice(0, MAX_LINE_BYTES), line.slice(-TAIL_BYTES));
  }

  #keep(part: Uint8Array): void {
    const kept = Math.max(0, MAX_LINE_BYTES - this.#length);
    this.#length += part.length;
    // Copied, since the reader reads into the same bytes again.
    if (kept > 0) this.#carry.push(part.slice(0, kept));
    if (this.#length <= MAX_LINE_BYTES) return;
    this.#tail = joined([this.#tail ?? this.#carry.at(-1) ?? part, part.subarray(kept)])
      .slice(-TAIL_BYTES);
  }

  #endCarried(): void {
    const head = decoder.decode(joined(this.#carry));
    const tail = this.#tail && decoder.decode(this.#tail);
    this.#carry = [];
    this.#tail = undefined;
    this.#length = 0;
    if (tail === undefined) this.#line(head);
    else this.#sink.longLine(head, tail);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { FileIdentity } from "./store.ts";

/**
 * Bytes by which a file is known again, and beyond them as many as its first line has, up to a limit. The
 * line ends with its time to the nanosecond, so no two files share them.
 */
const HEAD_BYTES = 4096;
const MAX_HEAD_BYTES = 1024 * 1024;
/** A packed file of nothing has a header alone. */
const EMPTY_PACKED_BYTES = 1024;
const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;

/** A log file that is open to be read, whatever it is called by now. */
export class LogFile {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  /** Bytes on disk when it was opened. */
  readonly size: number;
  /** Whether it is packed by gzip, as Docker does with files that it rotated. */
  readonly isPacked: boolean;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile, stat: Deno.FileInfo) {
    this.path = path;
    this.#file = file;
    this.device = stat.dev;
    this.inode = stat.ino ?? 0;
    this.size = stat.size;
    this.isPacked = path.endsWith(".gz");
  }

  /** Opens a file; null when there is none. */
  static open(path: string): LogFile | null {
    try {
      const file = Deno.openSync(path);
      try {
        return new LogFile(path, file, file.statSync());
      } catch (error) {
        file.close();
        throw error;
      }
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /** Whether it held nothing when it was opened. */
  async isEmpty(): Promise<boolean> {
    if (!this.isPacked) return this.size === 0;
    return this.size < EMPTY_PACKED_BYTES && (await this.#head(1)).length === 0;
  }

  /** By what it is to be known again later; by nothing as long as its first line is not whole. */
  async identity(): Promise<FileIdentity> {
    const { device, inode } = this;
    const head = await this.#firstLine();
    return { device, inode, headLength: head.length, headHash: hashOf(head) };
  }

  /** Whether it is the file that was known so. One that was known by nothing is none. */
  async is({ headLength, headHash }: FileIdentity): Promise<boolean> {
    if (headLength === 0) return false;
    const head = await this.#head(headLength);
    return head.length === headLength && hashOf(head) === headHash;
  }

  /** Its bytes from a position on, unpacked, up to the end it had when it was opened. A chunk holds until the next one is asked for. */
  chunks(position: number): AsyncGenerator<Uint8Array> {
    return this.isPacked ? this.#unpacked(position) : this.#plain(position);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  /** The first bytes, with the first line whole; none where it is not. */
  async #firstLine(): Promise<Uint8Array> {
    const head = await this.#head(HEAD_BYTES);
    if (head.includes(NEWLINE)) return head;
    const more = await this.#head(MAX_HEAD_BYTES);
    return more.subarray(0, more.length === MAX_HEAD_BYTES ? undefined : more.indexOf(NEWLINE) + 1);
  }

  /** Its first bytes; of a packed file as many as can be unpacked. */
  async #head(length: number): Promise<Uint8Array> {
    const head = new Uint8Array(length);
    let filled = 0;
    if (length === 0) return head;
    try {
      for await (const chunk of this.chunks(0)) {
        const part = chunk.subarray(0, length - filled);
        head.set(part, filled);
        filled += part.length;
        if (filled === length) break;
      }
    } catch (error) {
      // Docker may have died while it packed the file, or the disk was full.
      if (!this.isPacked) throw error;
    }
    return head.subarray(0, filled);
  }

  async *#plain(position: number): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(Math.max(0, Math.min(CHUNK_BYTES, this.size - position)));
    let at = position;
    while (at < this.size) {
      // Each time anew: between two chunks the beginning may be looked at.
      this.#file.seekSync(at, Deno.SeekMode.Start);
      const read = this.#file.readSync(buffer.subarray(0, this.size - at));
      if (read === null || read === 0) return;
      at += read;
      yield buffer.subarray(0, read);
    }
  }

  async *#unpacked(position: number): AsyncGenerator<Uint8Array> {
    let skipped = 0;
    const bytes = this.#packed().pipeThrough(new DecompressionStream("gzip"));
    for await (const chunk of bytes) {
      const from = Math.min(chunk.length, position - skipped);
      skipped += from;
      if (from < chunk.length) yield chunk.subarray(from);
    }
  }

  #packed(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#file.seekSync(0, Deno.SeekMode.Start);
    return new ReadableStream({
      pull: (controller) => {
        const buffer = new Uint8Array(CHUNK_BYTES);
        const read = this.#file.readSync(buffer);
        if (read === null) controller.close();
        else controller.enqueue(buffer.subarray(0, read));
      },
    });
  }
}

function hashOf(bytes: Uint8Array): string {
  return bytesToHex(md5(bytes));
}

import { isProof, mayBelong } from "./continuation.ts";
import type { Head } from "./heads/head.ts";
import { readHead } from "./heads/read_head.ts";
import type { Stream } from "./model.ts";
import { absorbEntry, beginEntry, continueEntry, type OpenEntry } from "./open_entry.ts";

/** Joins the lines of one stream of one container to entries. */
export class LineJoiner {
  readonly #stream: Stream;
  readonly #emit: (entry: OpenEntry) => void;
  /** The entry that was read last, as long as lines may follow that belong to it. */
  last: OpenEntry | null = null;
  /** The one before, as long as it is in doubt whether the last one is a part of it. */
  doubted: OpenEntry | null = null;

  /** `emit` is given each entry as soon as a line was read that does not belong to it. */
  constructor(stream: Stream, emit: (entry: OpenEntry) => void) {
    this.#stream = stream;
    this.#emit = emit;
  }

  /**
   * Takes the next line, without ANSI codes and with them; `time` in ms since the epoch. False when it is
   * blank: that alone neither makes an entry nor keeps one open.
   */
  add(line: string, raw: string, time: number): boolean {
    if (isBlank(line)) {
      if (this.last !== null) this.last.blanks++;
      return false;
    }
    const head = readHead(line);
    if (this.last !== null) {
      if (continueEntry(this.last, this.#stream, line, raw, head)) {
        if (this.doubted !== null && isProof(line)) this.#settle(this.doubted, this.last);
        return true;
      }
      if (this.doubted !== null) this.#emit(this.doubted);
      this.doubted = isDoubtful(this.last, line, head) ? this.last : null;
      if (this.doubted === null) this.#emit(this.last);
    }
    this.last = beginEntry(this.#stream, time, line, raw, head);
    return true;
  }

  /** Gives out all that is open. */
  flush(): void {
    if (this.doubted !== null) this.#emit(this.doubted);
    if (this.last !== null) this.#emit(this.last);
    this.doubted = null;
    this.last = null;
  }

  /** The entry in doubt is part of the one before. */
  #settle(whole: OpenEntry, part: OpenEntry): void {
    this.doubted = null;
    if (absorbEntry(whole, part)) this.last = whole;
    else this.#emit(whole);
  }
}

/** Whether a line may be a part of the entry before it though it does not look so by itself. */
function isDoubtful(entry: OpenEntry, line: string, head: Head): boolean {
  if (head.begins === "always" || entry.shape === "object") return false;
  switch (mayBelong(line)) {
    case "exception":
      return entry.isHeaded && entry.shape === "plain";
    case "call":
      return true;
    case null:
      return false;
  }
}

function isBlank(line: string): boolean {
  return !(line.charCodeAt(0) > 32) && line.trim() === "";
}

import { FrameTimes } from "./frame_time.ts";
import { LIMITS, type Stream } from "./model.ts";

const OPENING = '{"log":"';
const OUT = '","stream":"stdout","time":"';
const ERR = '","stream":"stderr","time":"';
const STREAM = '","stream":"';
const CLOSING = '"}';
const QUOTE = 34;
const BACKSLASH = 92;

/** An escaped character takes at most so many: `\u001b`. */
const ESCAPE_LENGTH = 6;

/**
 * Reads lines of Docker's json-file log: `{"log":"…\n","stream":"stdout","time":"2026-11-20T17:31:00.1Z"}`.
 * What a line says stands in the decoder until the next is read, so that nothing is allocated for it.
 */
export class FrameDecoder {
  /** What the container wrote, without the newline at its end. */
  text = "";
  /** Whether there was one. Docker cuts what is longer than 16 KiB, and only the last piece has it. */
  isEnded = false;
  /** What has no stream, or one that Docker does not know, is taken for stdout. */
  stream: Stream = "stdout";
  /** Milliseconds since the epoch. */
  time = 0;
  readonly #times = new FrameTimes();

  /** Reads a line without its newline; false when it is malformed. */
  read(line: string): boolean {
    return this.#readUsual(line) || this.#readAny(line) || this.#readTorn(line);
  }

  /**
   * Reads a line of which only the beginning and the end were kept: the text as far as it is there, and
   * stream and time from the end. False when the beginning holds no text or the end no time.
   */
  readLong(head: string, tail: string): boolean {
    if (!head.startsWith(OPENING)) return false;
    const end = tail.lastIndexOf(STREAM);
    const rest = end < 0 ? tail : tail.slice(end);
    const time = /"time":"([^"]{1,50})"/.exec(rest)?.[1] ?? "";
    this.time = this.#times.read(time, 0, time.length);
    if (Number.isNaN(this.time)) return false;
    this.stream = rest.includes('"stream":"stderr"') ? "stderr" : "stdout";
    const written = head.slice(OPENING.length, endOfText(head));
    const isRead = this.#unescape(`"${written}"`);
    this.isEnded = tail.startsWith("\\n", end - 2);
    return isRead;
  }

  /** Reads the fields in Docker's own order, which is all but every line. */
  #readUsual(line: string): boolean {
    if (!line.startsWith(OPENING)) return false;
    const quote = line.indexOf('"', OPENING.length);
    // One after a backslash may be part of the text; then the next field tells the end for sure.
    const end = line.charCodeAt(quote - 1) === BACKSLASH ? line.indexOf(STREAM, quote) : quote;
    if (end < 0) return false;
    const isOut = line.startsWith(OUT, end);
    if (!isOut && !line.startsWith(ERR, end)) return false;
    if (!line.endsWith(CLOSING)) return false;
    this.time = this.#times.read(line, end + OUT.length, line.length - CLOSING.length);
    if (Number.isNaN(this.time)) return false;
    this.stream = isOut ? "stdout" : "stderr";
    return this.#readText(line, end);
  }

  /** Takes the text between the opening and the quote at `end`. */
  #readText(line: string, end: number): boolean {
    const escape = line.indexOf("\\", OPENING.length);
    const isLastEscape = escape === end - 2 && line.charCodeAt(end - 1) === 110; /* n */
    if (isLastEscape || escape < 0 || escape > end) {
      this.text = line.slice(OPENING.length, isLastEscape ? escape : end);
      this.isEnded = isLastEscape;
      return true;
    }
    return this.#unescape(line.slice(OPENING.length - 1, end + 1));
  }

  /** Takes a text from its JSON, quotes included. */
  #unescape(json: string): boolean {
    const text = parseJson(json);
    if (typeof text !== "string") return false;
    this.#take(text);
    return true;
  }

  #take(written: string): void {
    this.isEnded = written.endsWith("\n");
    this.text = !this.isEnded
      ? written
      : written.slice(0, written.charCodeAt(written.length - 2) === 13 /* \r */ ? -2 : -1);
  }

  /** Reads fields in any order, and those that Docker adds for labels. */
  #readAny(line: string): boolean {
    const frame = parseJson(line);
    if (typeof frame !== "object" || frame === null) return false;
    if (!("log" in frame) || typeof frame.log !== "string") return false;
    if (!("time" in frame) || typeof frame.time !== "string") return false;
    this.time = this.#times.read(frame.time, 0, frame.time.length);
    if (Number.isNaN(this.time)) return false;
    this.stream = "stream" in frame && frame.stream === "stderr" ? "stderr" : "stdout";
    this.#take(frame.log);
    return true;
  }

  /**
   * Reads what follows a line that was never finished, since the machine went down: zeros, or the
   * beginning of a frame. Within a whole one the opening would have its quotes escaped.
   */
  #readTorn(line: string): boolean {
    const start = line.lastIndexOf(OPENING);
    if (start <= 0) return false;
    const whole = line.slice(start);
    return this.#readUsual(whole) || this.#readAny(whole);
  }
}

/** Where the text of a frame that was cut off ends: before its quote, or an escape that is not whole. */
function endOfText(head: string): number {
  const limit = Math.min(head.length, OPENING.length + ESCAPE_LENGTH * (LIMITS.message + 2));
  let at = OPENING.length;
  while (at < limit) {
    const code = head.charCodeAt(at);
    if (code === QUOTE) return at;
    const length = code !== BACKSLASH ? 1 : head.charCodeAt(at + 1) === 117 /* u */ ? 6 : 2;
    if (at + length > limit) return at;
    at += length;
  }
  return at;
}

/** The value of a JSON text; undefined when it is none. */
function parseJson(text: string): unknown {
  const first = text.charCodeAt(0);
  if (first !== 123 /* { */ && first !== QUOTE) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

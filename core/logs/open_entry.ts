import {
  announcesFailure,
  isTraceback,
  type Shape,
  shapeOfFirst,
  shapeWith,
  shapeWithIndented,
} from "./continuation.ts";
import type { Head } from "./heads/head.ts";
import { levelOfStream, readLevel } from "./level.ts";
import { type Level, LIMITS, type Stream } from "./model.ts";

/** An entry whose end was not read yet. All of it is kept over a restart, so it is plain data. */
export interface OpenEntry {
  /** Milliseconds since the epoch, of its first line. */
  readonly time: number;
  level: Level;
  /** Whether it told its level itself; else its stream stands in. */
  isTold: boolean;
  /** Whether it began with what tells that an entry begins: a level, a timestamp. */
  readonly isHeaded: boolean;
  message: string;
  /** Null where it is the message. */
  raw: string | null;
  /** How many blank lines stand behind it; they are part of it if a line follows that is. */
  blanks: number;
  shape: Shape;
}

/** Begins an entry with its first line, given without ANSI codes and with them. */
export function beginEntry(
  stream: Stream,
  time: number,
  line: string,
  raw: string,
  head: Head,
): OpenEntry {
  const told = readLevel(line, head);
  return {
    time,
    level: told ?? levelOfStream(stream),
    isTold: told !== null,
    isHeaded: head.begins !== "never",
    message: line,
    raw: raw === line ? null : raw,
    blanks: 0,
    shape: shapeOfFirst(line),
  };
}

/** Appends a line to an entry if it belongs to it; false when it does not, or would make it too long. */
export function continueEntry(
  entry: OpenEntry,
  stream: Stream,
  line: string,
  raw: string,
  head: Head,
): boolean {
  const shape = shapeAfter(entry, stream, line, head);
  if (shape === null || !append(entry, line, raw)) return false;
  if (entry.shape === "java util" && head.level !== null) tellLevel(entry, head.level);
  // A traceback tells more than the stream.
  if (!entry.isTold && isTraceback(line)) tellLevel(entry, "ERROR");
  entry.shape = shape;
  return true;
}

/** Appends an entry that turned out to be a part of this one; false when that would be too long. */
export function absorbEntry(entry: OpenEntry, part: OpenEntry): boolean {
  if (!append(entry, part.message, part.raw ?? part.message)) return false;
  entry.blanks = part.blanks;
  entry.shape = part.shape;
  return true;
}

function append(entry: OpenEntry, line: string, raw: string): boolean {
  const message = entry.message;
  const length = (entry.raw ?? message).length + entry.blanks + 1 + raw.length;
  if (length > LIMITS.message) return false;
  const newlines = entry.blanks === 0 ? "\n" : "\n".repeat(entry.blanks + 1);
  entry.message = message + newlines + line;
  if (entry.raw !== null || raw !== line) entry.raw = (entry.raw ?? message) + newlines + raw;
  entry.blanks = 0;
  return true;
}

function tellLevel(entry: OpenEntry, level: Level): void {
  entry.level = level;
  entry.isTold = true;
}

/** The shape of the entry with the line; null when the line does not belong to it. */
function shapeAfter(entry: OpenEntry, stream: Stream, line: string, head: Head): Shape | null {
  const { shape } = entry;
  if (shape !== "python chain" && isTraceback(line)) {
    return takesTraceback(entry, stream) ? shapeOfFirst(line) : null;
  }
  if (isIndented(line)) return head.begins === "always" ? null : shapeWithIndented(line, shape);
  const isApart = entry.blanks > 0;
  if (shape === "java util" && head.level !== null && !isApart) return "plain";
  if (head.begins === "always") return null;
  if (head.begins === "unless expected" && !expectsAnything(shape, isApart)) return null;
  return shapeWith(line, shape, isApart);
}

function isIndented(line: string): boolean {
  const first = line.charCodeAt(0);
  return first === 32 || first === 9;
}

/** Whether the next line is the message of an exception, whatever it looks like. */
function expectsAnything(shape: Shape, isApart: boolean): boolean {
  return isApart ? shape === "marked" : shape === "python trace" || shape === "rust message";
}

/**
 * Whether a traceback below an entry is part of it, as when a logger prints both. It is not where the
 * process that logged to stderr at a low level broke down afterwards, nor below any plain line.
 */
function takesTraceback(entry: OpenEntry, stream: Stream): boolean {
  if (entry.shape !== "plain") return false;
  if (!entry.isHeaded) return announcesFailure(entry.message);
  const isLow = entry.isTold && (entry.level === "INFO" || entry.level === "DEBUG");
  return stream === "stdout" || !isLow;
}

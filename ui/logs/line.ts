/** A log entry as lists show it: enough of it for a row, light enough to keep a hundred thousand. */
import type { Level, LogEntry, Stream } from "../../core/logs/model.ts";

export interface Line {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly container: string;
  readonly stream: Stream;
  readonly level: Level;
  /** The message without ANSI codes, cut where rows need no more of it. */
  readonly text: string;
  /** The same with its ANSI codes; empty where it has none. */
  readonly raw: string;
  /** Lines of the whole message. */
  readonly lineCount: number;
  /** Whether more of the message is kept than is here. */
  readonly isCut: boolean;
}

/** Characters of a message that a line keeps; the whole of it is fetched when it is opened. */
export const KEPT_CHARACTERS = 4000;

const ESCAPE = "\u001b";

/** What a list keeps of an entry. */
export function lineOf(entry: LogEntry): Line {
  const { id, timestamp, container, stream, level, message, raw } = entry;
  return {
    id,
    time: Date.parse(timestamp),
    container,
    stream,
    level,
    text: cut(message),
    raw: raw.includes(ESCAPE) ? cut(raw) : "",
    lineCount: countLines(message),
    isCut: message.length > KEPT_CHARACTERS,
  };
}

/** Lists are by time; entries of one moment by the order in which they were read. Oldest first. */
export function compareLines(
  one: { readonly time: number; readonly id: number },
  other: { readonly time: number; readonly id: number },
): number {
  return one.time - other.time || one.id - other.id;
}

function cut(text: string): string {
  return text.length > KEPT_CHARACTERS ? text.slice(0, KEPT_CHARACTERS) : text;
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return text.endsWith("\n") ? count - 1 : count;
}

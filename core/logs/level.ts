import type { Head } from "./heads/head.ts";
import { readHead } from "./heads/read_head.ts";
import { levelNamed, readLevelName } from "./heads/level_names.ts";
import type { Level, Stream } from "./model.ts";

/** A level is not looked for further behind. */
const SEARCHED = 200;
/** `level=info`, `lvl="warn"` of a message that does not begin with fields. */
const FIELD =
  /(?:^|[\s,;(])(?:[\w.]{0,30}[._])?(?:level|lvl|severity|loglevel)="?([A-Za-z]{3,13})(?!\w)/;
/** `[ERROR]`, `[error]`; capitalised it might be a word of the message. */
const BRACKETED = /\[ {0,4}([A-Z]{3,9}|[a-z]{3,9}) {0,4}\]/g;

/**
 * The level that a message (without ANSI codes) tells: in a JSON field, by what stands in front of it, in
 * `level=…` or `[LEVEL]`. Null when it tells none. `head` is what its beginning told.
 */
export function readLevel(message: string, head: Head = readHead(message)): Level | null {
  return head.level ?? readLevelWithin(message);
}

/** The level of what tells none: errors go to stderr. */
export function levelOfStream(stream: Stream): Level {
  return stream === "stderr" ? "ERROR" : "INFO";
}

function readLevelWithin(message: string): Level | null {
  const start = message.slice(0, SEARCHED);
  const field = start.includes("=") ? FIELD.exec(start)?.[1] : undefined;
  const named = field === undefined ? null : levelNamed(field);
  if (named !== null) return named;
  if (!start.includes("[")) return null;
  for (const [, word = ""] of start.matchAll(BRACKETED)) {
    const name = readLevelName(word, 0, word.length);
    if (name !== null && !name.isCommon) return name.level;
  }
  return null;
}

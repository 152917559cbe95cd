import { levelNamed } from "./level_names.ts";
import { skipBlanks } from "./letters.ts";
import type { Level } from "../model.ts";

/** The fields that carry a level, in lower case. */
const FIELDS: ReadonlySet<string> = new Set([
  "level",
  "severity",
  "lvl",
  "levelname",
  "log.level",
  "loglevel",
  "log_level",
  "@level",
  "@l",
]);
/** MongoDB has one letter in the field `s`. */
const MONGO_FIELD = "s";
const MONGO_LEVELS: Readonly<Record<string, Level>> = {
  D: "DEBUG",
  I: "INFO",
  W: "WARNING",
  E: "ERROR",
  F: "CRITICAL",
};
const LONGEST_FIELD = 9;
/** A level further behind is not looked for. */
const SEARCHED = 64 * 1024;

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * The level that a JSON object tells in a field of its own (not in one within another), by name or as one
 * of pino's numbers; null when none does. The object need not be whole: a cut message tells its level too.
 */
export function readJsonLevel(text: string): Level | null {
  const limit = Math.min(text.length, SEARCHED);
  let depth = 0;
  for (let at = 0; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === 123 /* { */ || code === 91 /* [ */) depth++;
    else if (code === 125 /* } */ || code === 93 /* ] */) depth--;
    else if (code === QUOTE) {
      const end = endOfString(text, at);
      if (end < 0) return null;
      if (depth === 1 && end - at <= LONGEST_FIELD + 1) {
        const level = levelOfField(text, at, end);
        if (level !== null) return level;
      }
      at = end;
    }
  }
  return null;
}

/** The level of the field whose name stands in quotes at `start` and `end`. */
function levelOfField(text: string, start: number, end: number): Level | null {
  const colon = skipBlanks(text, end + 1);
  if (text.charCodeAt(colon) !== 58 /* : */) return null;
  const name = text.slice(start + 1, end);
  // `Level` and `LogLevel` are those of .NET.
  if (name !== MONGO_FIELD && !FIELDS.has(name) && !FIELDS.has(name.toLowerCase())) return null;
  const value = skipBlanks(text, colon + 1);
  if (text.charCodeAt(value) !== QUOTE) return numericLevel(text, value);
  const word = text.slice(value + 1, endOfString(text, value));
  if (name === MONGO_FIELD) return /^D[1-5]?$|^[IWEF]$/.test(word) ? mongoLevel(word) : null;
  return levelNamed(word) ?? numericLevel(word, 0);
}

/** Of pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal; others lie between. */
function numericLevel(text: string, at: number): Level | null {
  const number = Number(/^\d{2}(?!\d)/.exec(text.slice(at, at + 3))?.[0] ?? NaN);
  if (!(number >= 10 && number < 70)) return null;
  if (number < 30) return "DEBUG";
  if (number < 40) return "INFO";
  if (number < 50) return "WARNING";
  return number < 60 ? "ERROR" : "CRITICAL";
}

function mongoLevel(word: string): Level | null {
  return MONGO_LEVELS[word.charAt(0)] ?? null;
}

/** The index of the quote that ends the string which begins at `start`; -1 when it is cut off. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === BACKSLASH) before--;
  return (at - before) % 2 === 0;
}

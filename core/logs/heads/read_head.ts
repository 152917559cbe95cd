import { readHeader } from "./header_scan.ts";
import { readJsonLevel } from "./json_level.ts";
import { knownBeginning, levelOfPhpMessage } from "./known_beginnings.ts";
import { endOfLetters, isDigit, isLetter, isUpper, isWordPart } from "./letters.ts";
import { readLevelName } from "./level_names.ts";
import { type Head, headOf, NO_HEAD } from "./head.ts";
import { readOddHead } from "./odd_heads.ts";
import { endOfTimestamp } from "./timestamp.ts";

/** No header is longer, in characters. */
const LENGTH = 240;

/**
 * Reads what the beginning of a line (without ANSI codes) tells of its level, and whether an entry begins
 * there. A level counts only where a logger would put it: never the word in a sentence.
 */
export function readHead(line: string): Head {
  if (line.charCodeAt(0) === 123 /* { */) return readObject(line);
  return readText(line.length > LENGTH ? line.slice(0, LENGTH) : line);
}

function readText(line: string): Head {
  const known = knownBeginning(line, 0);
  if (known !== null) return headOf(known.level, known.begins);
  const first = line.charCodeAt(0);
  if (first === 32 || first === 9) return readIndented(line);
  if (isLetter(first)) return readWord(line);
  if (isDigit(first)) return endOfTimestamp(line, 0) > 0 ? readHeader(line, 0) : readOdd(line);
  if (first === 91 /* [ */ || first === 60 /* < */ || first === 40 /* ( */) {
    const odd = readOdd(line);
    return odd === NO_HEAD ? readHeader(line, 0) : odd;
  }
  return first === 47 /* / */ ? readOdd(line) : NO_HEAD;
}

/** A line that is a JSON object, or the beginning of one. */
function readObject(line: string): Head {
  const next = line.charCodeAt(1);
  const isObject = next === 34 /* " */ || (next === 32 && line.charCodeAt(2) === 34);
  return isObject ? headOf(readJsonLevel(line), "always") : NO_HEAD;
}

function readOdd(line: string): Head {
  const level = readOddHead(line);
  return level === null ? NO_HEAD : headOf(level, "always");
}

/** A level padded to the right ends at one of these columns: of tracing, log4j, Python, FastAPI. */
const COLUMNS: readonly number[] = [5, 7, 8, 10];
const MAX_INDENT = 6;

/** ` INFO shop: …` of tracing, `      INFO   Started` of FastAPI: a level that is padded. */
function readIndented(line: string): Head {
  let start = 0;
  while (line.charCodeAt(start) === 32 && start < MAX_INDENT) start++;
  if (isDigit(line.charCodeAt(start))) {
    return start <= 2 && endOfTimestamp(line, start) > start ? readHeader(line, start) : NO_HEAD;
  }
  const end = endOfLetters(line, start);
  if (!COLUMNS.includes(end) || !endsLevel(line.charCodeAt(end))) return NO_HEAD;
  const named = isUpper(line, start, end) ? readLevelName(line, start, end) : null;
  return named === null || named.isCommon ? NO_HEAD : headOf(named.level, "always");
}

/** A line that begins with a letter: with a level, a month, a key, or a name before a colon. */
function readWord(line: string): Head {
  const end = endOfLetters(line, 0);
  const leading = readLeadingLevel(line, end);
  if (leading !== null) return leading;
  const token = endOfName(line, end);
  const after = line.charCodeAt(token);
  if (after === 61 /* = */ || after === 91 /* [ */) return readHeader(line, 0);
  if (after === 58 /* : */ || Number.isNaN(after)) {
    const begins = readException(line, token);
    if (begins !== null) return begins;
    if (token === line.length) return NO_HEAD;
    const odd = readOdd(line);
    return odd === NO_HEAD ? readHeader(line, 0) : odd;
  }
  if (end === 3 && endOfTimestamp(line, 0) > 0) return readHeader(line, 0);
  // The letter of klog and Ruby, and Rust's “thread”.
  return end === 1 || line.startsWith("thread '") ? readOdd(line) : NO_HEAD;
}

/** `ERROR: …`, `error: …`, `ERROR …` at the very beginning; `end` is where the first word ends. */
function readLeadingLevel(line: string, end: number): Head | null {
  const named = readLevelName(line, 0, end);
  if (named === null) return null;
  const after = line.charCodeAt(end);
  if (isUpper(line, 0, end)) {
    const isLevel = after === 58 /* : */ || (!named.isCommon && endsLevel(after));
    return isLevel ? headOf(levelOfPhpMessage(line, end) ?? named.level, "always") : null;
  }
  if (named.isCommon) return null;
  const isLevel = after === 58 && line.charCodeAt(end + 1) !== 58;
  return isLevel || isSetApart(line, end) ? headOf(named.level, "unless expected") : null;
}

/** Whether a level may end before this character: a blank, a tab, the end of the line, `]`, `)`, `|`. */
function endsLevel(code: number): boolean {
  return code === 32 || code === 9 || Number.isNaN(code) || code === 93 || code === 41 ||
    code === 124;
}

/** Whether blanks and a dash or a bar set the beginning apart: `info  - ready`. */
function isSetApart(line: string, end: number): boolean {
  return line.charCodeAt(end) === 32 && /^ {1,5}[-|] /.test(line.slice(end, end + 8));
}

/** Where a name ends that may have dots, dashes, slashes and backslashes in it. */
function endOfName(line: string, start: number): number {
  let end = start;
  while (isWordPart(line.charCodeAt(end)) || isJoint(line.charCodeAt(end))) end++;
  return end;
}

function isJoint(code: number): boolean {
  return code === 46 /* . */ || code === 45 /* - */ || code === 47 /* / */ || code === 36 /* $ */ ||
    code === 92 /* \ */ || code === 64; /* @ */
}

/** How the names of exceptions end, and what they tell. */
const EXCEPTIONS = [["Error", "ERROR"], ["Exception", "ERROR"], ["Warning", "WARNING"]] as const;

/** `ValueError: …`, `java.io.IOException`: tells a level, but may belong to the line before. */
function readException(line: string, end: number): Head | null {
  for (const [name, level] of EXCEPTIONS) {
    if (line.endsWith(name, end)) return headOf(level, "never");
  }
  return null;
}

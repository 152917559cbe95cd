import { type Head, headOf } from "./head.ts";
import { levelOfPhpMessage } from "./known_beginnings.ts";
import { type LevelName, readLevelName } from "./level_names.ts";
import { endOfLetters, isDigit, isLetter, isUpper, isWordPart, skipBlanks } from "./letters.ts";
import type { Level } from "../model.ts";
import { levelOfLetter } from "./odd_heads.ts";
import { endOfTimestamp } from "./timestamp.ts";

/** No header has more words. */
const MAX_WORDS = 16;

const TAB = 9;
const BLANK = 32;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const EQUALS = 61;
const BAR = 124;
const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Reads what stands in front of a message, word by word: timestamps, numbers, names of threads and loggers
 * in brackets or between dashes, `key=value`; up to a level, or up to the first word that is no such thing,
 * with which the message has begun.
 */
export function readHeader(line: string, start: number): Head {
  return new HeaderScan(line, start).read();
}

class HeaderScan {
  readonly #line: string;
  #at: number;
  #hasTime = false;
  /** The bracket that is open, and the last sign before the word: a dash, a bar, a tab. */
  #bracket = 0;
  #sign = 0;
  /** How many bare words may be passed over: the host in syslog, the logger after Python's `,123`. */
  #bareWords = 0;
  /** Whether the word before ended in a colon: `nginx: [emerg] …`. */
  #isNamed = false;

  constructor(line: string, start: number) {
    this.#line = line;
    this.#at = start;
  }

  read(): Head {
    for (let words = 0; words < MAX_WORDS; words++) {
      this.#skipSigns();
      if (this.#at >= this.#line.length) break;
      if (this.#skipTime() || this.#skipNumber()) continue;
      const level = this.#readLevel();
      if (level !== null) return headOf(level, "always");
      if (!this.#skipWord()) break;
    }
    return headOf(null, this.#hasTime ? "always" : "never");
  }

  #code(at: number): number {
    return this.#line.charCodeAt(at);
  }

  #skipSigns(): void {
    this.#sign = 0;
    for (; this.#at < this.#line.length; this.#at++) {
      const code = this.#code(this.#at);
      if (isWordPart(code) || (code === SLASH && this.#bracket === 0)) return;
      if (code === BLANK) continue;
      if (closingOf(code) > 0) this.#bracket = code;
      else if (code === closingOf(this.#bracket)) this.#bracket = 0;
      this.#sign = code;
    }
  }

  #skipTime(): boolean {
    if (this.#hasTime) return false;
    const end = endOfTimestamp(this.#line, this.#at);
    if (end === this.#at) return false;
    const isPython = this.#code(end - 4) === 44; /* , */
    this.#bareWords = isPython || isLetter(this.#code(this.#at)) ? 1 : 0;
    this.#hasTime = true;
    this.#at = end;
    return true;
  }

  /** Passes over a number and what clings to it: a process, a line, `29#29:`, `5:main`. */
  #skipNumber(): boolean {
    if (!isDigit(this.#code(this.#at))) return false;
    while (this.#at < this.#line.length && !endsToken(this.#code(this.#at))) {
      if (this.#code(this.#at) === COLON && isLetter(this.#code(this.#at + 1))) break;
      this.#at++;
    }
    return true;
  }

  /** The level that stands here, by itself or as the value of a key. */
  #readLevel(): Level | null {
    const line = this.#line;
    const key = this.#endOfKey();
    if (key > 0) return levelOfField(line, this.#at, key);
    let end = endOfLetters(line, this.#at);
    if (this.#hasTime && this.#isBracketedLetter(end)) return levelOfLetter(line.charAt(this.#at));
    if (this.#hasTime && this.#code(end) === DOT) {
      // `production.ERROR: …` of Laravel and Symfony.
      const start = end + 1;
      end = endOfLetters(line, start);
      const isLevel = this.#code(end) === COLON && isUpper(line, start, end);
      return isLevel ? readLevelName(line, start, end)?.level ?? null : null;
    }
    const named = readLevelName(line, this.#at, end);
    if (named === null || !this.#countsAsLevel(named, end)) return null;
    return levelOfPhpMessage(line, end) ?? named.level;
  }

  /** `2026/11/20 17:31:00 cmd/web.go:242:runWeb() [I] …` of Gitea. */
  #isBracketedLetter(end: number): boolean {
    return end === this.#at + 1 && this.#sign === 91 /* [ */ && this.#code(end) === 93 /* ] */;
  }

  /** Whether a name of a level, up to `end`, is one here and not a word of the message. */
  #countsAsLevel(named: LevelName, end: number): boolean {
    const after = this.#code(end);
    if (isWordPart(after) || (isJoint(after) && isWordPart(this.#code(end + 1)))) {
      // `[2026-11-20 17:31:00,123: INFO/MainProcess]` of Celery.
      if (after !== SLASH || this.#bracket === 0) return false;
    }
    const upper = isUpper(this.#line, this.#at, end);
    if (this.#bracket > 0) return this.#countsInBrackets(named, end, upper);
    if (after === COLON) return upper || !named.isCommon;
    if (this.#isNamed && !this.#hasTime) return false;
    const next = this.#code(skipBlanks(this.#line, end));
    if (isDivider(next) && isDivider(this.#sign)) return upper || !named.isCommon;
    // `[Nest] 7  - 11/20/2026, 5:31:00 PM     LOG [NestFactory] …` is the one common word in use.
    if (upper) return !named.isCommon || (this.#hasTime && end - this.#at === 3);
    return !named.isCommon && (after === TAB || this.#sign === TAB);
  }

  #countsInBrackets(named: LevelName, end: number, upper: boolean): boolean {
    const isWhole = this.#code(skipBlanks(this.#line, end)) === closingOf(this.#bracket);
    if (!isWhole) return upper && !named.isCommon;
    if (upper) return true;
    // `[Note]` of MariaDB, `<Information>` of ClickHouse.
    const isSure = !named.isCommon && this.#bracket === 91; /* [ */
    return isSure || (this.#hasTime && this.#bracket !== 40 /* ( */);
  }

  /** Passes over a word if it is part of the header; false when the message begins with it. */
  #skipWord(): boolean {
    const line = this.#line;
    const key = this.#endOfKey();
    if (key > 0) {
      this.#hasTime ||= isKeyOfTime(line, this.#at, key);
      this.#at = endOfValue(line, key + 1, closingOf(this.#bracket));
      return true;
    }
    let end = this.#at + 1;
    if (this.#bracket > 0) {
      while (end < this.#line.length && isInBrackets(this.#code(end))) end++;
      this.#at = end;
      return true;
    }
    while (end < this.#line.length && !endsToken(this.#code(end))) end++;
    const isHeader = this.#isHeaderWord(end);
    this.#isNamed = this.#code(end - 1) === COLON;
    this.#at = end;
    return isHeader;
  }

  #isHeaderWord(end: number): boolean {
    const line = this.#line;
    if (hasJoint(line, this.#at, end) || this.#code(end) === 91 /* [ */) return true;
    if (this.#code(end - 1) === COLON) return !this.#isNamed;
    const next = skipBlanks(line, end);
    if (isDivider(this.#code(next)) && this.#code(next + 1) === BLANK) return true;
    // The zone of the time, AM or PM.
    if (this.#hasTime && end - this.#at <= 5 && isUpper(line, this.#at, end)) return true;
    return end - this.#at > 2 && this.#bareWords-- > 0;
  }

  /** Where the key ends that begins here, at its `=`; 0 where none begins. */
  #endOfKey(): number {
    let end = this.#at;
    while (isWordPart(this.#code(end)) || this.#code(end) === DOT) end++;
    return this.#code(end) === EQUALS && end > this.#at ? end : 0;
  }
}

/** The end of a key that carries a level: `level`, `log.level`, `lvl`. */
const LEVEL_KEYS: readonly string[] = ["level", "lvl", "severity", "loglevel"];
const TIME_KEYS: readonly string[] = ["time", "ts", "t", "timestamp"];

/** The level in `level=info`, `lvl="warn"`, `log.level=error`, whose `=` is at `equals`. */
function levelOfField(line: string, start: number, equals: number): Level | null {
  if (!LEVEL_KEYS.some((key) => isLastPart(line, start, equals, key))) return null;
  const value = line.charCodeAt(equals + 1) === QUOTE ? equals + 2 : equals + 1;
  const end = endOfLetters(line, value);
  return isWordPart(line.charCodeAt(end)) ? null : readLevelName(line, value, end)?.level ?? null;
}

function isKeyOfTime(line: string, start: number, equals: number): boolean {
  return TIME_KEYS.some((key) => isLastPart(line, start, equals, key));
}

/** Whether what stands between `start` and `end` is the name, or ends in a dot or underscore and it. */
function isLastPart(line: string, start: number, end: number, name: string): boolean {
  const at = end - name.length;
  if (at < start || !line.startsWith(name, at)) return false;
  const before = line.charCodeAt(at - 1);
  return at === start || before === DOT || before === 95; /* _ */
}

/** Where a value of `key=value` ends, which may stand in quotes; at the latest before `closing`. */
function endOfValue(line: string, start: number, closing: number): number {
  if (line.charCodeAt(start) !== QUOTE) {
    let end = start;
    let code = line.charCodeAt(end);
    while (code > BLANK && code !== closing) code = line.charCodeAt(++end);
    return end;
  }
  let end = line.indexOf('"', start + 1);
  while (end > 0 && line.charCodeAt(end - 1) === BACKSLASH) end = line.indexOf('"', end + 1);
  return end < 0 ? line.length : end + 1;
}

/** The bracket that closes an opening one; 0 for what opens nothing. */
function closingOf(code: number): number {
  switch (code) {
    case 40: // (
      return 41;
    case 60: // <
    case 91: // [
    case 123: // {
      return code + 2;
    default:
      return 0;
  }
}

/** Whether a word outside brackets ends before this character. */
function endsToken(code: number): boolean {
  return code === BLANK || code === TAB || code === BAR || code === 91 || code === 93 ||
    code === 40 || code === 41 || code === 44 || code === 59;
}

/** Whether a word within brackets goes on with it; colons and slashes part a name from its level. */
function isInBrackets(code: number): boolean {
  return isWordPart(code) || code === DASH || code === DOT;
}

/** Whether it joins words to a name: `error.log`, `error-handler`, `error/log`. */
function isJoint(code: number): boolean {
  return code === DOT || code === DASH || code === SLASH;
}

/** Whether a word is no word of a sentence but a path, an address, a place in a file. */
function hasJoint(line: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = line.charCodeAt(at);
    if (code === 64 /* @ */ || code === 35 /* # */ || code === SLASH) return true;
    if ((code === DOT || code === COLON || code === DASH) && isWordPart(line.charCodeAt(at + 1))) {
      return true;
    }
  }
  return false;
}

function isDivider(code: number): boolean {
  return code === DASH || code === BAR;
}

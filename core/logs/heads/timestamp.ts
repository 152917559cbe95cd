import { isDigit } from "./letters.ts";

/** No timestamp is longer. */
const MAX_LENGTH = 45;

const MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}";
const TIME = String.raw`\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AP]M\b)?`;

/** `17:31:00.123`, `5:31PM`. */
const TIME_ALONE = /^\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?(?: [AP]M\b)?| ?[AP]M\b)/;
/** `20/Nov/2026:17:31:00 +0000`, `20-Nov-2026 17:31:00.123`, `20 Nov 17:31:00`, `11/20/2026, 5:31:00 PM`. */
const DAY_FIRST = new RegExp(
  String.raw`^\d{1,2}[ /.-](?:${MONTHS}|\d{1,2})(?:[ /.-]\d{2,4})?,?[ :T]${TIME}(?: [+-]\d{4})?`,
);
/** `Nov 20 17:31:00`, `Fri Nov 20 17:31:00.123456 2026`, `Fri, 20 Nov 2026 17:31:00 GMT`. */
const NAME_FIRST = new RegExp(
  String
    .raw`^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?(?:${MONTHS} {1,2}\d{1,2}|\d{1,2} ${MONTHS})` +
    String.raw`,?(?: \d{4},?)? ${TIME}(?: \d{4}\b)?`,
);
/** `20261120 17:31:00`, `261120 17:31:00`. */
const DIGITS_FIRST = /^(?:\d{8}|\d{6})[ T-] ?\d{1,2}:?\d\d:?\d\d(?:[.,]\d{1,9})?/;
/** Seconds or ms since the epoch, also as Go prints a float. */
const EPOCH = /^(?:\d{10}(?:\d{3}|[.,]\d{1,9})?|1\.\d{4,20}e\+09)(?=[\s:\]|])/;

/**
 * Where the timestamp ends that begins at `start`; `start` itself where none begins. Only what tells a time
 * of day counts. Fractions, zones and offsets that follow are part of it.
 */
export function endOfTimestamp(text: string, start: number): number {
  if (isDigit(text.charCodeAt(start))) {
    if (isIsoTime(text, start)) return endOfIsoTime(text, start);
    const pattern = patternOf(text, start);
    return pattern === null ? start : endOfMatch(text, start, pattern);
  }
  return isNameOfTime(text, start) ? endOfMatch(text, start, NAME_FIRST) : start;
}

/** The one pattern that can match, by how many digits come first and what follows them. */
function patternOf(text: string, start: number): RegExp | null {
  let digits = 1;
  while (isDigit(text.charCodeAt(start + digits))) digits++;
  const after = text.charCodeAt(start + digits);
  if (digits <= 2) {
    if (after === 58 /* : */) return TIME_ALONE;
    return digits === 1 && after === 46 /* . */ ? EPOCH : DAY_FIRST;
  }
  if (digits >= 10) return EPOCH;
  return digits === 6 || digits === 8 ? DIGITS_FIRST : null;
}

/** Whether a month or a day of the week may begin here. */
function isNameOfTime(text: string, start: number): boolean {
  const next = text.charCodeAt(start + 1);
  return "JFMASONDTW".includes(text.charAt(start)) && next >= 97 && next <= 122;
}

/** `2026-11-20T17:31`, with a blank or an underscore too, with slashes or dots. */
function isIsoTime(text: string, start: number): boolean {
  const separator = text.charCodeAt(start + 4);
  if (separator !== 45 /* - */ && separator !== 47 /* / */ && separator !== 46) return false;
  const middle = text.charCodeAt(start + 10);
  return text.charCodeAt(start + 7) === separator && text.charCodeAt(start + 13) === 58 /* : */ &&
    isDigit(text.charCodeAt(start + 9)) && isDigit(text.charCodeAt(start + 12)) &&
    isDigit(text.charCodeAt(start + 15)) &&
    (middle === 84 /* T */ || middle === 32 || middle === 95 /* _ */ || middle === 45);
}

/** Goes on over seconds, their fraction, `Z` and offsets. */
function endOfIsoTime(text: string, start: number): number {
  let at = start + "2026-11-20T17:31".length;
  if (text.charCodeAt(at) === 58 /* : */ && isDigit(text.charCodeAt(at + 1))) at += 3;
  const fraction = text.charCodeAt(at);
  if ((fraction === 46 || fraction === 44) && isDigit(text.charCodeAt(at + 1))) {
    at++;
    while (isDigit(text.charCodeAt(at))) at++;
  }
  const zone = text.charCodeAt(at);
  if (zone === 90 /* Z */) return at + 1;
  if (zone !== 43 /* + */ && zone !== 45 /* - */) return at;
  while (isDigit(text.charCodeAt(at + 1)) || text.charCodeAt(at + 1) === 58) at++;
  return at + 1;
}

function endOfMatch(text: string, start: number, pattern: RegExp): number {
  return start + (pattern.exec(text.slice(start, start + MAX_LENGTH))?.[0].length ?? 0);
}

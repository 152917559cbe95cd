import { isDigit } from "./heads/letters.ts";

const ZERO = 48;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Reads the times that Docker writes (RFC 3339, to the nanosecond) to the millisecond. By hand, since a
 * `Date` a line would cost more than all else that is done with it.
 */
export class FrameTimes {
  /** The day that was read last, as digits and in ms: nearly every line is of the same. */
  #date = -1;
  #day = NaN;

  /** Ms since the epoch of what stands between `start` and `end`; NaN when that is no time. */
  read(text: string, start: number, end: number): number {
    if (end - start < "2026-11-20T17:31:00Z".length) return NaN;
    const separator = text.charCodeAt(start + 10);
    const isShaped = text.charCodeAt(start + 4) === 45 /* - */ &&
      text.charCodeAt(start + 7) === 45 &&
      (separator === 84 /* T */ || separator === 116 /* t */ || separator === 32) &&
      text.charCodeAt(start + 13) === 58 /* : */ && text.charCodeAt(start + 16) === 58;
    if (!isShaped) return NaN;
    const hour = twoDigits(text, start + 11);
    const minute = twoDigits(text, start + 14);
    const second = twoDigits(text, start + 17);
    // 60 is a leap second.
    if (!(hour < 24 && minute < 60 && second <= 60)) return NaN;
    const seconds = this.#dayOf(text, start) + hour * HOUR + minute * MINUTE + second * SECOND;
    return seconds + readRest(text, start + 19, end);
  }

  /** The first ms of the day; NaN when the calendar does not have it. */
  #dayOf(text: string, start: number): number {
    const year = twoDigits(text, start) * 100 + twoDigits(text, start + 2);
    const month = twoDigits(text, start + 5);
    const dayOfMonth = twoDigits(text, start + 8);
    const date = (year * 100 + month) * 100 + dayOfMonth;
    if (date === this.#date) return this.#day;
    const day = new Date(0);
    // Date.UTC() would take the years 0 to 99 for those of the 20th century.
    day.setUTCFullYear(year, month - 1, dayOfMonth);
    const exists = day.getUTCMonth() === month - 1 && day.getUTCDate() === dayOfMonth;
    this.#date = date;
    return this.#day = exists ? day.getTime() : NaN;
  }
}

/** Ms of the fraction of a second, less the offset; NaN when what follows the seconds is neither. */
function readRest(text: string, start: number, end: number): number {
  let at = start;
  let ms = 0;
  if (text.charCodeAt(at) === 46 /* . */) {
    let worth = 100;
    for (at++; at < end && isDigit(text.charCodeAt(at)); at++) {
      ms += (text.charCodeAt(at) - ZERO) * worth;
      worth = worth === 100 ? 10 : worth === 10 ? 1 : 0;
    }
    if (at === start + 1) return NaN;
  }
  const zone = text.charCodeAt(at) | 0x20;
  if (at === end - 1 && zone === 122 /* z */) return ms;
  return ms - readOffset(text, at, end);
}

/** Ms that `+01:00` is ahead of UTC, or NaN. */
function readOffset(text: string, start: number, end: number): number {
  const sign = text.charCodeAt(start);
  const isShaped = end === start + 6 && text.charCodeAt(start + 3) === 58 /* : */ &&
    (sign === 43 /* + */ || sign === 45 /* - */);
  const hours = twoDigits(text, start + 1);
  const minutes = twoDigits(text, start + 4);
  if (!isShaped || !(hours < 24 && minutes < 60)) return NaN;
  return (hours * HOUR + minutes * MINUTE) * (sign === 45 ? -1 : 1);
}

/** The number that two digits make, or NaN. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : NaN;
}

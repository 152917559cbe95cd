import { readIsoTime } from "../iso_time.ts";

/** `2026-11-20T17:31:00` */
const SECONDS = 19;
const ZERO = 48;

/**
 * Reads the times of samples. Many of a batch are of the same second, whose text is then only compared: a
 * tenth of the time of reading it.
 */
export class SampleTimes {
  #second = "";
  #ms = 0;

  /** Ms since the epoch, or a phrase that completes "must be …". */
  read(text: string): number | { readonly must: string } {
    const fraction = utcFraction(text);
    if (fraction !== null && this.#second !== "" && text.startsWith(this.#second)) {
      return this.#ms + fraction;
    }
    const read = readIsoTime(text);
    if ("must" in read) return read;
    if (fraction !== null) {
      this.#second = text.slice(0, SECONDS);
      this.#ms = read.ms - fraction;
    }
    return read.ms;
  }
}

/** Ms behind the second of a text that ends in `Z` or `+00:00`; null when it is written otherwise. */
function utcFraction(text: string): number | null {
  let end = text.length;
  if (text.endsWith("Z")) end -= 1;
  else if (text.endsWith("+00:00")) end -= 6;
  else return null;
  if (end === SECONDS) return 0;
  if (end < SECONDS + 2 || end > SECONDS + 10 || text.charAt(SECONDS) !== ".") return null;
  let ms = 0;
  let unit = 100;
  for (let at = SECONDS + 1; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return null;
    if (unit >= 1) ms += digit * unit;
    unit /= 10;
  }
  return ms;
}

/** Texts as people count them and as the databases keep them. */

/** How long a text is in characters (code points), as every limit of the API counts. */
export function characters(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    count++;
    const unit = text.charCodeAt(at);
    const paired = unit >= 0xd800 && unit < 0xdc00 && at + 1 < text.length &&
      (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    if (paired) at++;
  }
  return count;
}

/** How many bytes a well-formed text is in UTF-8; counted, since encoding a large one would take its memory again. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // A pair is four bytes, two for each of its halves.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/**
 * The first characters (code points) of a text, at most `limit`. A character that is made of several
 * code points, such as a flag or a letter with an accent set upon it, is not broken, unless it alone
 * is longer than the limit.
 */
export function firstCharacters(text: string, limit: number): string {
  // Twice as many code points as can be kept, whatever follows: a grapheme that the cut runs through
  // is over the limit already.
  const start = [...text.slice(0, 4 * limit)];
  if (start.length <= limit) return text;
  let kept = "";
  let length = 0;
  for (const { segment } of new Intl.Segmenter().segment(start.join(""))) {
    length += [...segment].length;
    if (length > limit) break;
    kept += segment;
  }
  return kept === "" ? start.slice(0, limit).join("") : kept;
}

/**
 * Text as SQLite keeps it whole: a lone surrogate is no character and becomes U+FFFD, and NUL, at which
 * SQLite stops reading, becomes its visible symbol.
 */
export function storableText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes("\0") ? whole.replaceAll("\0", "\u2400") : whole;
}

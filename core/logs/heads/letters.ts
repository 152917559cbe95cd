/** Whether a UTF-16 code unit is one of 0 to 9 (false for NaN, beyond the text's end). */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether it is a letter of ASCII. */
export function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 97 && lower <= 122;
}

/** Whether a name goes on with it: a letter, a digit or an underscore. */
export function isWordPart(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 95;
}

/** Where the letters end that begin at `start`; `start` itself when there are none. */
export function endOfLetters(text: string, start: number): number {
  let end = start;
  while (isLetter(text.charCodeAt(end))) end++;
  return end;
}

/** Whether the letters between `start` and `end` are capitals. */
export function isUpper(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 90) return false;
  return true;
}

/** The index of the first character at or after `start` that is no blank. */
export function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === 32) at++;
  return at;
}

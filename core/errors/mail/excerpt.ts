import { firstCharacters } from "../../text.ts";

/** A text cut to `limit` characters, with an ellipsis where something is left out. */
export function shorten(text: string, limit: number): string {
  const start = firstCharacters(text, limit);
  return start.length < text.length ? `${start.trimEnd()}…` : text;
}

/**
 * A traceback cut to about `limit` UTF-16 units between lines: the beginning and, twice as long, the
 * end, where most languages name the exception and the frame that raised it.
 */
export function cutTraceback(traceback: string, limit: number): string {
  if (traceback.length <= limit) return traceback;
  const headLength = Math.floor(limit / 3);
  const tailLength = limit - headLength;
  const tailStart = traceback.length - tailLength;
  // Lines are kept whole, unless that would cost half of what is kept.
  const headEnd = traceback.lastIndexOf("\n", headLength);
  const tailBreak = traceback.slice(tailStart, tailStart + tailLength / 2).indexOf("\n");
  const head = traceback.slice(0, headEnd > headLength / 2 ? headEnd : headLength);
  const tail = traceback.slice(tailStart + tailBreak + 1);
  const left = traceback.length - head.length - tail.length;
  const note = `[… ${left} characters left out; the page of the error has all of it …]`;
  return `${head.toWellFormed()}\n\n${note}\n\n${tail.toWellFormed()}`;
}

/** A text as people can read it: lines end in a newline, other control characters are gone. */
export function readable(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, "\n").replace(/[^\P{Cc}\t\n]/gu, "");
}

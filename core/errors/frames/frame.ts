/** One line of code a traceback names. */
export interface Frame {
  /**
   * The file as the runtime prints it; URLs without query and fragment, since cache busters
   * (`app.js?v=7`) would make one error many. `<anonymous>`, `[native code]`, `Native Method` and
   * the like where there is no file; empty where nothing is printed (.NET without symbols).
   */
  readonly file: string;
  /** 1-based; null where the runtime prints none (native code, stripped symbols). */
  readonly line: number | null;
  /** 1-based, where the runtime prints one. */
  readonly column: number | null;
  readonly function: string | null;
  /** False for libraries, the runtime and generated code. */
  readonly inApp: boolean;
}

/** A frame that says where it is: what a fingerprint can be made of. */
export interface LocatedFrame extends Frame {
  readonly line: number;
}

/** How a runtime lays out its tracebacks. One constant each, compared by identity. */
export interface Layout {
  /** Where the failing frame stands: Python prints it last, nearly everyone else first. */
  readonly failing: "first" | "last";
  /** Whether the frames of a later section (a cause, the origin of a panic) are the better ones. */
  readonly laterSectionsWin: boolean;
  /** Whether lines indented deeper than the frame's show its source. */
  readonly sourceBelow: boolean;
  /** Reads the function from the line above a location, where it stands there. */
  readonly functionAbove: ((line: string) => string | null) | null;
}

/** What one line of a traceback says when it is a frame. */
export interface FrameLine {
  readonly layout: Layout;
  readonly frame: Frame;
}

/** The layout of most runtimes: the failing frame first, one line each, all of it on that line. */
export const PLAIN_LAYOUT: Layout = {
  failing: "first",
  laterSectionsWin: false,
  sourceBelow: false,
  functionAbove: null,
};

/** `file:line` or `file:line:column`. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
}

const MAX_DIGITS = 9;

/**
 * Reads a location that ends the text: `app.js:12`, `C:\shop\app.js:12:5`. Null where there is no
 * file, no number, or line 0. Reads backwards, since a file may hold colons and digits itself.
 */
export function readLocation(text: string): Location | null {
  const lastColon = colonBeforeNumber(text, text.length);
  if (lastColon <= 0) return null;
  const last = Number(text.slice(lastColon + 1));
  const firstColon = colonBeforeNumber(text, lastColon);
  const both = firstColon > 0;
  const line = both ? Number(text.slice(firstColon + 1, lastColon)) : last;
  if (line === 0) return null;
  return { file: text.slice(0, both ? firstColon : lastColon), line, column: both ? last : null };
}

/** The index of the colon in front of the digits that end at `end` (exclusive), or -1. */
function colonBeforeNumber(text: string, end: number): number {
  let index = end - 1;
  while (index >= 0 && end - index <= MAX_DIGITS && isDigit(text.charCodeAt(index))) index--;
  return index < end - 1 && text.charCodeAt(index) === 58 /* : */ ? index : -1;
}

/** Whether a UTF-16 code unit is one of 0 to 9 (false for NaN, beyond the text's end). */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Reads the positive number that starts at `start`; null without one, or with over 9 digits. */
export function readNumber(text: string, start: number): { value: number; end: number } | null {
  let end = start;
  while (end - start <= MAX_DIGITS && isDigit(text.charCodeAt(end))) end++;
  if (end === start || end - start > MAX_DIGITS) return null;
  const value = Number(text.slice(start, end));
  return value === 0 ? null : { value, end };
}

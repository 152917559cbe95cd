import type { FrameLine } from "./frame.ts";
import { readFrameLine } from "./read_frame_line.ts";
import { Sections } from "./sections.ts";

/**
 * Is called with each part of a traceback, in order: where it starts and ends (without the newline
 * that follows), the frame it shows or null for prose, and the section it stands in. Returns whether
 * it wants more.
 */
export type PartVisitor = (
  start: number,
  end: number,
  line: FrameLine | null,
  section: number,
) => boolean;

/**
 * Goes through the lines of a traceback once and gathers them to parts. The one reader behind both
 * the display and the fingerprint, so that they cannot disagree.
 */
export function walkParts(traceback: string, visit: PartVisitor): void {
  const parts = new PartBuilder(traceback, visit);
  let start = 0;
  while (start <= traceback.length && parts.wanted) {
    const newline = traceback.indexOf("\n", start);
    const end = newline < 0 ? traceback.length : newline;
    parts.addLine(start, end);
    start = end + 1;
  }
  parts.finish();
}

/** What belongs to a Python frame though it is not indented deeper; the arrow is IPython's. */
const SOURCE_MARK = /^(?:\[Previous line repeated |-{1,5}> )/;

interface OpenPart {
  readonly start: number;
  end: number;
  readonly line: FrameLine | null;
  readonly indent: number;
  readonly section: number;
}

class PartBuilder {
  readonly #traceback: string;
  readonly #visit: PartVisitor;
  readonly #sections = new Sections();
  /** The part that is being gathered; null at the very start. */
  #open: OpenPart | null = null;
  /** False as soon as the visitor has seen enough. */
  wanted = true;
  /** Where the last line of open prose starts. */
  #lastLineStart = 0;

  constructor(traceback: string, visit: PartVisitor) {
    this.#traceback = traceback;
    this.#visit = visit;
  }

  addLine(start: number, end: number): void {
    const indent = indentOf(this.#traceback, start, end);
    if (start + indent === end) return this.#addProse(start, end);
    const line = this.#traceback.slice(start, end);
    if (this.#isSource(line, indent)) return this.#extend(end);
    const frameLine = readFrameLine(line, indent, start === 0);
    if (frameLine !== null) return this.#addFrame(start, end, frameLine, indent);
    this.#sections.read(line, indent);
    this.#addProse(start, end);
  }

  finish(): void {
    this.#close();
  }

  /** Whether a line shows the source of the open frame, or says how often that is repeated. */
  #isSource(line: string, indent: number): boolean {
    const open = this.#open;
    if (open === null || open.line === null || !open.line.layout.sourceBelow) return false;
    if (indent > open.indent) return !line.startsWith('File "', indent);
    return SOURCE_MARK.test(line.slice(indent, indent + 40));
  }

  #addProse(start: number, end: number): void {
    this.#lastLineStart = start;
    if (this.#open !== null && this.#open.line === null) return this.#extend(end);
    this.#openPart(start, end, null, 0);
  }

  #addFrame(start: number, end: number, line: FrameLine, indent: number): void {
    const functionName = this.#functionAbove(line);
    if (functionName === null) return this.#openPart(start, end, line, indent);
    const functionStart = this.#lastLineStart;
    if (this.#open?.start === functionStart) this.#open = null;
    else this.#extend(functionStart - 1);
    const frame = { ...line.frame, function: functionName };
    this.#openPart(functionStart, end, { layout: line.layout, frame }, indent);
  }

  #openPart(start: number, end: number, line: FrameLine | null, indent: number): void {
    this.#close();
    this.#open = { start, end, line, indent, section: this.#sections.current };
  }

  /** The function that stands on the line of prose just above a location, for languages that do. */
  #functionAbove(line: FrameLine): string | null {
    const read = line.layout.functionAbove;
    if (read === null || this.#open === null || this.#open.line !== null) return null;
    return read(this.#traceback.slice(this.#lastLineStart, this.#open.end).trimEnd());
  }

  #extend(end: number): void {
    if (this.#open !== null) this.#open.end = end;
  }

  #close(): void {
    const open = this.#open;
    this.#open = null;
    if (open === null || !this.wanted) return;
    this.wanted = this.#visit(open.start, open.end, open.line, open.section);
  }
}

/** How many blanks, tabs and bars of an exception group are in front of a line. */
function indentOf(traceback: string, start: number, end: number): number {
  let index = start;
  while (index < end && isIndent(traceback.charCodeAt(index))) index++;
  return index - start;
}

function isIndent(code: number): boolean {
  return code === 32 || code === 9 || code === 124 /* | */;
}

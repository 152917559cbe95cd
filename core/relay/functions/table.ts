import { scanFunctions } from "./scan.ts";
import { TextTable, type TextTableData } from "../text_table.ts";

/** What a function takes in the table: where it begins and ends, its name, the function around it. */
const FIELDS = 6;
const NO_NAME = -1;
const FUNCTIONS_A_STEP = 1000;
/** What an object with two tables takes beside what is counted. */
const OVERHEAD = 500;

/** A table as it is stored. */
export interface FunctionTableData {
  readonly cells: Int32Array;
  readonly names: TextTableData;
}

/** The functions of one source. */
export class FunctionTable {
  readonly data: FunctionTableData;
  readonly #cells: Int32Array;
  readonly #names: TextTable;

  constructor(data: FunctionTableData) {
    this.data = data;
    this.#cells = data.cells;
    this.#names = new TextTable(data.names);
  }

  /** Null for a source in another language. In steps, since it may take long. */
  static *read(file: string, content: string): Generator<void, FunctionTable | null> {
    const text = scriptOf(file, content);
    if (text === null) return null;
    const name = nameOf(file);
    const options = { jsx: !/\.[cm]?ts$/.test(name), types: !/\.[cm]?jsx?$/.test(name) };
    const found = yield* scanFunctions(text, options);
    const numbers = new Map<string, number>();
    const cells = new Int32Array(found.length * FIELDS);
    const lines = new LineCounter(text);
    const around: number[] = [];
    for (const [index, { start, end, name }] of found.entries()) {
      if (index % FUNCTIONS_A_STEP === 0) yield;
      while (around.length > 0 && (found[around.at(-1) ?? 0]?.end ?? 0) <= start) around.pop();
      const number = name === null ? NO_NAME : numbers.get(name) ?? numbers.size;
      if (name !== null) numbers.set(name, number);
      cells.set(
        [...lines.at(start), ...lines.at(end), number, around.at(-1) ?? -1],
        index * FIELDS,
      );
      around.push(index);
    }
    return new FunctionTable({ cells, names: TextTable.of([...numbers.keys()]).data });
  }

  /** What it takes of memory. */
  get bytes(): number {
    return this.#cells.byteLength + this.#names.bytes + OVERHEAD;
  }

  /** The name of the innermost function around a place (1-based); null for none, or one without a name. */
  nameAt(line: number, column: number): string | null {
    const place = [line - 1, column - 1] as const;
    let at = this.#lastBefore(place);
    while (at >= 0 && !this.#isBefore(place, at * FIELDS + 2)) {
      at = this.#cells[at * FIELDS + 5] ?? -1;
    }
    const name = at < 0 ? NO_NAME : this.#cells[at * FIELDS + 4] ?? NO_NAME;
    return name === NO_NAME ? null : this.#names.at(name);
  }

  /** The last function that begins at the place or before it; -1 without. */
  #lastBefore(place: readonly [number, number]): number {
    let low = 0;
    let high = this.#cells.length / FIELDS;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(place, middle * FIELDS)) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  /** Whether the place lies before the one in these cells. */
  #isBefore([line, column]: readonly [number, number], cell: number): boolean {
    const other = this.#cells[cell] ?? 0;
    return line < other || (line === other && column < (this.#cells[cell + 1] ?? 0));
  }
}

function nameOf(file: string): string {
  return file.replace(/[?#].*$/, "");
}

/** The code of a file, all else blanked; null where it is not JavaScript or TypeScript. */
function scriptOf(file: string, content: string): string | null {
  const [, ending = ""] = /\.([a-z]+)$/i.exec(nameOf(file)) ?? [];
  if (/^(?:[cm]?[jt]s|[jt]sx|es6)$/.test(ending)) return content;
  if (!/^(?:vue|svelte|astro|html?)$/.test(ending)) return null;
  let text = "";
  let at = 0;
  for (const { index, 1: tag = "", 2: script = "" } of content.matchAll(SCRIPT)) {
    const start = index + tag.length;
    text += blank(content.slice(at, start)) + script;
    at = start + script.length;
  }
  return text;
}

const SCRIPT = /(<script\b[^>]*>)([^]*?)<\/script/gi;

/** As long, and as many lines. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

/** Counts lines up to places, which are mostly asked for in order. */
class LineCounter {
  readonly #starts = [0];

  constructor(text: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
      this.#starts.push(at + 1);
    }
  }

  /** Line and column, both 0-based. */
  at(offset: number): [line: number, column: number] {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return [low - 1, offset - (this.#starts[low - 1] ?? 0)];
  }
}

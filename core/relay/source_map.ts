import { FunctionTable, type FunctionTableData } from "./functions/table.ts";
import type { RawMap } from "./map_format.ts";
import { Mappings, type MappingsData, type Segment } from "./mappings.ts";
import { sourceName } from "./source_names.ts";
import { TextTable, type TextTableData } from "./text_table.ts";

/** Where code came from. */
export interface SourcePosition {
  /** The source's number in the map, over all sections. */
  readonly source: number;
  /** Its readable name. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** The function it is in: null in none, or one without a name; undefined where the source is not known. */
  readonly functionName: string | null | undefined;
  /** What the map says stood at the very place: where a function is called, its name. */
  readonly name: string | null;
}

interface SectionPlace {
  readonly line: number;
  readonly column: number;
  /** What its indexes begin at in the tables of all sections. */
  readonly firstSource: number;
  readonly firstName: number;
}

interface Section extends SectionPlace {
  readonly mappings: Mappings;
}

/** A parsed source map as it is stored. */
export interface SourceMapData {
  readonly sections: readonly (SectionPlace & { readonly mappings: MappingsData })[];
  readonly files: TextTableData;
  readonly names: TextTableData;
  /** Of each source; null where its text is not given, or in another language. */
  readonly functions: readonly (FunctionTableData | null)[];
}

/** What an object with its fields takes beside what is counted. */
const OVERHEAD = 300;

/**
 * A parsed source map: compact, and quick to ask. An index map has several sections, others one.
 *
 * The name of the function around a place is read from the source's own text (`functions/scan.ts`). The map
 * alone has it nowhere: `names` are those of single words, mostly of what is called there, the scopes of
 * ECMA-426's proposal are written by hardly any bundler, and the generated code, in which Sentry looks for
 * the function's declaration, is not uploaded. Where the text is not given either, the word at the place
 * from which the function was called has to do, and last what the browser calls it.
 */
export class SourceMap {
  readonly data: SourceMapData;
  readonly #sections: readonly Section[];
  readonly #files: TextTable;
  readonly #names: TextTable;
  readonly #functions: readonly (FunctionTable | null)[];

  constructor(data: SourceMapData) {
    this.data = data;
    this.#sections = data.sections.map((section) => ({
      ...section,
      mappings: new Mappings(section.mappings),
    }));
    this.#files = new TextTable(data.files);
    this.#names = new TextTable(data.names);
    this.#functions = data.functions.map((table) => table && new FunctionTable(table));
  }

  /** Checks the mappings as well: throws a `Failure` where they are broken. In steps, for it may take long. */
  static *read(maps: readonly RawMap[]): Generator<void, SourceMap> {
    const sections: SourceMapData["sections"][number][] = [];
    const files: string[] = [];
    const names: string[] = [];
    const functions: (FunctionTableData | null)[] = [];
    for (const map of maps) {
      const { line, column, sources, sourceRoot } = map;
      const tables = { sources: sources.length, names: map.names.length };
      const mappings = (yield* Mappings.read(map.mappings, tables)).data;
      const [firstSource, firstName] = [files.length, names.length];
      sections.push({ line, column, mappings, firstSource, firstName });
      for (const [index, source] of sources.entries()) {
        const file = sourceName(source, sourceRoot);
        const content = map.contents[index] ?? null;
        files.push(file);
        const table = content === null ? null : yield* FunctionTable.read(file, content);
        functions.push(table?.data ?? null);
      }
      for (const name of map.names) names.push(name);
      yield;
    }
    return new SourceMap({
      sections,
      files: TextTable.of(files).data,
      names: TextTable.of(names).data,
      functions,
    });
  }

  /** What it takes of memory. */
  get bytes(): number {
    const sections = this.#sections.reduce(
      (sum, { mappings }) => sum + mappings.bytes + OVERHEAD,
      0,
    );
    const functions = this.#functions.reduce((sum, table) => sum + (table?.bytes ?? 8), 0);
    return OVERHEAD + sections + functions + this.#files.bytes + this.#names.bytes;
  }

  /**
   * Where the code at a place in the script came from, line and column 1-based as stacks tell them. Null
   * where the map does not say, or the column is not known and the line was made of several.
   */
  find(line: number, column: number | null): SourcePosition | null {
    // A few browsers counted columns from 0, and none tells one below 1 otherwise.
    const target = { line: line - 1, column: Math.max((column ?? 1) - 1, 0) };
    const section = this.#sectionOf(target.line, target.column);
    if (section === null) return null;
    const ownLine = target.line - section.line;
    const ownColumn = ownLine === 0 ? target.column - section.column : target.column;
    const segment = column === null
      ? section.mappings.findOnly(ownLine)
      : section.mappings.find(ownLine, ownColumn);
    if (segment === null || segment.source < 0) return null;
    return this.#position(section, segment, column !== null && segment.column === ownColumn);
  }

  #position(section: Section, segment: Segment, isExact: boolean): SourcePosition {
    const source = section.firstSource + segment.source;
    const [line, column] = [segment.sourceLine + 1, segment.sourceColumn + 1];
    return {
      source,
      file: this.#files.at(source) ?? "<unknown>",
      line,
      column,
      functionName: this.#functions[source]?.nameAt(line, column),
      name: isExact && segment.name >= 0 ? this.#names.at(section.firstName + segment.name) : null,
    };
  }

  /** The last section that begins at the place or before it. */
  #sectionOf(line: number, column: number): Section | null {
    let low = 0;
    let high = this.#sections.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const section = this.#sections[middle];
      const isAfter = section === undefined || section.line > line ||
        (section.line === line && section.column > column);
      if (isAfter) high = middle;
      else low = middle + 1;
    }
    return this.#sections[low - 1] ?? null;
  }
}

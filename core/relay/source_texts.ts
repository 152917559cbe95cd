import { collectPiledGarbage } from "../garbage.ts";
import { deflate, inflate } from "./compression.ts";

/** Characters of a line that are kept: where lines are longer, the source is a minified one itself. */
const MAX_LINE_LENGTH = 300;
/** Characters that are compressed together, about. */
const PIECE_LENGTH = 32_768;

/** A stretch of lines of one or several sources. */
interface Piece {
  /** The number of its first line, counted over all sources. */
  readonly firstLine: number;
  readonly deflated: Uint8Array<ArrayBuffer>;
}

/** Texts as they are stored. */
export interface SourceTextsData {
  readonly pieces: readonly Piece[];
  /** The number of each source's first line over all sources, and the end of the last. */
  readonly firstLines: Uint32Array;
}

/**
 * The texts of a map's sources, to show the lines around an error. Compressed, as hardly any of them is ever
 * looked at: a fifth of their size.
 */
export class SourceTexts {
  readonly data: SourceTextsData;

  constructor(data: SourceTextsData) {
    this.data = data;
  }

  /** Compresses the texts a piece at a time, between which others have their turn. Null is a text not known. */
  static async pack(contents: readonly (string | null)[]): Promise<SourceTexts> {
    const pieces: Piece[] = [];
    const firstLines = new Uint32Array(contents.length + 1);
    let lines: string[] = [];
    let [line, firstLine, length] = [0, 0, 0];
    const flush = async () => {
      if (lines.length === 0) return;
      pieces.push({ firstLine, deflated: await deflate(lines.join("\n")) });
      lines = [];
      [firstLine, length] = [line, 0];
      collectPiledGarbage();
    };
    for (const [index, content] of contents.entries()) {
      for (const text of content === null ? [] : linesOf(content)) {
        lines.push(text);
        line++;
        length += text.length + 1;
        if (length >= PIECE_LENGTH) await flush();
      }
      firstLines[index + 1] = line;
    }
    await flush();
    return new SourceTexts({ pieces, firstLines });
  }

  /** What it takes of memory. */
  get bytes(): number {
    const { pieces, firstLines } = this.data;
    const size = pieces.reduce((sum, { deflated }) => sum + deflated.byteLength + 200, 0);
    return size + firstLines.byteLength;
  }

  /** Lines `from` to `to` of a source, 1-based, both included; fewer at its ends, none where it is not known. */
  async lines(source: number, from: number, to: number): Promise<string[]> {
    const { pieces, firstLines } = this.data;
    const begin = firstLines[source] ?? 0;
    const end = firstLines[source + 1] ?? begin;
    const first = Math.max(begin + from - 1, begin);
    const last = Math.min(begin + to, end);
    const lines: string[] = [];
    for (const [index, piece] of pieces.entries()) {
      const next = pieces[index + 1]?.firstLine ?? Infinity;
      if (next <= first || piece.firstLine >= last) continue;
      const texts = (await inflate(piece.deflated)).split("\n");
      lines.push(...texts.slice(Math.max(first - piece.firstLine, 0), last - piece.firstLine));
    }
    // Parts of a text keep all of it in memory, and these are remembered.
    return JSON.parse(JSON.stringify(lines));
  }
}

function* linesOf(content: string): Generator<string> {
  for (let at = 0; at <= content.length;) {
    const end = content.indexOf("\n", at);
    const until = end < 0 ? content.length : end;
    const text = content.slice(at, Math.min(until, at + MAX_LINE_LENGTH));
    yield until - at > MAX_LINE_LENGTH ? `${text}…` : text.replace(/\r$/, "");
    at = until + 1;
  }
}

import { inTurns } from "../turns.ts";
import type { RawMap } from "./map_format.ts";
import { SourceMap, type SourceMapData } from "./source_map.ts";
import { SourceTexts, type SourceTextsData } from "./source_texts.ts";

interface ParsedMapData {
  readonly map: SourceMapData;
  readonly texts: SourceTextsData;
}

const NEVER = new AbortController().signal;

/**
 * A source map that is ready to be asked. Parsing takes 0.1 s a MB and several times its size of memory, so it
 * is done once, as the map is uploaded; what comes of it is stored beside the map, and read in milliseconds.
 */
export class ParsedMap {
  readonly map: SourceMap;
  readonly texts: SourceTexts;

  private constructor(map: SourceMap, texts: SourceTexts) {
    this.map = map;
    this.texts = texts;
  }

  /** In steps between which others have their turn. Throws a `Failure` where the mappings are broken. */
  static async parse(raw: readonly RawMap[]): Promise<ParsedMap> {
    const map = await inTurns(SourceMap.read(raw), NEVER);
    return new ParsedMap(map, await SourceTexts.pack(raw.flatMap(({ contents }) => contents)));
  }

  /** Reads what `toBytes()` wrote. */
  static async fromBytes(bytes: Uint8Array): Promise<ParsedMap> {
    const { deserialize } = await import("node:v8");
    const { map, texts }: ParsedMapData = deserialize(bytes);
    return new ParsedMap(new SourceMap(map), new SourceTexts(texts));
  }

  /**
   * As it is stored, in the format of structured clones, of which V8 reads all earlier versions. Whoever
   * changes the data's shape adds a migration that empties `parsed_maps`: each map is then parsed anew when it
   * is asked for.
   */
  async toBytes(): Promise<Uint8Array> {
    const { serialize } = await import("node:v8");
    const data: ParsedMapData = { map: this.map.data, texts: this.texts.data };
    return serialize(data);
  }

  /** What it takes of memory. */
  get bytes(): number {
    return this.map.bytes + this.texts.bytes;
  }
}

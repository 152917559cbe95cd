/** A search of logs, checked against the real index. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { parseSearch, type SearchQuery } from "../../core/logs/search_query.ts";

/** Whether a search finds a message; undefined when it is blank. */
export function finds(search: string, message: string): boolean | undefined {
  return parseSearch(search)?.matches(message.toLowerCase());
}

/** What the log keeps of a text. */
export function stored(message: string): string {
  return message.toWellFormed().replaceAll("\0", "\u2400").replaceAll("\x1e", "\u241e");
}

/** The index as the log viewer keeps it, over blocks of a few lines. */
export class Index {
  readonly #database = new DatabaseSync(":memory:");
  readonly #blocks: readonly (readonly string[])[];
  readonly #match;

  constructor(blocks: readonly (readonly string[])[]) {
    this.#blocks = blocks.map((lines) => lines.map((line) => line.toLowerCase()));
    this.#database.exec(
      "CREATE VIRTUAL TABLE t USING fts5 (text, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii')",
    );
    const insert = this.#database.prepare("INSERT INTO t (rowid, text) VALUES (?, ?)");
    for (const [id, lines] of blocks.entries()) {
      insert.run(id, lines.join("\x1e").toLowerCase().replaceAll(/[^\p{ASCII}]/gu, " "));
    }
    this.#match = this.#database.prepare("SELECT rowid AS id FROM t WHERE t MATCH ?");
  }

  /** Throws when a line matches in a block that the index leaves out, or without the anchor. */
  check(search: string): { matches: number; candidates: number } {
    const query = parseSearch(search);
    if (query === null) {
      assert.equal(search.trim(), "");
      return { matches: 0, candidates: this.#blocks.length };
    }
    const candidates = this.#candidates(query);
    let matches = 0;
    for (const [id, lines] of this.#blocks.entries()) {
      for (const line of lines.filter((one) => query.matches(one))) {
        matches++;
        assert.ok(candidates.has(id), `${search} → ${query.indexExpression}: ${line}`);
        assert.ok(line.includes(query.anchor ?? ""), `${search} → ${query.anchor}: ${line}`);
      }
    }
    return { matches, candidates: candidates.size };
  }

  #candidates({ indexExpression }: SearchQuery): ReadonlySet<unknown> {
    if (indexExpression === null) return new Set(this.#blocks.keys());
    return new Set(this.#match.all(indexExpression).map(({ id }) => id));
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

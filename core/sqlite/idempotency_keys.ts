import { DAY } from "../clock.ts";
import type { Database } from "./database.ts";

/** How long keys are known at least, and how many at once: beyond that the oldest go earlier. */
const LIMITS = { lifetimeMs: DAY, keys: 500_000 };
/** Old keys that one new key takes away. */
const SWEPT = 2;

/**
 * Keys of requests that were done, each with its answer, so that one that is sent again is answered the same and
 * done once. Kept in a table `idempotency_keys` beside the data, to be called within the transaction that
 * stores it. Each new key takes some old ones away; nothing else has to look after them.
 */
export class IdempotencyKeys {
  readonly #database: Database;
  readonly #limits: typeof LIMITS;

  constructor(database: Database, limits = LIMITS) {
    this.#database = database;
    this.#limits = limits;
  }

  /** The answer of a request that was done with this key; undefined when none was. */
  answer(key: string): string | undefined {
    const row = this.#database.prepare("SELECT answer FROM idempotency_keys WHERE key = ?")
      .get(key);
    return row === undefined ? undefined : String(row.answer);
  }

  /** Remembers the answer to a request; `now` in ms since the epoch. */
  keep(key: string, answer: string, now: number): void {
    const { lastInsertRowid } = this.#database.prepare(
      "INSERT INTO idempotency_keys (key, answer, kept_at) VALUES (?, ?, ?)",
    ).run(key, answer, now);
    // Ids are given in order, so the oldest are the first, and as many as their numbers tell.
    this.#database.prepare(
      `DELETE FROM idempotency_keys WHERE id IN (
         SELECT id FROM (SELECT id, kept_at FROM idempotency_keys ORDER BY id LIMIT ${SWEPT})
         WHERE id <= ?1 OR kept_at < ?2)`,
    ).run(Number(lastInsertRowid) - this.#limits.keys, now - this.#limits.lifetimeMs);
  }
}

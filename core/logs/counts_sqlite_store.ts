import type { Database } from "../sqlite/database.ts";
import type { CountDeltas, LevelCounts } from "./counts.ts";

/** The counts that are kept beside the entries: by minute and container, and by container in all. */
export class CountsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Entries stored, all in all. */
  total(): number {
    const row = this.#database.prepare(
      "SELECT sum(debug + info + warning + error + critical) AS n FROM log_containers",
    ).get();
    return Number(row?.n ?? 0);
  }

  /** Part of the transaction that stores the entries. */
  add(deltas: CountDeltas): void {
    for (const [name, minutes] of deltas.containers) {
      const id = this.#containerId(name);
      for (const [minute, counts] of minutes) {
        this.#database.prepare(
          `INSERT INTO log_counts (minute, container_id, debug, info, warning, error, critical)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET debug = debug + excluded.debug, info = info + excluded.info,
             warning = warning + excluded.warning, error = error + excluded.error,
             critical = critical + excluded.critical`,
        ).run(minute, id, ...counts);
      }
      this.#addTotals(id, totalsOf(minutes, 1));
    }
  }

  /** Part of the transaction that takes the entries away. */
  subtract(deltas: CountDeltas): void {
    for (const [name, minutes] of deltas.containers) {
      const id = this.#containerId(name);
      for (const [minute, counts] of minutes) {
        this.#database.prepare(
          `UPDATE log_counts SET debug = debug - ?3, info = info - ?4, warning = warning - ?5,
             error = error - ?6, critical = critical - ?7
           WHERE minute = ?1 AND container_id = ?2`,
        ).run(minute, id, ...counts);
        this.#database.prepare(
          `DELETE FROM log_counts WHERE minute = ? AND container_id = ?
             AND debug + info + warning + error + critical <= 0`,
        ).run(minute, id);
      }
      this.#addTotals(id, totalsOf(minutes, -1));
    }
    this.#database.prepare(
      "DELETE FROM log_containers WHERE debug + info + warning + error + critical <= 0",
    ).run();
  }

  #addTotals(id: number, counts: LevelCounts): void {
    this.#database.prepare(
      `UPDATE log_containers SET debug = debug + ?2, info = info + ?3, warning = warning + ?4,
         error = error + ?5, critical = critical + ?6
       WHERE id = ?1`,
    ).run(id, ...counts);
  }

  #containerId(name: string): number {
    this.#database.prepare("INSERT OR IGNORE INTO log_containers (name) VALUES (?)").run(name);
    const row = this.#database.prepare("SELECT id FROM log_containers WHERE name = ?").get(name);
    return Number(row?.id);
  }
}

function totalsOf(minutes: ReadonlyMap<number, LevelCounts>, sign: 1 | -1): LevelCounts {
  const totals: LevelCounts = [0, 0, 0, 0, 0];
  for (const counts of minutes.values()) {
    counts.forEach((count, level) => totals[level] = (totals[level] ?? 0) + sign * count);
  }
  return totals;
}

import { openToRead } from "../sqlite/backup.ts";
import type { ErrorDetail, ErrorFilter } from "./model.ts";
import { detailOf, detailQueries, matches } from "./queries_sqlite_store.ts";

/** Every group that matches, oldest first, from a database that may be in use; `now` in ms. */
export function* exportGroups(
  path: string,
  filter: ErrorFilter,
  now: number,
): Generator<ErrorDetail> {
  const database = openToRead(path);
  try {
    database.exec("PRAGMA busy_timeout = 5000");
    // One snapshot for all, however long the reader of our output takes.
    database.exec("BEGIN");
    const { from, where, params } = matches(filter, "gather");
    const ids = database.prepare(`SELECT e.id FROM ${from} WHERE ${where} ORDER BY e.id`);
    // The texts of the queries are the same for every group.
    const details = detailQueries(0, now).map(({ sql }) => database.prepare(sql));
    for (const { id } of ids.iterate(...params)) {
      const rows = detailQueries(Number(id), now).map(({ params }, index) =>
        details[index]?.all(...params) ?? []
      );
      const detail = detailOf(rows);
      if (detail) yield detail;
    }
  } finally {
    database.close();
  }
}

/** The thread of a `Reader`. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { serveThread } from "../thread_worker.ts";

export interface SqlQuery {
  readonly sql: string;
  readonly params: readonly SQLInputValue[];
}

/** Statements kept prepared; queries are assembled from few parts, so this is never reached in practice. */
const MAX_STATEMENTS = 200;

serveThread<readonly SqlQuery[]>((path) => {
  const database = new DatabaseSync(path, { readOnly: true });
  database.exec("PRAGMA busy_timeout = 5000");
  database.exec("PRAGMA temp_store = MEMORY");
  const statements = new Map<string, StatementSync>();

  function run({ sql, params }: SqlQuery) {
    const known = statements.get(sql);
    if (known) return known.all(...params);
    if (statements.size >= MAX_STATEMENTS) statements.clear();
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement.all(...params);
  }

  return {
    // In one go, so that all queries of a request see the same snapshot.
    answer(queries) {
      database.exec("BEGIN");
      try {
        return queries.map(run);
      } finally {
        database.exec("COMMIT");
      }
    },
    close: () => database.close(),
  };
});

/**
 * The thread of a `Reader`: it gets the database's path, then requests. Rows go back as one JSON text,
 * which costs half of a structured clone.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

export interface SqlQuery {
  readonly sql: string;
  readonly params: readonly SQLInputValue[];
}

export interface ReadRequest {
  readonly id: number;
  readonly queries: readonly SqlQuery[];
}

export type ReadReply =
  | { readonly id: number; readonly json: string }
  | { readonly id: number; readonly error: string };

/** Statements kept prepared; queries are assembled from few parts, so this is never reached in practice. */
const MAX_STATEMENTS = 200;

let connection: DatabaseSync;
const statements = new Map<string, StatementSync>();

self.onmessage = (event: MessageEvent<string | ReadRequest>) => {
  if (typeof event.data === "string") connection = open(event.data);
  else self.postMessage(answer(event.data));
};

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true });
  database.exec("PRAGMA busy_timeout = 5000");
  database.exec("PRAGMA temp_store = MEMORY");
  return database;
}

function answer({ id, queries }: ReadRequest): ReadReply {
  try {
    connection.exec("BEGIN");
    try {
      return { id, json: JSON.stringify(queries.map(run)) };
    } finally {
      connection.exec("COMMIT");
    }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

function run({ sql, params }: SqlQuery) {
  return prepare(sql).all(...params);
}

function prepare(sql: string): StatementSync {
  const known = statements.get(sql);
  if (known) return known;
  if (statements.size >= MAX_STATEMENTS) statements.clear();
  const statement = connection.prepare(sql);
  statements.set(sql, statement);
  return statement;
}

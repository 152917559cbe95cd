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

/** The database to open, a request, or the end: only a closed connection lets go of the file. */
export type ReaderMessage = { readonly open: string } | { readonly close: true } | ReadRequest;

export type ReadReply =
  | { readonly id: number; readonly json: string }
  | { readonly id: number; readonly error: string }
  | { readonly closed: true };

/** Statements kept prepared; queries are assembled from few parts, so this is never reached in practice. */
const MAX_STATEMENTS = 200;

let path: string;
let connection: DatabaseSync | undefined;
const statements = new Map<string, StatementSync>();

self.onmessage = ({ data: message }: MessageEvent<ReaderMessage>) => {
  if ("open" in message) {
    path = message.open;
  } else if ("close" in message) {
    connection?.close();
    self.postMessage({ closed: true });
  } else {
    self.postMessage(answer(message));
  }
};

function open(): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true });
  database.exec("PRAGMA busy_timeout = 5000");
  database.exec("PRAGMA temp_store = MEMORY");
  return database;
}

function answer({ id, queries }: ReadRequest): ReadReply {
  try {
    // Opened by the first request, so that a failure is its answer.
    const database = connection ??= open();
    database.exec("BEGIN");
    try {
      return { id, json: JSON.stringify(queries.map((query) => run(database, query))) };
    } finally {
      database.exec("COMMIT");
    }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

function run(database: DatabaseSync, { sql, params }: SqlQuery) {
  return prepare(database, sql).all(...params);
}

function prepare(database: DatabaseSync, sql: string): StatementSync {
  const known = statements.get(sql);
  if (known) return known;
  if (statements.size >= MAX_STATEMENTS) statements.clear();
  const statement = database.prepare(sql);
  statements.set(sql, statement);
  return statement;
}

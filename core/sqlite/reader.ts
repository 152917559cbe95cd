import { Thread } from "../thread.ts";
import type { Row, SqlValue } from "./database.ts";
import type { SqlQuery } from "./reader_worker.ts";
import { readerWorkerUrl } from "./reader_worker_url.ts";

export type { SqlQuery } from "./reader_worker.ts";

/** A read-only connection in a worker thread, so that slow queries never hold up ingestion. */
export class Reader {
  readonly #thread: Thread<readonly SqlQuery[]>;

  constructor(path: string) {
    this.#thread = new Thread({ name: "reader", url: readerWorkerUrl, open: path });
  }

  /** Reads under way or waiting. */
  get depth(): number {
    return this.#thread.depth;
  }

  /** Runs the queries on one snapshot of the database; gives the rows of each, as JSON can carry them. */
  async read(...queries: readonly SqlQuery[]): Promise<Row[][]> {
    // The thread answers with the rows of each query.
    return await this.#thread.ask(queries) as Row[][];
  }

  /** Refuses the reads under way, closes the connection, and ends the worker. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}

/** A query with its parameters, positional. */
export function query(sql: string, ...params: readonly SqlValue[]): SqlQuery {
  return { sql, params };
}

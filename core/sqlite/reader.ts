import { SECOND } from "../clock.ts";
import type { Row, SqlValue } from "./database.ts";
import { readerWorkerUrl } from "./reader_worker_url.ts";
import type { ReaderMessage, ReadReply, ReadRequest, SqlQuery } from "./reader_worker.ts";
import { Failure } from "../failure.ts";

export type { SqlQuery } from "./reader_worker.ts";

/** Reads that wait at most; beyond it the service is too busy to take more. */
const MAX_WAITING = 256;
/** A thread that nobody asked for so long is ended: it holds 15 MB, and starting one takes 30 ms. */
const IDLE_MS = 60 * SECOND;
/** A query under way at the end may take so long before it is cut off. */
const RETIRE_MS = 2 * SECOND;

/**
 * A read-only connection in a worker thread, so that slow queries never hold up ingestion. The worker is
 * started by the first read, and ended when nobody reads any more.
 */
export class Reader {
  readonly #path: string;
  readonly #waiting = new Map<
    number,
    { resolve: (rows: Row[][]) => void; reject: (error: Error) => void }
  >();
  #worker: Worker | undefined;
  #next = 1;
  #closed = false;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads under way or waiting. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Runs the queries on one snapshot of the database; gives the rows of each, as JSON can carry them. */
  read(...queries: readonly SqlQuery[]): Promise<Row[][]> {
    if (this.#closed) return Promise.reject(new Failure("unavailable", "Shutting down"));
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(new Failure("unavailable", "Too many queries at once; try again"));
    }
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const request: ReadRequest = { id: this.#next++, queries };
    const rows = new Promise<Row[][]>((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
    });
    send(this.#worker, request);
    return rows;
  }

  /** Refuses the reads under way, closes the connection, and ends the worker. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#release();
    this.#refuse(new Failure("unavailable", "Shutting down"));
    if (worker) await retire(worker);
  }

  #start(): Worker {
    const worker = new Worker(readerWorkerUrl(), { type: "module", name: "reader" });
    worker.onmessage = (event: MessageEvent<ReadReply>) => this.#settle(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      // The next read starts a fresh one.
      this.#release()?.terminate();
      this.#refuse(new Error(`Reader stopped: ${event.message}`));
    };
    send(worker, { open: this.#path });
    return worker;
  }

  #settle(reply: ReadReply): void {
    if ("closed" in reply) return;
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("error" in reply) waiting?.reject(new Error(`Query failed: ${reply.error}`));
    else waiting?.resolve(JSON.parse(reply.json));
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.#endIdle(), IDLE_MS);
  }

  #endIdle(): void {
    const worker = this.#release();
    if (worker) retire(worker);
  }

  #release(): Worker | undefined {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    return worker;
  }

  #refuse(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/**
 * Lets a worker close its connection, then ends it. One that is merely terminated leaves the file open for a
 * while, and the write-ahead log is folded in only by the last connection that closes.
 */
async function retire(worker: Worker): Promise<void> {
  const closed = Promise.withResolvers<void>();
  worker.onmessage = (event: MessageEvent<ReadReply>) => {
    if ("closed" in event.data) closed.resolve();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    closed.resolve();
  };
  const timer = setTimeout(closed.resolve, RETIRE_MS);
  send(worker, { close: true });
  await closed.promise;
  clearTimeout(timer);
  worker.terminate();
}

function send(worker: Worker, message: ReaderMessage): void {
  worker.postMessage(message);
}

/** A query with its parameters, positional. */
export function query(sql: string, ...params: readonly SqlValue[]): SqlQuery {
  return { sql, params };
}

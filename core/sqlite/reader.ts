import { SECOND } from "../clock.ts";
import type { Row, SqlValue } from "./database.ts";
import { readerWorkerUrl } from "./reader_worker_url.ts";
import type { ReadReply, ReadRequest, SqlQuery } from "./reader_worker.ts";
import { Failure } from "../failure.ts";

export type { SqlQuery } from "./reader_worker.ts";

/** Reads that wait at most; beyond it the service is too busy to take more. */
const MAX_WAITING = 256;
/** A thread that nobody asked for so long is ended: it holds 15 MB, and starting one takes 30 ms. */
const IDLE_MS = 60 * SECOND;

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
    this.#worker.postMessage(request);
    return rows;
  }

  /** Ends the worker; reads still under way are refused. */
  close(): void {
    this.#closed = true;
    this.#drop(new Failure("unavailable", "Shutting down"));
  }

  #start(): Worker {
    const worker = new Worker(readerWorkerUrl(), { type: "module", name: "reader" });
    worker.onmessage = (event: MessageEvent<ReadReply>) => this.#settle(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      // The next read starts a fresh one.
      this.#drop(new Error(`Reader stopped: ${event.message}`));
    };
    worker.postMessage(this.#path);
    return worker;
  }

  #settle(reply: ReadReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("error" in reply) waiting?.reject(new Error(`Query failed: ${reply.error}`));
    else waiting?.resolve(JSON.parse(reply.json));
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.#stop(), IDLE_MS);
  }

  #stop(): void {
    clearTimeout(this.#idle);
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #drop(error: Error): void {
    this.#stop();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** A query with its parameters, positional. */
export function query(sql: string, ...params: readonly SqlValue[]): SqlQuery {
  return { sql, params };
}

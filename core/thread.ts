import { SECOND } from "./clock.ts";
import { Failure } from "./failure.ts";
import type { ThreadMessage, ThreadReply } from "./thread_worker.ts";

/** Requests that wait at most; beyond it the service is too busy to take more. */
export const MAX_WAITING = 256;
/** A thread that nobody asked for so long is ended: it holds 15 MB, and starting one takes 30 ms. */
const IDLE_MS = 60 * SECOND;
/** A request under way at the end may take so long before it is cut off. */
const RETIRE_MS = 2 * SECOND;

export interface ThreadOptions {
  /** For error messages: `reader`. */
  readonly name: string;
  /** Where its module is. */
  readonly url: () => string;
  /** What `open` gets there, such as the path of a database. */
  readonly open: string;
}

/** What answers requests elsewhere or in turns, so that slow ones never hold up the rest. */
export interface Asked<Request> {
  /** Requests under way or waiting. */
  readonly depth: number;
  /** The answer. A signal that aborts calls the request off. */
  ask(request: Request, signal?: AbortSignal): Promise<unknown>;
  /** Refuses the requests under way, and closes what it holds. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A worker thread that answers requests, so that slow ones never hold up the rest. It is started by the
 * first request, and ended when nobody asks any more.
 */
export class Thread<Request> implements Asked<Request> {
  readonly #options: ThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 1;
  #closed = false;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /** Requests under way or waiting. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** The thread's answer, as JSON can carry it. A signal that aborts calls the request off there too. */
  ask(request: Request, signal?: AbortSignal): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Failure("unavailable", "Shutting down"));
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(new Failure("unavailable", "Too many queries at once; try again"));
    }
    clearTimeout(this.#idle);
    const worker = this.#worker ??= this.#start();
    const id = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    send(worker, { id, request });
    if (!signal) return promise;
    const cancel = () => {
      if (!this.#waiting.has(id)) return;
      send(worker, { cancel: id });
      this.#settle(id)?.reject(signal.reason);
    };
    signal.addEventListener("abort", cancel, { once: true });
    return promise.finally(() => signal.removeEventListener("abort", cancel));
  }

  /** Refuses the requests under way, and ends the worker once it has closed what it holds. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#release();
    this.#refuse(new Failure("unavailable", "Shutting down"));
    if (worker) await retire(worker);
  }

  #start(): Worker {
    const { name, url, open } = this.#options;
    const worker = new Worker(url(), { type: "module", name });
    worker.onmessage = ({ data }: MessageEvent<ThreadReply>) => {
      if ("closed" in data) return;
      const waiting = this.#settle(data.id);
      if ("failure" in data) waiting?.reject(new Failure(data.failure.code, data.failure.detail));
      else if ("error" in data) waiting?.reject(new Error(`Query failed: ${data.error}`));
      else waiting?.resolve(JSON.parse(data.json));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      // The next request starts a fresh one.
      this.#release()?.terminate();
      this.#refuse(new Error(`Thread ${name} stopped: ${event.message}`));
    };
    send(worker, { open });
    return worker;
  }

  /** Takes a request out of those that wait. */
  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0 && !this.#closed) {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.#endIdle(), IDLE_MS);
    }
    return waiting;
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
  worker.onmessage = ({ data }: MessageEvent<ThreadReply>) => {
    if ("closed" in data) closed.resolve();
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

function send(worker: Worker, message: ThreadMessage<unknown>): void {
  worker.postMessage(message);
}

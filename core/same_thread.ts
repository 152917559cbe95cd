import { Failure } from "./failure.ts";
import type { Responder } from "./thread_worker.ts";
import { type Asked, MAX_WAITING } from "./thread.ts";
import { inTurns } from "./turns.ts";

/**
 * Answers requests as a `Thread` does, a few ms at a time in turns with all else this one does: for where the
 * memory of another thread is not to be had. It opens what it needs by the first request.
 */
export class SameThread<Request> implements Asked<Request> {
  readonly #open: () => Promise<Responder<Request>>;
  readonly #end = new AbortController();
  #responder: Promise<Responder<Request>> | undefined;
  #depth = 0;

  constructor(open: () => Promise<Responder<Request>>) {
    this.#open = open;
  }

  get depth(): number {
    return this.#depth;
  }

  async ask(request: Request, signal?: AbortSignal): Promise<unknown> {
    const called = AbortSignal.any(signal ? [this.#end.signal, signal] : [this.#end.signal]);
    called.throwIfAborted();
    if (this.#depth >= MAX_WAITING) {
      throw new Failure("unavailable", "Too many queries at once; try again");
    }
    this.#depth++;
    try {
      const responder = await this.#opened();
      called.throwIfAborted();
      if (!("steps" in responder)) return responder.answer(request);
      return await inTurns(responder.steps(request), called);
    } finally {
      this.#depth--;
    }
  }

  async close(): Promise<void> {
    this.#end.abort(new Failure("unavailable", "Shutting down"));
    const responder = this.#responder;
    this.#responder = undefined;
    // One that could not be opened has nothing to close.
    (await responder?.catch(() => null))?.close();
  }

  /** What failed to open is opened anew by the next request. */
  async #opened(): Promise<Responder<Request>> {
    try {
      return await (this.#responder ??= this.#open());
    } catch (error) {
      this.#responder = undefined;
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`Query failed: ${why}`, { cause: error });
    }
  }
}

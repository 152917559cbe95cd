/**
 * The other side of a `Thread`. Answers go back as one JSON text, which costs half of a structured clone.
 */
import { Failure, type FailureCode } from "./failure.ts";
import { watchGarbage } from "./garbage.ts";

/** What it is to open, a request, one called off, or the end. */
export type ThreadMessage<Request> =
  | { readonly open: string }
  | { readonly id: number; readonly request: Request }
  | { readonly cancel: number }
  | { readonly close: true };

export type ThreadReply =
  | { readonly id: number; readonly json: string }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly failure: ThreadFailure }
  | { readonly closed: true };

/** A `Failure`, which is for the one who asks; any other error is a bug of ours. */
export interface ThreadFailure {
  readonly code: FailureCode;
  readonly detail: string;
}

/** Works on one request: a step at a time, so that others get their turn in between. */
export type Steps = Generator<void, unknown>;

/** What answers requests: each in one go, or in steps where that may take long. */
export type Responder<Request> =
  & ({ answer(request: Request): unknown } | { steps(request: Request): Steps })
  & {
    /** How many are begun before others have ended; any number unless given. */
    readonly atOnce?: number;
    close(): void;
  };

/** How long one request may hold the others up, in ms. */
const TURN_MS = 5;

/** Serves requests in this thread. `open` is called by the first one, so that a failure is its answer. */
export function serveThread<Request>(open: (what: string) => Responder<Request>): void {
  watchGarbage();
  let what = "";
  let responder: Responder<Request> | undefined;
  const running = new Map<number, Steps>();
  const waiting = new Map<number, Request>();

  const work = (id: number): void => {
    const steps = running.get(id);
    if (!steps) return;
    try {
      const until = performance.now() + TURN_MS;
      while (performance.now() < until) {
        const { done, value } = steps.next();
        if (!done) continue;
        running.delete(id);
        reply({ id, json: JSON.stringify(value) });
        beginNext();
        return;
      }
      setImmediate(work, id);
    } catch (error) {
      running.delete(id);
      reply(
        error instanceof Failure
          ? { id, failure: { code: error.code, detail: error.detail } }
          : { id, error: error instanceof Error ? error.message : String(error) },
      );
      beginNext();
    }
  };

  const beginNext = (): void => {
    if (running.size >= (responder?.atOnce ?? Infinity)) return;
    for (const [id, request] of waiting) {
      waiting.delete(id);
      running.set(id, begin(request));
      return work(id);
    }
  };

  const cancel = (id: number): void => {
    waiting.delete(id);
    running.get(id)?.return(undefined);
    if (running.delete(id)) beginNext();
  };

  self.onmessage = ({ data: message }: MessageEvent<ThreadMessage<Request>>) => {
    if ("open" in message) {
      what = message.open;
    } else if ("cancel" in message) {
      cancel(message.cancel);
    } else if ("close" in message) {
      running.clear();
      waiting.clear();
      responder?.close();
      reply({ closed: true });
    } else {
      waiting.set(message.id, message.request);
      beginNext();
    }
  };

  function* begin(request: Request): Steps {
    responder ??= open(what);
    return "steps" in responder ? yield* responder.steps(request) : responder.answer(request);
  }
}

function reply(message: ThreadReply): void {
  self.postMessage(message);
}

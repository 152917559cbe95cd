/** A thread that works in steps until it is told to go on, for the tests of `Thread`. */
import { Failure } from "./failure.ts";
import { serveThread, type Steps } from "./thread_worker.ts";

export type TestRequest =
  /** Works until `release` comes, then answers with the word. */
  | { readonly kind: "hold"; readonly word: string }
  | { readonly kind: "release" }
  /** Words of requests that were begun, and of those that have ended in whatever way. */
  | { readonly kind: "tell" }
  | { readonly kind: "fail" }
  | { readonly kind: "break" };

/** Requests of "hold" at most; one more is kept free for what tells of them. */
const AT_ONCE = 3;

serveThread<TestRequest>(() => {
  const begun: string[] = [];
  const ended: string[] = [];
  let released = false;
  return {
    atOnce: AT_ONCE,
    *steps(request): Steps {
      switch (request.kind) {
        case "hold":
          begun.push(request.word);
          try {
            while (!released) yield;
            return request.word;
          } finally {
            ended.push(request.word);
          }
        case "release":
          released = true;
          return null;
        case "tell":
          return { begun: [...begun], ended: [...ended] };
        case "fail":
          throw new Failure("invalid", "This is too much");
        case "break":
          throw new TypeError("This is a bug");
      }
    },
    close() {},
  };
});

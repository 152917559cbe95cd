import { patch } from "./patch.ts";
import type { EndRequest, RequestLog } from "./requests.ts";
import type { Scope } from "./scope.ts";

/**
 * Watches `fetch()`. What it gives is handed on untouched: the same response, its body unread; the same error, and
 * unhandled if the page does not handle it.
 *
 * @param onError gets what a request was rejected with, since the page may throw it again
 */
export function watchFetch(scope: Scope, log: RequestLog, onError: (error: unknown) => void): void {
  patch(scope, globalThis, "fetch", (proceed, _self, args) => {
    let end: EndRequest | undefined;
    scope.guard(() => {
      end = begin(log, args);
    })();
    const answer = proceed();
    if (!end || !(answer instanceof Promise)) return answer;
    const ended = scope.guard(end);
    // Guarded, since what the page has put in place of fetch() may give anything.
    const answered = scope.guard((response: Response) => {
      ended(response.type.startsWith("opaque") ? "opaque" : response.status);
    });
    const failed = scope.guard((error: unknown) => {
      onError(error);
      if (wasAborted(error, args)) return ended("aborted");
      ended("error", error instanceof Error ? error.message : String(error));
    });
    return answer.then((response: Response) => {
      answered(response);
      return response;
    }, (error: unknown) => {
      failed(error);
      throw error;
    });
  });
}

function begin(log: RequestLog, [input, options]: readonly unknown[]): EndRequest | undefined {
  const method = member(options, "method");
  return input instanceof Request
    ? log(method ?? input.method, input.url)
    : log(method ?? "GET", input);
}

/** Whether the page took it back. One that ran out of its time (`AbortSignal.timeout()`) did fail. */
function wasAborted(error: unknown, [input, options]: readonly unknown[]): boolean {
  const name = member(error, "name");
  const signal = member(options, "signal") ?? member(input, "signal");
  return name === "AbortError" ||
    name !== "TimeoutError" && member(signal, "aborted") === true;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value ? Reflect.get(value, name) : undefined;
}

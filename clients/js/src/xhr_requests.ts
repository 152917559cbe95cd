import { patch } from "./patch.ts";
import type { EndRequest, RequestLog } from "./requests.ts";
import type { Scope } from "./scope.ts";

const ENDS = ["load", "error", "timeout", "abort"];

/** Watches `XMLHttpRequest`: `open()` says what is asked, `send()` begins, one of four events ends it. */
export function watchXhr(scope: Scope, log: RequestLog): void {
  const opened = new WeakMap<XMLHttpRequest, readonly unknown[]>();
  const begun = new WeakMap<XMLHttpRequest, EndRequest>();

  const end = scope.guard((xhr: XMLHttpRequest, how: string) => {
    const ended = begun.get(xhr);
    begun.delete(xhr);
    if (how === "load") ended?.(xhr.status);
    else if (how === "abort") ended?.("aborted");
    else ended?.("error", how === "timeout" ? "timed out" : "no answer");
  });
  // One function for all, so that adding it again to the same request adds nothing.
  const onEnd = ({ target, type }: Event) => {
    if (isXhr(target)) end(target, type);
  };
  const begin = scope.guard((xhr: XMLHttpRequest) => {
    const [method, address] = opened.get(xhr) ?? [];
    const ended = log(method, address);
    if (!ended) return;
    begun.set(xhr, ended);
    for (const type of ENDS) xhr.addEventListener(type, onEnd);
  });

  patch(scope, XMLHttpRequest.prototype, "open", (proceed, self, args) => {
    const result = proceed();
    if (isXhr(self)) {
      // What was under way has ended with this, without an event.
      end(self, "abort");
      opened.set(self, args);
    }
    return result;
  });
  patch(scope, XMLHttpRequest.prototype, "send", (proceed, self) => {
    if (!isXhr(self) || begun.has(self)) return proceed();
    begin(self);
    try {
      return proceed();
    } catch (error) {
      // Only a synchronous request fails by throwing; a wrong call of send() began none.
      if (error instanceof DOMException && error.name === "NetworkError") {
        end(self, "error");
      }
      begun.delete(self);
      throw error;
    }
  });
}

function isXhr(value: unknown): value is XMLHttpRequest {
  return value instanceof XMLHttpRequest;
}

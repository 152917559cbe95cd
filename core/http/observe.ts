import type { Logger } from "../logger.ts";
import type { Telemetry } from "../telemetry.ts";
import type { AppContext } from "./route.ts";

/** Any other word that a client may send as a method would be a series of its own for ever. */
const KNOWN_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Called with each answered request of a route, its status, and the ms from its headers to its answer's. */
export type RequestObserver = (context: AppContext, status: number, ms: number) => void;

/** Counts and times the requests of a route, and logs them at DEBUG. */
export function observeRequests(
  { logger, telemetry, service, route }: {
    readonly logger: Logger;
    readonly telemetry: Telemetry;
    readonly service: string;
    readonly route: string;
  },
): RequestObserver {
  // Made with the first request: a route that nobody asks is no line of /metrics.
  let took: ((seconds: number) => void) | undefined;
  const counters = new Map<string, () => void>();
  const counterOf = (method: string, status: number) => {
    const known = KNOWN_METHODS.has(method) ? method : "other";
    const key = `${known} ${status}`;
    const counter = counters.get(key) ?? telemetry.counter(
      "monlight_http_requests_total",
      "HTTP requests answered.",
      { service, method: known, route, status: `${status}` },
    );
    counters.set(key, counter);
    return counter;
  };
  return (context, status, ms) => {
    const { method, path } = context.req;
    took ??= telemetry.histogram(
      "monlight_http_request_duration_seconds",
      "Time from a request's headers to its answer's in seconds.",
      { service, route },
    );
    took(ms / 1000);
    counterOf(method, status)();
    logger.debug("Request answered", {
      request_id: context.get("requestId"),
      method,
      path,
      status,
      ms,
    });
  };
}

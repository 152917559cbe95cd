import { cleanAddress } from "./address.ts";
import type { Metrics } from "./metrics.ts";
import type { Trail } from "./trail.ts";

/** The status of an answer, or in a word how a request ended without one that can be seen. */
export type Ending = number | "error" | "aborted" | "opaque";

/** Ends a request; `reason` is the browser's sentence for an error. */
export type EndRequest = (ending: Ending, reason?: string) => void;

/** Begins a request of the page; gives nothing for one that is our own, or to no server. */
export type RequestLog = (method: unknown, address: unknown) => EndRequest | undefined;

const MAX_METHOD = 20;

/**
 * Counts and times the page's requests, and tells which failed.
 *
 * @param endpoint where our own requests go
 * @param onFailure gets a sentence and what is known of the request
 */
export function logRequests(
  endpoint: string,
  metrics: Metrics,
  trail: Trail,
  onFailure: (sentence: string, details: Record<string, unknown>) => void,
): RequestLog {
  return (asked, address) => {
    // Of other objects the text is made by calling them, which is for the browser to do, once.
    if (typeof address !== "string" && !(address instanceof URL)) return;
    const url = new URL(address, document.baseURI);
    if (!url.protocol.startsWith("http") || url.href.startsWith(`${endpoint}/api/browser/`)) return;
    const method = String(asked).toUpperCase().slice(0, MAX_METHOD);
    const startedAt = performance.now();
    return (ending, reason) => {
      const status = String(ending);
      const duration_ms = Math.round(performance.now() - startedAt);
      const labels = { method, status, host: url.host };
      metrics.count("browser_http_requests_total", labels);
      if (ending !== "aborted") {
        metrics.measure("browser_http_request_duration_ms", duration_ms, labels);
      }
      const place = cleanAddress(url);
      const message = `${method} ${place}`;
      trail.add({ category: "request", message, status, duration_ms });
      const details = { method, url: place, status, duration_ms };
      if (ending === "error") onFailure(`${message} failed: ${reason}`, details);
      if (Number(ending) >= 500) onFailure(`${message} answered ${status}`, details);
    };
  };
}

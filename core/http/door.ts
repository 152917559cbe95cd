/**
 * Cross-origin sharing (https://fetch.spec.whatwg.org/#http-cors-protocol) for what is behind a door. Nothing
 * else is shared with pages of other sites.
 */
import type { AppContext, Door } from "./route.ts";

/** How long a browser remembers what a preflight was answered, in seconds. */
const MAX_AGE_S = 86_400;

/** Adds to any answer behind a door, failures too, what lets a page of a listed origin read it. */
export function shareAnswer(door: Door, context: AppContext, headers: Headers): void {
  // Also without an origin: a cache must not give one site's answer to another.
  headers.append("vary", "Origin");
  const origin = context.req.header("origin");
  if (origin !== undefined && door.origins.has(origin)) {
    headers.set("access-control-allow-origin", origin);
  }
}

/** Adds to the answer to a preflight what a page of a listed origin may send. */
export function allowRequests(door: Door, context: AppContext, headers: Headers): void {
  const origin = context.req.header("origin");
  if (origin === undefined || !door.origins.has(origin)) return;
  headers.set("access-control-allow-methods", "POST, OPTIONS");
  headers.set("access-control-allow-headers", door.allowedHeaders.join(", "));
  headers.set("access-control-max-age", String(MAX_AGE_S));
}

import type { Scope } from "./scope.ts";

/** Sends a body to `/api/browser/errors` or `/api/browser/metrics`, now or later; never throws. */
export type Send = (path: "errors" | "metrics", body: object) => void;

export interface Transport {
  readonly send: Send;
  /** Sends what waits, and what `work` sends, right now: the page may be gone in a moment. `work` must not throw. */
  hurry(work: () => void): void;
}

interface Item {
  readonly url: string;
  readonly body: string;
  readonly bytes: number;
  tries: number;
}

const MAX_WAITING = 50;
const MAX_WAITING_BYTES = 262_144;
const MAX_IN_FLIGHT = 4;
/** Browsers let 64 KiB at once outlive the page, for all of its scripts; some of it is left to the others. */
const KEEPALIVE_BYTES = 60_000;
const KEEPALIVE_BYTES_WHILE_SHOWN = 16_000;
const TIMEOUT_MS = 10_000;
const MAX_TRIES = 2;
const FIRST_PAUSE_MS = 5000;
const MAX_PAUSE_MS = 300_000;

/**
 * Sends bodies as simple requests: key in the address, text as type, so that no preflight is needed. What could not
 * be sent waits in memory, bounded, and is tried once more: when the browser is online again, when the relay's
 * `retry_after` has passed, or after a pause that grows while nothing works.
 */
export function openTransport(scope: Scope, endpoint: string, key: string): Transport {
  // Not the patched one: these are not the page's requests.
  const fetch = globalThis.fetch.bind(globalThis);
  const canKeepAlive = "keepalive" in Request.prototype;
  const waiting: Item[] = [];
  /** Under way, and gone when the page is. */
  const mortal = new Set<Item>();
  let inFlight = 0;
  let keptAlive = 0;
  let hurrying = false;
  let failures = 0;
  /** Until when the relay does not want anything, and until when it is not worth trying. */
  let refusedUntil = 0;
  let pausedUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const pump = scope.guard(() => {
    clearTimeout(timer);
    const now = performance.now();
    const until = Math.max(refusedUntil, hurrying ? 0 : pausedUntil);
    if (until > now) {
      if (waiting.length > 0) timer = setTimeout(pump, until - now);
      return;
    }
    const hurry = hurrying || document.visibilityState === "hidden";
    const budget = hurry ? KEEPALIVE_BYTES : KEEPALIVE_BYTES_WHILE_SHOWN;
    for (const item of [...waiting]) {
      const fits = keptAlive + item.bytes <= budget;
      if (hurry ? !fits : inFlight >= MAX_IN_FLIGHT) continue;
      waiting.splice(waiting.indexOf(item), 1);
      if (hurry && !canKeepAlive) {
        if (!navigator.sendBeacon(item.url, item.body)) waiting.push(item);
      } else post(item, fits && canKeepAlive);
    }
  });

  const post = (item: Item, keepalive: boolean): void => {
    const abort = new AbortController();
    const limit = setTimeout(() => abort.abort(), TIMEOUT_MS);
    item.tries++;
    inFlight++;
    if (keepalive) keptAlive += item.bytes;
    else mortal.add(item);
    const ask = async () => {
      const response = await fetch(item.url, {
        method: "POST",
        headers: { "Content-Type": "text/plain;charset=UTF-8" },
        body: item.body,
        keepalive,
        credentials: "omit",
        referrerPolicy: "strict-origin",
        signal: abort.signal,
      });
      // Read to its end, so that the connection is free again.
      const answer: unknown = await response.json().catch(() => null);
      return { status: response.status, answer };
    };
    ask().then(
      ({ status, answer }) => answered(item, status, answer),
      (error: unknown) => {
        scope.debug("not sent:", error);
        answered(item, 0, null);
      },
    ).finally(() => {
      clearTimeout(limit);
      inFlight--;
      mortal.delete(item);
      if (keepalive) keptAlive -= item.bytes;
      pump();
    });
  };

  const answered = (item: Item, status: number, answer: unknown): void => {
    const refused = status === 429;
    if (status > 0) scope.debug("answered", status, answer);
    const now = performance.now();
    // A key that does not hold is hardly asked about again.
    if (status === 401) refusedUntil = now + MAX_PAUSE_MS;
    if (status > 0 && status < 500 && !refused) {
      failures = 0;
      return;
    }
    // To be offline is no try.
    if (status === 0 && navigator.onLine === false) item.tries--;
    if (refused) refusedUntil = now + 1000 * retryAfter(answer);
    else {pausedUntil = now +
        Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures++);}
    if (item.tries < MAX_TRIES && scope.isLive()) keep(item);
  };

  const keep = (item: Item): void => {
    waiting.push(item);
    let bytes = waiting.reduce((sum, one) => sum + one.bytes, 0);
    while (waiting.length > MAX_WAITING || bytes > MAX_WAITING_BYTES) {
      bytes -= waiting.shift()?.bytes ?? 0;
    }
  };

  scope.listen("online", () => {
    pausedUntil = failures = 0;
    pump();
  });
  scope.onEnd(() => clearTimeout(timer));
  return {
    send(path, body) {
      const text = JSON.stringify(body);
      const url = `${endpoint}/api/browser/${path}?key=${encodeURIComponent(key)}`;
      keep({ url, body: text, bytes: byteLength(text), tries: 0 });
      pump();
    },
    hurry(work) {
      hurrying = true;
      work();
      // Sent twice it counts once: every body has its id.
      waiting.push(...mortal);
      mortal.clear();
      pump();
      hurrying = false;
    },
  };
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Seconds that the relay asks to wait. */
function retryAfter(answer: unknown): number {
  const asked: unknown = typeof answer === "object" && answer
    ? Reflect.get(answer, "retry_after")
    : null;
  return typeof asked === "number" && asked > 0 ? Math.min(asked, 3600) : 60;
}

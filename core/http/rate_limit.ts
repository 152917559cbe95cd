import { type Clock, MINUTE, SECOND } from "../clock.ts";

interface Window {
  /** The clock minute that `current` counts. */
  minute: number;
  current: number;
  previous: number;
}

/** Callers remembered at once; the one that was quiet longest is forgotten first. */
const MAX_CALLERS = 10_000;

/**
 * Requests a minute for each caller, over a sliding window: the count of this clock minute plus the share of
 * the last one that the window still covers (as described by Cloudflare in "How we built rate limiting
 * capable of scaling to millions of domains"). Two numbers a caller, so memory is bounded.
 */
export class RateLimiter {
  readonly #perMinute: number;
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();

  /** `perMinute` 0 turns the limit off. */
  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /** Callers remembered. */
  get size(): number {
    return this.#windows.size;
  }

  /** Counts a request; gives 0 when it may pass, else whole seconds after which the next one can. */
  take(caller: string): number {
    if (this.#perMinute === 0) return 0;
    const now = this.#clock.now();
    const window = this.#window(caller, Math.floor(now / MINUTE));
    const elapsed = (now % MINUTE) / MINUTE;
    if (window.current + window.previous * (1 - elapsed) >= this.#perMinute) {
      return this.#retryAfter(window, elapsed);
    }
    window.current++;
    return 0;
  }

  #window(caller: string, minute: number): Window {
    const known = this.#windows.get(caller);
    const window = known ?? { minute, current: 0, previous: 0 };
    if (window.minute !== minute) {
      window.previous = minute === window.minute + 1 ? window.current : 0;
      window.current = 0;
      window.minute = minute;
    }
    // Moved to the end, so that the first of the map is always the one quiet longest.
    if (known) this.#windows.delete(caller);
    this.#windows.set(caller, window);
    if (this.#windows.size > MAX_CALLERS) {
      const [oldest] = this.#windows.keys();
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    return window;
  }

  #retryAfter({ current, previous }: Window, elapsed: number): number {
    // The part of the window until which all is taken: of this minute, or when it counts as the last one.
    const taken = current < this.#perMinute ? 1 - (this.#perMinute - current) / previous : 1;
    // The first moment after it, as clocks tell milliseconds; rounded first, since shares are inexact.
    const free = Math.floor(Math.round((taken - elapsed) * MINUTE * 1000) / 1000) + 1;
    return Math.max(1, Math.ceil(free / SECOND));
  }
}

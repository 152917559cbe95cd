/** Where the time comes from; tests turn it by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A moment as the API and the databases write it, such as `2026-11-20T17:31:00.123Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

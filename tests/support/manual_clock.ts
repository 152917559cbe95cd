import type { Clock } from "../../core/clock.ts";

/** A clock that tests turn by hand. */
export class ManualClock implements Clock {
  /** Milliseconds since the epoch. */
  ms: number;

  constructor(start = "2026-11-20T17:31:00.000Z") {
    this.ms = Date.parse(start);
  }

  now(): number {
    return this.ms;
  }

  advance(ms: number): void {
    this.ms += ms;
  }
}

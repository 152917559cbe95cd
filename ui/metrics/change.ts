/** How a number changed against the period before. Pure. */
import { roundedText } from "./units.ts";

/** A state that a change stands for; null where it is neither good nor bad, or too small to be either. */
export type ChangeTone = "error" | "warning" | "ok" | null;

export interface Change {
  readonly direction: "up" | "down" | "same";
  /** `12% more`. */
  readonly text: string;
  readonly tone: ChangeTone;
}

/** Below these a change is no news: a share of the value before, and points of percent. */
const NOTABLE_SHARE = 0.1;
const NOTABLE_POINTS = 0.1;

interface Words {
  readonly up: string;
  readonly down: string;
  /** Behind `3.2 times`. */
  readonly times: string;
}

const REQUESTS: Words = { up: "more", down: "fewer", times: "as many" };
const LATENCY: Words = { up: "slower", down: "faster", times: "as slow" };

/** Neither more requests nor fewer are good or bad by themselves. */
export function requestsChange(now: number, before: number): Change | null {
  return before > 0 ? relative(now, before, REQUESTS, () => null) : null;
}

export function latencyChange(now: number | null, before: number | null): Change | null {
  if (now === null || before === null || before <= 0) return null;
  return relative(now, before, LATENCY, (share) => {
    if (Math.abs(share) < NOTABLE_SHARE) return null;
    return share > 0 ? "warning" : "ok";
  });
}

/** Of shares, 0..1: told in points of percent, as a share of a share says little. */
export function errorRateChange(now: number | null, before: number | null): Change | null {
  if (now === null || before === null) return null;
  const points = (now - before) * 100;
  if (Math.abs(points) < 0.05) return { direction: "same", text: "the same", tone: null };
  const isUp = points > 0;
  const isNotable = Math.abs(points) >= NOTABLE_POINTS;
  return {
    direction: isUp ? "up" : "down",
    text: `${short(Math.abs(points))} points ${isUp ? "more" : "less"}`,
    tone: isNotable ? (isUp ? "error" : "ok") : null,
  };
}

function relative(
  now: number,
  before: number,
  words: Words,
  toneOf: (share: number) => ChangeTone,
): Change {
  const share = (now - before) / before;
  if (Math.abs(share) < 0.005) return { direction: "same", text: "the same", tone: null };
  const isUp = share > 0;
  // Hundreds of percent are hard to picture.
  const text = now / before >= 3
    ? `${short(now / before)} times ${words.times}`
    : `${Math.max(1, Math.round(Math.abs(share) * 100))}% ${isUp ? words.up : words.down}`;
  return { direction: isUp ? "up" : "down", text, tone: toneOf(share) };
}

/** To two digits. */
function short(value: number): string {
  return roundedText(Number(value.toPrecision(2)));
}

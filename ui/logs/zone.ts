import type { Zone } from "../format.ts";

const QUARTER = 15 * 60 * 1000;
/** Quarters of an hour whose offset is remembered. */
const KEPT_OFFSETS = 1000;
const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2}))?/;

/** A time zone by its IANA name, such as `Europe/Berlin`; null when there is none of that name. */
export function zoneNamed(name: string): Zone | null {
  const format = formatFor(name);
  if (format === null) return null;
  // Offsets change at quarters of an hour, and asking for one takes 0.1 ms.
  const known = new Map<number, number>();
  return {
    minutesAt(ms) {
      const quarter = Math.floor(ms / QUARTER);
      let minutes = known.get(quarter);
      if (minutes === undefined) {
        minutes = minutesIn(format.format(quarter * QUARTER));
        if (known.size >= KEPT_OFFSETS) known.clear();
        known.set(quarter, minutes);
      }
      return minutes;
    },
  };
}

function formatFor(name: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch {
    return null;
  }
}

function minutesIn(text: string): number {
  const [, sign, hours, minutes] = OFFSET.exec(text) ?? [];
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === "-" ? -size : size;
}

import type { DockerStream } from "../support/docker_json.ts";

/** One printed line of a container, or several that were printed at once. */
export interface Line {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly container: string;
  readonly stream: DockerStream;
  readonly text: string;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `2026-11-20T17:31:00.123Z`. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

/** `2026-11-20 17:31:00` and what separates its milliseconds, as `17:31:00,123`. */
export function plainTime(at: number, separator: "," | "." | "" = ""): string {
  const iso = isoTime(at).replace("T", " ");
  return separator === "" ? iso.slice(0, 19) : iso.slice(0, 19) + separator + iso.slice(20, 23);
}

/** `20/Nov/2026:17:31:00 +0000`, as web servers write it. */
export function clfTime(at: number): string {
  const { day, month, year, clock } = partsOf(at);
  return `${day}/${month}/${year}:${clock} +0000`;
}

/** `20 Nov 2026 17:31:00.123`, as Redis writes it. */
export function redisTime(at: number): string {
  const { day, month, year, clock } = partsOf(at);
  return `${day} ${month} ${year} ${clock}.${isoTime(at).slice(20, 23)}`;
}

function partsOf(at: number) {
  const iso = isoTime(at);
  return {
    day: iso.slice(8, 10),
    month: MONTHS[Number(iso.slice(5, 7)) - 1] ?? "Jan",
    year: iso.slice(0, 4),
    clock: iso.slice(11, 19),
  };
}

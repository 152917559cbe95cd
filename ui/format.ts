/** How numbers, times and texts read. Pure: the server and the islands share it. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const DAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");

/**
 * Whose clock a time is told by: the reader's own, where a script knows it, UTC, or one whose minutes ahead
 * of UTC are told.
 */
export type Zone = "local" | "UTC" | { readonly minutesAt: (ms: number) => number };

/** How long ago `then` was at `now` (both ms): `just now`, `2 min ago`, `3 h ago`, `5 days ago`, else a date. */
export function relativeTime(then: number, now: number, zone: Zone): string {
  const age = now - then;
  if (age < 10 * SECOND) return "just now";
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s ago`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  if (age < 2 * DAY) return "1 day ago";
  if (age < 7 * DAY) return `${Math.floor(age / DAY)} days ago`;
  return shortDate(then, now, zone);
}

/** `3 Nov`, with the year where it is not the one of `now`. */
export function shortDate(then: number, now: number, zone: Zone): string {
  const { day, month, year } = wallClock(then, zone);
  return year === wallClock(now, zone).year ? `${day} ${month}` : `${day} ${month} ${year}`;
}

/** A moment to the second, with its offset: `20 Nov 2026, 17:31:00 UTC`, `20 Nov 2026, 18:31:00 UTC+1`. */
export function exactTime(then: number, zone: Zone): string {
  const { day, month, year, time, offset } = wallClock(then, zone);
  return `${day} ${month} ${year}, ${time} ${offset}`;
}

/** A moment within its day: `17:31:00.123`. */
export function clockTime(then: number, zone: Zone): string {
  return shifted(then, zone).toISOString().slice(11, 23);
}

/** `Fri 20 Nov 2026`. */
export function longDate(then: number, zone: Zone): string {
  const { day, month, year } = wallClock(then, zone);
  return `${DAYS[shifted(then, zone).getUTCDay()]} ${day} ${month} ${year}`;
}

/** A moment to the millisecond: `Fri 20 Nov 2026, 17:31:00.123 UTC`. */
export function wholeTime(then: number, zone: Zone): string {
  return `${longDate(then, zone)}, ${clockTime(then, zone)} ${zoneOffset(then, zone)}`;
}

/** Which day of the zone a moment is in, counted from the epoch. */
export function dayNumber(then: number, zone: Zone): number {
  return Math.floor((then + minutesAhead(then, zone) * MINUTE) / DAY);
}

/** `UTC`, `UTC+1`, `UTC−3:30`. */
export function zoneOffset(then: number, zone: Zone): string {
  return utcOffset(minutesAhead(then, zone));
}

/** What an input of date and time holds: `2026-11-20T17:31:00`. */
export function localInput(then: number, zone: Zone): string {
  return shifted(then, zone).toISOString().slice(0, 19);
}

/** The moment at which the zone's clocks show what an input of date and time holds, in ms; NaN for no time. */
export function momentOf(input: string, zone: Zone): number {
  const shown = Date.parse(`${input}Z`);
  // Near a change of the clocks the offset of the result is the one that counts.
  const guess = shown - minutesAhead(shown, zone) * MINUTE;
  return shown - minutesAhead(guess, zone) * MINUTE;
}

/** What a clock on the wall shows. By hand: a page has hundreds of times, and `Intl` takes 0.1 ms for each. */
function wallClock(ms: number, zone: Zone) {
  const minutes = minutesAhead(ms, zone);
  const shown = new Date(ms + minutes * MINUTE);
  return {
    day: shown.getUTCDate(),
    month: MONTHS[shown.getUTCMonth()],
    year: shown.getUTCFullYear(),
    time: shown.toISOString().slice(11, 19),
    offset: utcOffset(minutes),
  };
}

/** A moment whose UTC fields are what the zone's clocks show. */
function shifted(ms: number, zone: Zone): Date {
  return new Date(ms + minutesAhead(ms, zone) * MINUTE);
}

function minutesAhead(ms: number, zone: Zone): number {
  if (zone === "UTC") return 0;
  return zone === "local" ? -new Date(ms).getTimezoneOffset() : zone.minutesAt(ms);
}

function utcOffset(minutes: number): string {
  if (minutes === 0) return "UTC";
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? "" : `:${String(size % 60).padStart(2, "0")}`;
  return `UTC${minutes < 0 ? "−" : "+"}${Math.floor(size / 60)}${rest}`;
}

/** `1,284` up to 9,999; beyond that `12.8k`, `130k`, `1.2M`. */
export function abbreviated(count: number): string {
  if (Math.abs(count) <= 9999) return exactCount(count);
  const steps = [[1e3, "k"], [1e6, "M"], [1e9, "G"], [1e12, "T"]] as const;
  for (const [unit, suffix] of steps) {
    const value = count / unit;
    // Rounded down: a count that has not reached 1M does not read as one.
    const shown = Math.abs(value) < 100 ? Math.trunc(value * 10) / 10 : Math.trunc(value);
    if (Math.abs(shown) < 1000) return `${shown}${suffix}`;
  }
  return count.toExponential(1);
}

/** `1,284,302`. */
export function exactCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** `1 error`, `3 errors`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${exactCount(count)} ${count === 1 ? one : many}`;
}

/** `640 B`, `24.0 KiB`, `1.3 GiB`. */
export function byteSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes;
  for (const unit of ["KiB", "MiB", "GiB"]) {
    value /= 1024;
    if (value < 1024) return `${value.toFixed(1)} ${unit}`;
  }
  return `${(value / 1024).toFixed(1)} TiB`;
}

/** The first `max` characters of a text, on one line. */
export function oneLine(text: string, max: number): string {
  // Cut first: a message may be 200 KB, of which a list shows a line.
  const line = text.slice(0, max * 4).replace(/\s+/g, " ").trim();
  const characters = Array.from(line);
  return characters.length <= max ? line : `${characters.slice(0, max).join("")}…`;
}

/** A text, or what stands for it where nothing of it can be seen. */
export function visibleText(text: string, otherwise: string): string {
  return isInvisible(text) ? otherwise : text;
}

/** Whether nothing of a text can be seen: blanks, zero-width and control characters only. */
export function isInvisible(text: string): boolean {
  return !/[^\s\p{C}\u115f\u1160\u2800\u3164\uffa0]/u.test(text);
}

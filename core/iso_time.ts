import { DAY, HOUR, MINUTE, SECOND } from "./clock.ts";

/** A moment in ms since the epoch, or a phrase that completes "must be …". */
export type ReadTime = { readonly ms: number } | { readonly must: string };

const DATE = /^(\d{4})-(\d\d)-(\d\d)/;
/** The blank between date and time is how people write it, and SQL. */
const TIME = /^[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?/;
/** In a query string a plus that is not encoded arrives as a blank. */
const OFFSET = /^(?:[Zz]|([+ -])(\d\d)(?::?(\d\d))?)$/;

const EXAMPLES = "2026-11-20 or 2026-11-20T17:31:00Z";

/**
 * Reads a date or a date with a time of ISO 8601 (https://www.rfc-editor.org/rfc/rfc3339): to the minute,
 * the second, or parts of it, of which milliseconds count; `Z` or an offset at its end. A date alone is its
 * first moment; without an offset it is UTC.
 */
export function readIsoTime(text: string): ReadTime {
  const date = DATE.exec(text);
  if (!date) return notATime();
  const afterDate = text.slice(date[0].length);
  const time = TIME.exec(afterDate);
  if (!time && afterDate !== "") return notATime();
  const afterTime = afterDate.slice(time?.[0].length ?? 0);
  const offset = OFFSET.exec(afterTime);
  if (!offset && afterTime !== "") return notATime();

  const day = dayOf(numbers(date));
  if (day === null) return noSuchTime(`${date[0]} is no day`);
  const [hour, minute, second] = numbers(time);
  if (hour > 23 || minute > 59 || second > 59) {
    return noSuchTime(`${time?.[0].slice(1)} is no time of day`);
  }
  const [, offsetHour, offsetMinute] = numbers(offset);
  if (offsetHour > 23 || offsetMinute > 59) {
    return noSuchTime(`${offset?.[0].replace(" ", "+")} is no offset`);
  }
  const ahead = (offsetHour * HOUR + offsetMinute * MINUTE) * (offset?.[1] === "-" ? -1 : 1);
  const fraction = Number((time?.[4] ?? "").slice(0, 3).padEnd(3, "0"));
  return { ms: day + hour * HOUR + minute * MINUTE + second * SECOND + fraction - ahead };
}

/** The first three groups of a match; 0 for what is not there, or no number. */
function numbers(match: RegExpExecArray | null): [number, number, number] {
  const [one, two, three] = [1, 2, 3].map((group) => Number(match?.[group]) || 0);
  return [one ?? 0, two ?? 0, three ?? 0];
}

/** The start of a day in ms, or null when the calendar does not have it. */
function dayOf([year, month, day]: readonly [number, number, number]): number | null {
  const date = new Date(0);
  // Date.UTC() would take the years 0 to 99 for those of the 20th century.
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? Math.floor(date.getTime() / DAY) * DAY : null;
}

function notATime(): ReadTime {
  return { must: `an ISO 8601 date or time, such as ${EXAMPLES}` };
}

function noSuchTime(why: string): ReadTime {
  return { must: `a time that exists; ${why}` };
}

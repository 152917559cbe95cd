import { LIMITS } from "./model.ts";

/** What stands for a part of a path that tells one thing from others of its kind. */
const ID = ":id";

/**
 * The page of an address as a label: its path, with ids replaced, since each value of a label is a series of
 * its own. Ids are numbers, UUIDs, hexadecimal from 8 digits on, long random words, and whatever has an `@`.
 * null where the text is no address with a path.
 */
export function pageLabel(url: string): string | null {
  const base = "http://page.invalid";
  if (!URL.canParse(url, base)) return null;
  const { pathname } = new URL(url, base);
  if (!pathname.startsWith("/")) return null;
  const label = pathname.split("/").map((part) => isId(part) ? ID : part).join("/");
  return label.slice(0, LIMITS.page);
}

function isId(part: string): boolean {
  return /^\d+$/.test(part) ||
    /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(part) ||
    // Words of the letters a to f alone are words.
    (/^[\da-f]{8,}$/i.test(part) && /\d/.test(part)) ||
    isRandom(part) ||
    /@|%40/i.test(part);
}

/** Letters and digits mixed, too many to be a word with a number: ULIDs, tokens. */
function isRandom(part: string): boolean {
  return part.length >= 16 && /^\w+$/.test(part) && (part.match(/\d/g)?.length ?? 0) >= 3 &&
    /[a-z]/i.test(part);
}

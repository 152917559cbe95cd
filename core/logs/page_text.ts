import { LIMITS, type LogEntry, type StoredEntry, textSize, toLogEntry } from "./model.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Ends a text that is cut only where it is listed. */
export const LISTED_MARK = "… [cut: this page is full; the entry's context has all of it]";

/** Counts the characters on a page, so that one of long entries cannot take all memory. */
export class PageText {
  #rest: number = LIMITS.pageText;

  /** Whether an entry goes on the page whole. */
  hasRoom(entry: StoredEntry): boolean {
    return textSize(entry) <= Math.max(this.#rest, LIMITS.listedText);
  }

  /** The entry in the words of the API, cut where it has no room. */
  add(entry: StoredEntry): LogEntry {
    const isWhole = this.hasRoom(entry);
    if (isWhole) this.#rest -= textSize(entry);
    const text = isWhole ? copied : listed;
    const message = text(entry.message);
    const raw = entry.raw === entry.message ? message : text(entry.raw);
    return toLogEntry({ ...entry, message, raw });
  }
}

function listed(text: string): string {
  if (text.length <= LIMITS.listedText) return copied(text);
  return copied(text.slice(0, LIMITS.listedText).toWellFormed()) + LISTED_MARK;
}

/** The text anew. What was cut out of a block's text would keep all of that in memory. */
function copied(text: string): string {
  return decoder.decode(encoder.encode(text));
}

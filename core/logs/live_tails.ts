import { eventFrame } from "../http/sse.ts";
import type { StoredRun } from "./block.ts";
import { compileFilter, type Matcher, matchesEntry } from "./matching.ts";
import { type LogFilter, toLogEntry } from "./model.ts";

/** Which entries a live tail shows. */
export type TailFilter = Pick<LogFilter, "containers" | "levels" | "search">;

/** Characters on their way to one tail at most; beyond, entries are dropped and counted. */
const MAX_ON_THE_WAY = 512 * 1024;

interface Tail {
  readonly matcher: Matcher;
  onTheWay: number;
  dropped: number;
}

/** Sends stored entries to the live tails that want them, as server-sent events. */
export class LiveTails {
  readonly #tails = new Map<number, Tail>();
  readonly #send: (id: number, frames: string, events: number) => void;

  /** `send` passes event frames on; whoever got them says so by `taken`. */
  constructor(send: (id: number, frames: string, events: number) => void) {
    this.#send = send;
  }

  get size(): number {
    return this.#tails.size;
  }

  open(id: number, filter: TailFilter): void {
    this.#tails.set(id, { matcher: compileFilter(filter), onTheWay: 0, dropped: 0 });
  }

  close(id: number): void {
    this.#tails.delete(id);
  }

  /** So many characters of frames have arrived. */
  taken(id: number, characters: number): void {
    const tail = this.#tails.get(id);
    if (!tail) return;
    tail.onTheWay -= characters;
    if (tail.dropped === 0) return;
    const frame = droppedFrame(tail);
    tail.onTheWay += frame.text.length;
    this.#send(id, frame.text, frame.events);
  }

  publish({ firstId, entries }: StoredRun): void {
    // Several tails mostly want the same entries.
    const frames: string[] = [];
    for (const [id, tail] of this.#tails) {
      let text = "";
      let events = 0;
      for (const [at, entry] of entries.entries()) {
        if (!matchesEntry(tail.matcher, entry)) continue;
        if (tail.onTheWay + text.length > MAX_ON_THE_WAY) {
          tail.dropped++;
          continue;
        }
        if (tail.dropped > 0) {
          const frame = droppedFrame(tail);
          text += frame.text;
          events += frame.events;
        }
        text += frames[at] ??= eventFrame(
          "log",
          JSON.stringify(toLogEntry({ ...entry, id: firstId + at })),
        );
        events++;
      }
      if (text === "") continue;
      tail.onTheWay += text.length;
      this.#send(id, text, events);
    }
  }
}

/** Tells a tail how many entries it did not get. */
function droppedFrame(tail: Tail): { readonly text: string; readonly events: number } {
  const events = tail.dropped;
  tail.dropped = 0;
  return { text: eventFrame("dropped", JSON.stringify({ count: events })), events };
}

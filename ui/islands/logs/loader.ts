/** Brings lines into the store: what the page begins with, what lies beyond its ends, what was missed. */
import { type Line, lineOf } from "../../logs/line.ts";
import type { Place } from "../../logs/logs_query.ts";
import { fetchContext, fetchPage, PAGE, type PageRequest } from "./api.ts";
import type { Change, GapItem, LineStore } from "./line_store.ts";

/** Lines before the newest one may still come late, by so many ms: containers are read one after another. */
const LATE_MS = 10_000;
const LATE_LINES = 300;
/** Pages that are caught up with in full; of what is missing beyond, the newest is shown first. */
const CATCH_UP_PAGES = 4;

/** Why lines came: they are new, or lie further back. */
export type Cause = "new" | "more";

export interface LoaderOptions {
  readonly store: LineStore;
  readonly filter: string;
  /** Changes the store, and what is drawn of it. */
  readonly apply: (cause: Cause, change: () => Change) => void;
  /** Something begins or ends to load, or is known of an end. */
  readonly onChange: () => void;
}

/** What is going on beyond one end of what is in memory. */
export interface End {
  /** Whether there is more. */
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  /** Why more could not be had the last time. */
  readonly failure: string | null;
}

const DONE: End = { hasMore: false, isLoading: false, failure: null };

export class Loader {
  readonly #options: LoaderOptions;
  readonly #closing = new AbortController();
  #ends: Record<"oldest" | "newest", End> = { oldest: DONE, newest: DONE };

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  end(which: "oldest" | "newest"): End {
    return this.#ends[which];
  }

  close(): void {
    this.#closing.abort();
  }

  /** Loads what the page begins with. Throws a LoadError when that cannot be had. */
  async begin(place: Place): Promise<void> {
    switch (place.at) {
      case "end": {
        const lines = await this.#page({});
        return this.#beginWith(lines, { older: lines.length === PAGE, newer: false });
      }
      case "older": {
        const lines = await this.#page({ olderThan: place.id });
        return this.#beginWith(lines, { older: lines.length === PAGE, newer: true });
      }
      case "newer": {
        const lines = await this.#page({ newerThan: place.id });
        return this.#beginWith(lines, { older: true, newer: lines.length === PAGE });
      }
      case "line":
      case "context":
        return await this.#beginAround(place.id);
    }
  }

  /** Loads what lies beyond an end, once at a time. */
  async more(which: "oldest" | "newest"): Promise<void> {
    const { store, apply } = this.#options;
    const { hasMore, isLoading } = this.#ends[which];
    const item = which === "oldest" ? store.first : store.last;
    if (!hasMore || isLoading || !item) return;
    this.#set(which, { hasMore, isLoading: true, failure: null });
    const id = Math.floor(item.id);
    try {
      const lines = await this.#page(which === "oldest" ? { olderThan: id } : { newerThan: id });
      apply("more", () => store.insert(lines));
      this.#set(which, { ...DONE, hasMore: lines.length === PAGE });
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#set(which, { ...DONE, hasMore: true, failure: reasonOf(error) });
    }
  }

  /** Says that lines at an end were forgotten. */
  forgot(which: "oldest" | "newest"): void {
    this.#set(which, { ...DONE, hasMore: true });
  }

  /** Loads everything that was written since the newest line. Rejects when that cannot be had. */
  async catchUp(): Promise<void> {
    const { store, apply } = this.#options;
    if (this.#ends.newest.hasMore) return;
    let from = this.#firstThatMayBeFollowed();
    for (let page = 0; page < CATCH_UP_PAGES; page++) {
      const lines = await this.#page(from === null ? {} : { newerThan: from });
      apply("new", () => store.insert(lines));
      if (lines.length < PAGE || from === null) return;
      from = lines[0]?.id ?? from;
    }
    const last = store.last;
    const newest = await this.#page({});
    const meets = newest.some(({ id }) => store.has(id));
    apply("new", () => store.insert(newest));
    if (!meets && last?.kind === "line") apply("new", () => store.addGap(last.line, null));
  }

  /** Loads what is missing at a gap, or the first part of it. */
  async fill(gap: GapItem): Promise<void> {
    const { store, apply } = this.#options;
    gap.isLoading = true;
    this.#options.onChange();
    try {
      const lines = await this.#page({ newerThan: gap.after });
      const meets = lines.some(({ id }) => store.has(id));
      const newest = lines[0];
      apply("more", () => {
        store.removeGap(gap);
        const { added } = store.insert(lines);
        const missing = gap.count === null ? null : gap.count - added;
        const isOpen = missing === null ? !meets : missing > 0;
        if (newest && lines.length === PAGE && isOpen) store.addGap(newest, missing);
        return { added, appendedFrom: null };
      });
    } finally {
      gap.isLoading = false;
      this.#options.onChange();
    }
  }

  async #beginAround(id: number): Promise<void> {
    const { signal } = this.#closing;
    const half = PAGE / 2;
    const [{ entry }, older, newer] = await Promise.all([
      fetchContext(id, signal),
      this.#page({ olderThan: id, limit: half }),
      this.#page({ newerThan: id, limit: half }),
    ]);
    this.#beginWith([...older, lineOf(entry), ...newer], {
      older: older.length === half,
      newer: newer.length === half,
    });
  }

  /** Takes the first lines, and whether there are more beyond each end. */
  #beginWith(
    lines: readonly Line[],
    more: { readonly older: boolean; readonly newer: boolean },
  ): void {
    this.#options.store.insert(lines);
    this.#ends = {
      oldest: { ...DONE, hasMore: more.older },
      newest: { ...DONE, hasMore: more.newer },
    };
    this.#options.onChange();
  }

  /** The line after which lines may be missing. */
  #firstThatMayBeFollowed(): number | null {
    const { items } = this.#options.store;
    const newest = items.at(-1);
    if (!newest) return null;
    let at = items.length - 1;
    const isRecent = (index: number) => newest.time - (items[index]?.time ?? 0) < LATE_MS;
    while (at > 0 && items.length - at < LATE_LINES && isRecent(at)) at--;
    return Math.floor(items[at]?.id ?? newest.id);
  }

  /** Lines, newest first. */
  async #page(request: Omit<PageRequest, "filter">): Promise<readonly Line[]> {
    const { signal } = this.#closing;
    const { logs } = await fetchPage({ ...request, filter: this.#options.filter }, signal);
    signal.throwIfAborted();
    return logs.map(lineOf);
  }

  #set(which: "oldest" | "newest", end: End): void {
    this.#ends[which] = end;
    this.#options.onChange();
  }
}

/** What a LoadError says. Throws what is none again. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === "LoadError") return error.message;
  throw error;
}

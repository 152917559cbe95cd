/** What stands at both ends of the list, and on the button that leads to the newest line. */
import { exactCount } from "../../format.ts";
import type { End } from "./loader.ts";
import { part } from "./part.ts";
import type { TailState } from "./tail.ts";

export interface EdgesState {
  readonly oldest: End;
  readonly newest: End;
  /** What the beginning of the list is called. */
  readonly beginning: string;
  /** Null where the list ends before now. */
  readonly tail: TailState | null;
  /** New lines that are not in view. */
  readonly unseen: number;
  readonly isFollowing: boolean;
}

const WORDS: Readonly<Record<Exclude<TailState["kind"], "polling">, string>> = {
  off: "Not live: new lines do not appear by themselves.",
  connecting: "Connecting…",
  live: "Live: new lines appear here.",
  waiting: "The connection is lost. Trying again…",
};

export class Edges {
  readonly #older: HTMLElement;
  readonly #newer: HTMLElement;
  readonly #pill: HTMLElement;
  readonly #status: HTMLElement;
  #statusTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(root: HTMLElement, actions: {
    readonly retry: (end: "oldest" | "newest") => void;
    readonly toNewest: () => void;
  }) {
    this.#older = part(root, '[data-edge="older"]');
    this.#newer = part(root, '[data-edge="newer"]');
    this.#pill = part(root, "[data-pill]");
    this.#status = part(root, "[data-list-status]");
    this.#pill.addEventListener("click", actions.toNewest);
    for (const [edge, end] of [[this.#older, "oldest"], [this.#newer, "newest"]] as const) {
      edge.addEventListener("click", ({ target }) => {
        if (target instanceof Element && target.closest("button")) actions.retry(end);
      });
    }
  }

  show(state: EdgesState): void {
    const { oldest, newest, beginning, tail } = state;
    write(this.#older, textOf(oldest, "older", beginning), oldest.failure !== null);
    const end = tail === null ? "That is the end of this range." : tailText(tail);
    write(this.#newer, textOf(newest, "newer", end), newest.failure !== null);
    this.#newer.dataset.state = newest.hasMore ? "off" : tail?.kind ?? "off";
    this.#showPill(state);
  }

  /** The one at the top goes to the bottom. */
  swap(): void {
    const both = [this.#older, this.#newer];
    const [upper, lower] = this.#isOlderFirst() ? both : both.reverse();
    const space = upper?.nextElementSibling;
    if (lower) space?.before(lower);
    if (upper) space?.after(upper);
  }

  close(): void {
    clearTimeout(this.#statusTimer);
  }

  #showPill({ unseen, isFollowing, newest }: EdgesState): void {
    const isAway = !isFollowing;
    this.#pill.hidden = !isAway || (unseen === 0 && !newest.hasMore && !this.#isFar());
    const text = unseen === 0
      ? "Newest lines"
      : `${exactCount(unseen)} new ${unseen === 1 ? "line" : "lines"}`;
    if (this.#pill.textContent !== text) this.#pill.textContent = text;
    this.#pill.classList.toggle("quiet", unseen === 0);
    // Counts change many times a second; somebody who listens wants them now and then.
    if (unseen > 0 && isAway) this.#statusTimer ??= setTimeout(() => this.#say(), 5000);
  }

  #say(): void {
    this.#statusTimer = undefined;
    if (!this.#pill.hidden) this.#status.textContent = this.#pill.textContent;
  }

  /** Whether the newest line is further away than what is in view. */
  #isFar(): boolean {
    const scroller = this.#older.closest(".log-scroll");
    if (!scroller) return false;
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    const distance = this.#isOlderFirst() ? scrollHeight - clientHeight - scrollTop : scrollTop;
    return distance > clientHeight;
  }

  #isOlderFirst(): boolean {
    const order = this.#older.compareDocumentPosition(this.#newer);
    return (order & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  }
}

function textOf(end: End, kind: "older" | "newer", otherwise: string): string {
  if (end.failure !== null) {
    return `${kind === "older" ? "Older" : "Newer"} lines could not be loaded: ${end.failure}.`;
  }
  return end.hasMore ? `Loading ${kind} lines…` : otherwise;
}

function tailText(tail: TailState): string {
  return tail.kind === "polling"
    ? `${tail.reason}. Looking for new lines every few seconds instead.`
    : WORDS[tail.kind];
}

function write(edge: HTMLElement, text: string, canRetry: boolean): void {
  if (edge.textContent === text && !canRetry) return;
  if (canRetry && edge.dataset.failure === text) return;
  edge.textContent = text;
  if (!canRetry) {
    delete edge.dataset.failure;
    return;
  }
  edge.dataset.failure = text;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Try again";
  edge.append(" ", button);
}

/** Keeps of a long list only the rows in the document that are in view, and moves nothing that is looked at. */
import { longDate } from "../../format.ts";
import { type Anchor, drawnAnchor, firstDrawn } from "./anchors.ts";
import type { Layout } from "./layout.ts";
import type { Change, Item, LineStore } from "./line_store.ts";
import { measure } from "./measuring.ts";
import { part } from "./part.ts";
import { drawRows, type Placed, type RowsState } from "./rows.tsx";

/** Rows are drawn this far beyond both edges, in px. */
const MARGIN = 500;
/** From this distance on what lies beyond an end is fetched, in px. */
const NEAR = 3000;
/** Distance from an end that still counts as being there, in px. */
const AT_END = 6;

export interface ViewportOptions {
  readonly store: LineStore;
  readonly layout: Layout;
  readonly state: () => RowsState;
  /** How many lines there are in all; −1 while that is not known. */
  readonly size: () => number;
  /** Somebody scrolled; says whether the newest line is in view. */
  readonly onScroll: (isAtNewest: boolean) => void;
  /** An end of what is in memory is near. */
  readonly onNear: (end: "oldest" | "newest") => void;
  /** Other rows came into view. */
  readonly onView: (from: Item, to: Item) => void;
}

export class Viewport {
  readonly #options: ViewportOptions;
  readonly #root: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #space: HTMLElement;
  readonly #block: HTMLElement;
  readonly #day: HTMLElement;
  readonly #resizes: ResizeObserver;
  /** Whether the newest line stays in view as others come. */
  #isFollowing = false;
  /** Where the last scrolling by script ended; its event is not somebody's. */
  #setTo: number | null = null;
  #drawn: readonly number[] = [];
  #size = "";

  constructor(root: HTMLElement, options: ViewportOptions) {
    this.#options = options;
    this.#root = root;
    this.#scroller = part(root, ".log-scroll");
    this.#space = part(root, ".log-space");
    this.#block = part(root, ".log-block");
    this.#day = part(root, "[data-day]");
    this.#resizes = new ResizeObserver(() => this.#resized());
  }

  /** Takes over from what the server drew, of which every row stays where it is. */
  start(anchorId: number | null): void {
    const { store, layout } = this.#options;
    const anchor = anchorId === null
      ? firstDrawn(this.#scroller, layout.isFlipped)
      : drawnAnchor(this.#scroller, anchorId);
    this.#root.classList.add("scripted");
    this.#block.replaceChildren();
    this.#measureAll();
    if (anchor && store.has(anchor.id)) this.#restore(anchor);
    else this.#toNewest();
    this.draw();
    this.#scroller.addEventListener("scroll", this.#scrolled, { passive: true });
    this.#resizes.observe(this.#scroller);
    this.#resizes.observe(this.#block);
  }

  close(): void {
    this.#resizes.disconnect();
    this.#scroller.removeEventListener("scroll", this.#scrolled);
  }

  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Stays at the newest line from now on, or where it is. */
  follow(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    if (!isFollowing) return;
    this.#toNewest();
    this.draw();
  }

  /** Whether the newest line that is in memory is in view. */
  get isAtNewest(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return this.#options.layout.isFlipped
      ? scrollTop <= AT_END
      : scrollHeight - clientHeight - scrollTop <= AT_END;
  }

  /** Does something to the store or the layout; what is looked at stays in place. */
  update(change: () => Change | void): void {
    const anchor = this.#isFollowing ? null : this.#anchor();
    const done = change();
    if (done) this.#options.layout.update(done);
    this.#place();
    if (anchor) this.#restore(anchor);
    else if (this.#isFollowing) this.#toNewest();
    this.draw();
  }

  /** Takes all measures anew: the rows have another look. */
  remeasure(): void {
    this.update(() => this.#measureAll());
  }

  /** Scrolls as little as is needed to have a line in view. */
  reveal(id: number): void {
    const { layout, store } = this.#options;
    const index = store.indexOf(id);
    if (index < 0) return;
    const top = this.#origin + layout.topOf(index);
    const { scrollTop, clientHeight } = this.#scroller;
    const head = this.#day.offsetHeight;
    // Of a row that is higher than the view the beginning counts.
    const bottom = top + Math.min(layout.heightOf(index), clientHeight - head);
    if (top < scrollTop + head) this.#scrollTo(top - head);
    else if (bottom > scrollTop + clientHeight) this.#scrollTo(bottom - clientHeight);
    this.draw();
  }

  /** Puts a line a third below the top. */
  center(id: number): void {
    const { layout, store } = this.#options;
    const index = store.indexOf(id);
    if (index < 0) return;
    this.#scrollTo(this.#origin + layout.topOf(index) - this.#scroller.clientHeight / 3);
    this.draw();
  }

  get isFlipped(): boolean {
    return this.#options.layout.isFlipped;
  }

  /** The index of the first item in view, from the top. */
  get firstInView(): number {
    const { layout } = this.#options;
    return layout.at(this.#scroller.scrollTop + this.#day.offsetHeight - this.#origin + 10);
  }

  /** The index of the last item in view, from the top. */
  get lastInView(): number {
    const { layout } = this.#options;
    const { scrollTop, clientHeight } = this.#scroller;
    return layout.at(scrollTop + clientHeight - this.#origin - 10);
  }

  elementOf(id: number): HTMLElement | null {
    return this.#block.querySelector<HTMLElement>(`#line-${CSS.escape(String(id))}`);
  }

  /** Draws what is in view. */
  draw(): void {
    const { layout, store, state, size } = this.#options;
    const from = this.#scroller.scrollTop - this.#origin;
    const to = from + this.#scroller.clientHeight;
    const first = layout.at(from - MARGIN);
    const last = layout.at(to + MARGIN);
    const indexes: number[] = [];
    if (first >= 0) {
      for (let at = first; at !== layout.below(last); at = layout.below(at)) indexes.push(at);
    }
    const placed: Placed[] = indexes.flatMap((index) => {
      const item = store.items[index];
      return item ? [{ item, position: index + 1, hasDay: layout.hasDay(index) }] : [];
    });
    const top = first < 0 ? 0 : this.#blockTop(first);
    this.#block.style.transform = `translateY(${top}px)`;
    drawRows(this.#block, { ...state(), placed, size: size() });
    this.#drawn = indexes;
    if (this.#measureDrawn()) return;
    this.#tellView(from, to);
  }

  readonly #scrolled = (): void => {
    const isOwn = this.#setTo !== null && Math.abs(this.#scroller.scrollTop - this.#setTo) <= 1;
    this.#setTo = null;
    this.draw();
    if (isOwn) return;
    this.#isFollowing = this.isAtNewest;
    this.#options.onScroll(this.#isFollowing);
  };

  #tellView(from: number, to: number): void {
    const { layout, store, onNear, onView } = this.#options;
    const head = this.#day.offsetHeight;
    const [upper, lower] = [store.items[layout.at(from + head)], store.items[layout.at(to - 1)]];
    // Where a day is announced right below, the line at the top still tells the one before it.
    const told = store.items[layout.at(from + head - layout.dayHeight)];
    if (upper && lower && told) {
      const label = longDate(told.time, layout.zone);
      if (this.#day.textContent !== label) this.#day.textContent = label;
      onView(upper, lower);
    }
    const [atTop, atBottom] = layout.isFlipped
      ? ["newest", "oldest"] as const
      : ["oldest", "newest"] as const;
    if (from < NEAR) onNear(atTop);
    if (layout.height - to < NEAR) onNear(atBottom);
  }

  /** The height at which the rows begin, within what scrolls. */
  get #origin(): number {
    return this.#space.offsetTop;
  }

  #blockTop(first: number): number {
    const { layout } = this.#options;
    return layout.topOf(first) - (layout.hasDay(first) ? layout.dayHeight : 0);
  }

  #place(): void {
    this.#space.style.height = `${this.#options.layout.height}px`;
  }

  /** The line of the cursor where it is in view, else what is at the top. */
  #anchor(): Anchor | null {
    const { layout, store, state } = this.#options;
    const { current } = state();
    const { scrollTop, clientHeight } = this.#scroller;
    const offsetOf = (index: number) => this.#origin + layout.topOf(index) - scrollTop;
    const head = this.#day.offsetHeight;
    const held = current === null ? -1 : store.indexOf(current);
    const isHeld = held >= 0 && offsetOf(held) >= head && offsetOf(held) < clientHeight;
    const index = isHeld ? held : layout.at(scrollTop + head - this.#origin);
    const item = store.items[index];
    return item ? { id: item.id, time: item.time, offset: offsetOf(index) } : null;
  }

  #restore({ id, time, offset }: Anchor): void {
    const { layout, store } = this.#options;
    const found = store.indexOf(id);
    const index = found >= 0 ? found : Math.min(store.indexAt(time), store.length - 1);
    this.#scrollTo(this.#origin + layout.topOf(index) - offset);
  }

  #toNewest(): void {
    this.#isFollowing = true;
    this.#scrollTo(this.#options.layout.isFlipped ? 0 : this.#scroller.scrollHeight);
  }

  #scrollTo(top: number): void {
    if (Math.abs(this.#scroller.scrollTop - top) < 0.5) return;
    this.#scroller.scrollTop = top;
    this.#setTo = this.#scroller.scrollTop;
  }

  #measureAll(): void {
    this.#size = this.#sizeNow();
    const { isWrapped } = this.#options.state().look;
    const measures = measure(this.#root, this.#block, isWrapped);
    this.#options.layout.change({ measures });
    this.#place();
  }

  /** Measures the rows that may be higher than others; gives whether that changed anything, and drew again. */
  #measureDrawn(): boolean {
    const { layout, store, state } = this.#options;
    const { look, opened } = state();
    const rows = this.#block.querySelectorAll(":scope > article");
    const anchor = this.#isFollowing ? null : this.#anchor();
    let changed = false;
    this.#drawn.forEach((index, at) => {
      const item = store.items[index];
      const row = rows[at];
      if (!item || !row) return;
      const isAsAny = item.kind === "line" && !look.isWrapped && !opened.has(item.id);
      const height = isAsAny ? 0 : row.getBoundingClientRect().height;
      if (layout.measure(index, item, height)) changed = true;
    });
    if (!changed) return false;
    this.#place();
    if (anchor) this.#restore(anchor);
    else if (this.#isFollowing) this.#toNewest();
    this.draw();
    return true;
  }

  #sizeNow(): string {
    const { clientWidth, clientHeight } = this.#scroller;
    return `${clientWidth} ${clientHeight}`;
  }

  #resized(): void {
    const [width, height] = this.#size.split(" ");
    const [widthNow, heightNow] = this.#sizeNow().split(" ");
    // Another width breaks lines elsewhere; another height only shows more or fewer of them.
    if (width !== widthNow) this.remeasure();
    else if (height !== heightNow) this.update(() => {});
    else this.#measureDrawn();
    this.#size = this.#sizeNow();
  }
}

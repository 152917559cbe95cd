/** The list of lines as script runs it: what is loaded, what is in view, what comes in. */
import type { Zone } from "../../format.ts";
import { type Line, lineOf } from "../../logs/line.ts";
import type { ListSetup } from "../../logs/setup.ts";
import type { View } from "../../logs/view.ts";
import { Arrivals } from "./arrivals.ts";
import { Edges } from "./edges.ts";
import { Layout } from "./layout.ts";
import { type Change, type Item, LineStore } from "./line_store.ts";
import type { ListHooks } from "./list_hooks.ts";
import { type Cause, Loader, reasonOf } from "./loader.ts";
import { Opening } from "./opening.ts";
import { Tail } from "./tail.ts";
import { Viewport } from "./viewport.ts";

/** Lines in memory; where there are more, those far from what is in view are forgotten. */
const MOST_LINES = 110_000;
const KEPT_LINES = 100_000;

export class LogList {
  readonly root: HTMLElement;
  readonly setup: ListSetup;
  readonly store = new LineStore();
  readonly viewport: Viewport;
  readonly opening: Opening;
  readonly #hooks: ListHooks;
  readonly #layout: Layout;
  readonly #loader: Loader;
  readonly #tail: Tail | null;
  readonly #edges: Edges;
  #view: View;
  #current: number | null = null;
  #isStarted = false;
  #unseen = 0;
  readonly #arrivals = new Arrivals<Line>((lines) => this.#take(lines));

  constructor(root: HTMLElement, setup: ListSetup, hooks: ListHooks) {
    this.root = root;
    this.setup = setup;
    this.#hooks = hooks;
    this.#view = setup.view;
    const { store } = this;
    this.#layout = new Layout(store, zoneOf(setup.view), setup.view.top === "newest");
    this.#loader = new Loader({
      store,
      filter: setup.filter,
      apply: (cause, change) => this.#apply(cause, change),
      onChange: () => this.#showEdges(),
    });
    this.opening = new Opening({
      query: setup.detailQuery,
      onChange: () => this.#redraw(),
      onFailure: (reason) =>
        hooks.notices.say(`That line could not be opened: ${reason}.`, { failed: true }),
      onPart: hooks.onPart,
    });
    this.viewport = new Viewport(root, {
      store,
      layout: this.#layout,
      state: () => ({
        look: {
          zone: this.#layout.zone,
          isWrapped: this.#view.wrap,
          columns: this.#layout.columns,
          highlights: setup.highlights,
          hues: setup.hues,
          linePath: setup.linePath,
        },
        opened: this.opening.opened,
        current: this.#current,
        marked: this.marked,
      }),
      size: () => this.#loader.end("oldest").hasMore ? -1 : store.length,
      onScroll: (isAtNewest) => this.#scrolled(isAtNewest),
      onNear: (end) => this.#near(end),
      onView: (one, other) => this.#tellView(one, other),
    });
    this.#edges = new Edges(root, {
      retry: (end) => void this.#loader.more(end),
      toNewest: () => this.toNewest(),
    });
    this.#tail = setup.isOpenEnded ? this.#createTail() : null;
    this.#start();
  }

  /** The line that the address names. */
  get marked(): number | null {
    const { place } = this.setup;
    return place.at === "line" || place.at === "context" ? place.id : null;
  }

  /** The line of the keyboard's cursor. */
  get current(): number | null {
    return this.#current;
  }

  get isFollowing(): boolean {
    return this.viewport.isFollowing && !this.#loader.end("newest").hasMore;
  }

  close(): void {
    this.#arrivals.close();
    this.#tail?.close();
    this.#loader.close();
    this.opening.close();
    this.#edges.close();
    this.viewport.close();
  }

  setLive(isLive: boolean): void {
    if (!this.#tail || !this.#isStarted) return;
    if (isLive) this.#startTail();
    else this.#tail.stop();
  }

  setView(view: View): void {
    this.#view = view;
    this.root.classList.toggle("wrapped", view.wrap);
    if (!this.#isStarted) return;
    if ((view.top === "newest") !== this.#layout.isFlipped) this.#flip();
    if (zoneOf(view) !== this.#layout.zone) {
      this.viewport.update(() => this.#layout.change({ zone: zoneOf(view) }));
    }
    this.viewport.remeasure();
  }

  toNewest(): void {
    if (this.#loader.end("newest").hasMore) return this.#hooks.visitNewest();
    this.#unseen = 0;
    this.viewport.follow(true);
    this.#showEdges();
  }

  /** Moves the cursor to a line; what is in view stays there from now on. */
  setCurrent(id: number | null): void {
    this.#current = id;
    if (id !== null) this.hold();
    this.#redraw();
  }

  /** Stops following: somebody does something with what is in view. */
  hold(): void {
    this.viewport.follow(false);
    this.#showEdges();
  }

  /** Opens a line, or closes it. */
  async toggle(id: number): Promise<void> {
    this.hold();
    await this.opening.toggle(id);
    if (this.opening.opened.has(id)) this.viewport.reveal(id);
  }

  /** Loads what is missing behind a line. */
  async fillGap(after: number): Promise<void> {
    const gap = this.store.items.find((item) => item.kind === "gap" && item.after === after);
    if (gap?.kind !== "gap") return;
    this.hold();
    try {
      await this.#loader.fill(gap);
    } catch (error) {
      if (!this.root.isConnected) return;
      const reason = reasonOf(error);
      this.#hooks.notices.say(`Those lines could not be loaded: ${reason}.`, { failed: true });
    }
  }

  async #start(): Promise<void> {
    try {
      await this.#loader.begin(this.setup.place);
    } catch (error) {
      if (!this.root.isConnected) return;
      const reason = reasonOf(error);
      this.#hooks.notices.say(`The list could not be loaded: ${reason}.`, {
        failed: true,
        action: { label: "Try again", run: () => this.#start() },
      });
      return;
    }
    if (!this.root.isConnected) return;
    if (this.marked !== null) this.opening.adopt(this.marked, this.root);
    this.viewport.start(this.marked);
    this.#isStarted = true;
    this.#showEdges();
    this.#hooks.onTail(this.#tail ? this.#tail.state : null);
    if (this.setup.live) this.#startTail();
  }

  #createTail(): Tail {
    const query = new URLSearchParams(this.setup.filter);
    query.delete("since");
    return new Tail({
      path: `/api/logs/tail?${query}`,
      onEntry: (entry) => this.#arrivals.add(lineOf(entry)),
      onDropped: (count) => this.#dropped(count),
      catchUp: () => this.#loader.catchUp(),
      onState: (state) => {
        this.#hooks.onTail(state);
        this.#showEdges();
      },
    });
  }

  #startTail(): void {
    // What is beyond the end in memory is loaded first, by scrolling there.
    if (!this.#loader.end("newest").hasMore) this.#tail?.start();
  }

  #take(lines: readonly Line[]): void {
    if (this.#loader.end("newest").hasMore) this.#count(lines.length);
    else this.#apply("new", () => this.store.insert(lines));
  }

  #dropped(count: number): void {
    this.#arrivals.flush();
    const { last } = this.store;
    if (this.#loader.end("newest").hasMore || last?.kind !== "line") return;
    this.viewport.update(() => this.store.addGap(last.line, count));
    this.#count(count);
  }

  #apply(cause: Cause, change: () => Change): void {
    if (!this.#isStarted) {
      change();
      return;
    }
    let added = 0;
    this.viewport.update(() => {
      const done = change();
      added = done.added;
      return this.#bound() ? { added, appendedFrom: null } : done;
    });
    if (cause === "new") this.#count(added);
  }

  /** Forgets the end that is far from what is in view; says whether it did. */
  #bound(): boolean {
    const { length } = this.store;
    if (length <= MOST_LINES) return false;
    const isNearNewest = this.viewport.isFollowing || this.viewport.lastInView > length / 2;
    const end = isNearNewest ? "oldest" : "newest";
    this.store.drop(end, length - KEPT_LINES);
    this.#loader.forgot(end);
    return true;
  }

  #count(added: number): void {
    if (added === 0) return;
    this.#hooks.onMore(added);
    if (!this.isFollowing) this.#unseen += added;
    this.#showEdges();
  }

  #scrolled(isAtNewest: boolean): void {
    if (isAtNewest && !this.#loader.end("newest").hasMore) this.#unseen = 0;
    this.#showEdges();
  }

  #near(end: "oldest" | "newest"): void {
    const { hasMore, isLoading, failure } = this.#loader.end(end);
    if (!hasMore || isLoading || failure !== null) return;
    this.#loader.more(end).then(() => {
      if (end === "newest" && this.#tail?.state.kind === "off" && this.setup.live) {
        this.#startTail();
      }
    });
  }

  #tellView(one: Item, other: Item): void {
    this.#hooks.onView(Math.min(one.time, other.time), Math.max(one.time, other.time));
  }

  #flip(): void {
    const isFlipped = !this.#layout.isFlipped;
    this.root.classList.toggle("top-newest", isFlipped);
    this.root.classList.toggle("top-oldest", !isFlipped);
    this.#edges.swap();
    this.viewport.update(() => this.#layout.change({ isFlipped }));
  }

  #redraw(): void {
    if (this.#isStarted) this.viewport.update(() => {});
  }

  #showEdges(): void {
    if (!this.#isStarted) return;
    this.#edges.show({
      oldest: this.#loader.end("oldest"),
      newest: this.#loader.end("newest"),
      beginning: this.setup.beginning,
      tail: this.#tail ? this.#tail.state : null,
      unseen: this.#unseen,
      isFollowing: this.isFollowing,
    });
  }
}

function zoneOf({ time }: View): Zone {
  return time === "utc" ? "UTC" : "local";
}

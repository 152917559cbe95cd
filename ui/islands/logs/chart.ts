/** The histogram as script runs it: what is under the pointer, dragging to zoom, keeping up with new lines. */
import type { Zone } from "../../format.ts";
import { zoneOffset } from "../../format.ts";
import { bucketLabel, spanLabel } from "../../logs/bar_times.ts";
import { type Bars, barsOf, countsByLevel } from "../../logs/bars.ts";
import type { ChartSetup } from "../../logs/setup.ts";
import type { View } from "../../logs/view.ts";
import { fetchHistogram } from "./api.ts";
import { Brush } from "./brush.ts";
import { drawHistogram } from "./draw_histogram.tsx";
import { reasonOf } from "./loader.ts";
import { part } from "./part.ts";
import { showLevelCounts } from "./total.ts";

/** How long after new lines the bars are drawn anew, in ms; a search costs the server more. */
const REFRESH_MS = 5000;
const REFRESH_SEARCH_MS = 30_000;

/** As many as the server draws. */
const MOST_BUCKETS = 96;

type Mark = "hover" | "brush" | "view-mark";

export interface ChartOptions {
  readonly isLive: boolean;
  readonly visit: (url: URL) => void;
}

export class Chart {
  readonly #element: HTMLElement;
  readonly #setup: ChartSetup;
  readonly #visit: (url: URL) => void;
  readonly #brush: Brush;
  readonly #closing = new AbortController();
  #bars: Bars;
  #zone: Zone;
  #isLive: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #view: readonly [from: number, to: number] | null = null;

  constructor(element: HTMLElement, options: ChartOptions) {
    const setup: ChartSetup = JSON.parse(element.dataset.chart ?? "");
    this.#element = element;
    this.#setup = setup;
    this.#visit = options.visit;
    this.#isLive = options.isLive;
    this.#bars = setup.bars;
    this.#zone = setup.time === "utc" ? "UTC" : "local";
    const overlay = this.#part("overlay");
    this.#brush = new Brush(overlay, {
      onHover: (share) => this.#hover(share),
      onDrag: (from, to) => this.#mark("brush", from, to),
      onChoose: (from, to) => this.#choose(from, to),
      onCancel: () => this.#unmark("brush"),
    });
    this.#part("bars").replaceChildren();
    this.#draw();
  }

  close(): void {
    this.#brush.close();
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  setLive(isLive: boolean): void {
    this.#isLive = isLive;
    if (isLive) this.expectMore();
  }

  setZone({ time }: View): void {
    this.#zone = time === "utc" ? "UTC" : "local";
    this.#draw();
  }

  /** New lines came in; the bars follow a little later. */
  expectMore(): void {
    if (!this.#setup.isOpenEnded) return;
    const wait = this.#setup.filter.includes("search=") ? REFRESH_SEARCH_MS : REFRESH_MS;
    this.#timer ??= setTimeout(() => this.#refresh(), wait);
  }

  /** Marks what of the range is in view in the list. */
  showView(from: number, to: number): void {
    this.#view = [from, to];
    const [start, end] = this.#span;
    const shares = [from, to].map((time) =>
      Math.min(1, Math.max(0, (time - start) / (end - start)))
    );
    const [left = 0, right = 1] = shares;
    this.#mark("view-mark", left, right);
  }

  async #refresh(): Promise<void> {
    this.#timer = undefined;
    if (!this.#isLive || document.hidden) return;
    const { filter, lastMs, levels, bars } = this.#setup;
    const query = new URLSearchParams(filter);
    if (lastMs !== null) query.set("since", new Date(Date.now() - lastMs).toISOString());
    const buckets = Math.max(bars.counts.length, MOST_BUCKETS);
    try {
      const histogram = await fetchHistogram(query.toString(), buckets, this.#closing.signal);
      this.#bars = barsOf(histogram, levels);
      showLevelCounts(countsByLevel(histogram));
      this.#draw();
    } catch (error) {
      // The bars stay as they are until the next lines; the list says whether the server is there.
      if (!this.#closing.signal.aborted) reasonOf(error);
    }
  }

  #draw(): void {
    drawHistogram(this.#part("bars"), this.#bars, this.#zone);
    this.#say(this.#rangeLabel());
    if (this.#view) this.showView(...this.#view);
  }

  #hover(share: number | null): void {
    const { counts } = this.#bars;
    if (share === null || counts.length === 0) {
      this.#unmark("hover");
      return this.#say(this.#rangeLabel());
    }
    const at = this.#bucketAt(share);
    this.#mark("hover", at / counts.length, (at + 1) / counts.length);
    this.#say(bucketLabel(this.#bars, at, this.#zone));
  }

  #choose(from: number, to: number): void {
    this.#unmark("brush");
    const { start, stepMs, counts } = this.#bars;
    if (counts.length === 0) return;
    const first = this.#bucketAt(from);
    const last = this.#bucketAt(to);
    const url = new URL(location.href);
    for (const name of ["range", "line", "context", "older_than", "newer_than"]) {
      url.searchParams.delete(name);
    }
    url.searchParams.set("since", new Date(start + first * stepMs).toISOString());
    url.searchParams.set("until", new Date(start + (last + 1) * stepMs).toISOString());
    this.#visit(url);
  }

  #bucketAt(share: number): number {
    const { counts } = this.#bars;
    return Math.min(counts.length - 1, Math.floor(share * counts.length));
  }

  get #span(): readonly [start: number, end: number] {
    const { start, stepMs, counts } = this.#bars;
    return [start, start + stepMs * Math.max(1, counts.length)];
  }

  #rangeLabel(): string {
    const { since, until } = this.#setup;
    const [start, end] = this.#span;
    if (start === 0) return "";
    const to = until ?? Math.min(end, Date.now());
    const from = since ?? start;
    return `${spanLabel(from, Math.max(from, to), this.#zone)} ${zoneOffset(to, this.#zone)}`;
  }

  #say(text: string): void {
    const info = document.querySelector("[data-bar-info]");
    if (info && info.textContent !== text) info.textContent = text;
  }

  #mark(kind: Mark, from: number, to: number): void {
    const mark = this.#part(kind);
    mark.style.left = `${from * 100}%`;
    mark.style.width = `${(to - from) * 100}%`;
    mark.hidden = false;
  }

  #unmark(kind: Mark): void {
    this.#part(kind).hidden = true;
  }

  #part(name: string): HTMLElement {
    return part(this.#element, `[data-${name}]`);
  }
}

/** A chart as script runs it: uPlot in place of the server's drawing. */
import uPlot from "uplot";
import type { ChartData } from "../../metrics/chart_data.ts";
import { ChartKeys } from "./chart_keys.ts";
import { showHidden, showValues, spokenValues } from "./legend.ts";
import { alignedData, plotOptions, shownAxis } from "./plot_options.ts";

export interface ChartOptions {
  /** Shows another stretch of time, in ms since the epoch. */
  readonly zoom: (from: number, to: number) => void;
  /** Shows the whole period again. */
  readonly zoomOut: () => void;
  /** Moves the crosshairs of the other charts to a moment, or takes them away. */
  readonly pointOthers: (from: MetricChart, time: number | null) => void;
}

/** A stretch shorter than this many buckets is widened to them. */
const LEAST_BUCKETS = 3;

export class MetricChart {
  readonly #canvas: HTMLElement;
  readonly #options: ChartOptions;
  readonly #keys: ChartKeys;
  readonly #resizing: ResizeObserver;
  readonly #closing = new AbortController();
  /** Labels of lines that are hidden. */
  readonly #hidden = new Set<string>();
  #figure: HTMLElement;
  #json: string;
  #data: ChartData;
  #plot: uPlot | null = null;
  /** The bucket under the crosshair. */
  #at: number | null = null;
  /** Whether what is being chosen is chosen here, not in another chart. */
  #isDragging = false;

  constructor(figure: HTMLElement, canvas: HTMLElement, options: ChartOptions) {
    this.#figure = figure;
    this.#canvas = canvas;
    this.#options = options;
    this.#json = figure.dataset.metricChart ?? "";
    this.#data = JSON.parse(this.#json);
    this.#keys = new ChartKeys(canvas, {
      count: () => this.#data.buckets.count,
      at: () => this.#at,
      pointAt: (at) => this.#pointEverywhere(at === null ? null : this.#startOf(at)),
      select: (from, to) => this.#select(from, to),
      zoom: (from, to) => this.#zoom(from, to),
      zoomOut: options.zoomOut,
    });
    this.#listen();
    this.#resizing = new ResizeObserver(() => this.#resize());
    this.#resizing.observe(canvas);
    this.#draw();
  }

  close(): void {
    this.#resizing.disconnect();
    this.#closing.abort();
    this.#keys.close();
    this.#plot?.destroy();
  }

  /** Takes up what the page says now. */
  update(figure: HTMLElement): void {
    this.#figure = figure;
    const json = figure.dataset.metricChart ?? "";
    // What is under the pointer stays while a stretch is being chosen.
    if (json !== this.#json && !this.#isDragging) {
      const before = this.#data;
      this.#json = json;
      this.#data = JSON.parse(json);
      if (hasSameLines(before, this.#data)) this.#plot?.setData(alignedData(this.#data));
      else this.#draw();
    }
    this.#showState();
  }

  /** Hides a line, or shows it again. */
  toggle(line: number): void {
    const label = this.#data.lines[line]?.label ?? "";
    if (!this.#hidden.delete(label)) this.#hidden.add(label);
    this.#plot?.setSeries(line + 1, { show: !this.#isHidden(line) });
    this.#showState();
  }

  /** Draws once more, after the theme has changed. */
  recolour(): void {
    this.#plot?.redraw(false);
  }

  #draw(): void {
    this.#plot?.destroy();
    this.#plot = null;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    // Where nothing is to be seen yet, resizing comes back here.
    if (width === 0 || height === 0) return;
    const options = plotOptions({
      canvas: this.#canvas,
      data: () => this.#data,
      isHidden: (line) => this.#isHidden(line),
      onCursor: (at) => this.#show(at),
      onSelect: (left, width) => this.#chosen(left, width),
    }, { width, height });
    this.#plot = new uPlot(options, alignedData(this.#data), this.#canvas);
    this.#plot.root.setAttribute("aria-hidden", "true");
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (!this.#plot) this.#draw();
    else if (width > 0 && (width !== this.#plot.width || height !== this.#plot.height)) {
      this.#plot.setSize({ width, height });
    }
  }

  #listen(): void {
    const { signal } = this.#closing;
    const canvas = this.#canvas;
    canvas.addEventListener("mousedown", () => this.#isDragging = true, { signal, capture: true });
    // On the window it comes after uPlot, which listens at the document.
    addEventListener("mouseup", () => this.#isDragging = false, { signal });
    canvas.addEventListener("dblclick", () => this.#options.zoomOut(), { signal });
    // A finger that moves sideways reads the values; up and down it scrolls.
    canvas.addEventListener("pointermove", (event) => {
      const plot = this.#plot;
      if (event.pointerType === "mouse" || !plot) return;
      const { left, width } = plot.over.getBoundingClientRect();
      const pixel = Math.min(width, Math.max(0, event.clientX - left));
      this.#pointEverywhere(plot.posToVal(pixel, "x"));
    }, { signal });
  }

  /** Moves the crosshair to a moment, or takes it away. */
  pointAtTime(time: number | null): void {
    const plot = this.#plot;
    if (!plot) return;
    // Of the first bucket, only the end may be within the range.
    const left = time === null ? -10 : Math.max(0, plot.valToPos(time, "x"));
    plot.setCursor({ left, top: left < 0 ? -10 : plot.over.clientHeight / 2 }, true);
  }

  /** The same in all charts: what uPlot does for the mouse alone. */
  #pointEverywhere(time: number | null): void {
    this.pointAtTime(time);
    this.#options.pointOthers(this, time);
  }

  #select(from: number, to: number): void {
    const plot = this.#plot;
    if (!plot) return;
    const left = plot.valToPos(this.#startOf(from), "x");
    const width = plot.valToPos(this.#startOf(to), "x") - left;
    plot.setSelect({ left, width, top: 0, height: plot.over.clientHeight }, false);
  }

  /** The pointer has chosen a stretch, here or in another chart. */
  #chosen(left: number, width: number): void {
    const plot = this.#plot;
    if (!plot || width === 0) return;
    plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    if (!this.#isDragging) return;
    const { start, stepMs } = this.#data.buckets;
    const bucketAt = (pixel: number) => (plot.posToVal(pixel, "x") - start) / stepMs;
    this.#zoom(Math.floor(bucketAt(left)), Math.ceil(bucketAt(left + width)));
  }

  /** Shows some buckets alone, `to` exclusive. */
  #zoom(from: number, to: number): void {
    const more = Math.max(0, LEAST_BUCKETS - (to - from));
    const first = from - Math.floor(more / 2);
    this.#options.zoom(this.#startOf(first), this.#startOf(to + Math.ceil(more / 2)));
  }

  #startOf(bucket: number): number {
    const { start, stepMs } = this.#data.buckets;
    return start + bucket * stepMs;
  }

  #show(at: number | null): void {
    this.#at = at;
    const { scale } = shownAxis(this.#data, (line) => this.#isHidden(line));
    showValues(this.#figure, this.#data, { at, scale });
    this.#keys.say(at, at === null ? "" : spokenValues(this.#data, { at, scale }));
  }

  /** What the server does not know of. */
  #showState(): void {
    showHidden(this.#figure, (line) => this.#isHidden(line));
    this.#show(this.#plot?.cursor.idx ?? null);
  }

  /** A line that is left alone is shown: nobody could ask for it again. */
  #isHidden(line: number): boolean {
    const { lines } = this.#data;
    return lines.length > 1 && this.#hidden.has(lines[line]?.label ?? "");
  }
}

function hasSameLines(one: ChartData, other: ChartData): boolean {
  return one.lines.length === other.lines.length &&
    one.lines.every(({ label }, at) => label === other.lines[at]?.label);
}

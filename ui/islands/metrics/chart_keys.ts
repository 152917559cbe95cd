/** Reading a chart by keys: a slider whose value is a moment, and what the lines have there. */
export interface ChartKeyOptions {
  /** Buckets of the chart. */
  readonly count: () => number;
  /** The one under the crosshair. */
  readonly at: () => number | null;
  readonly pointAt: (at: number | null) => void;
  /** Marks a stretch of buckets, `to` exclusive. */
  readonly select: (from: number, to: number) => void;
  readonly zoom: (from: number, to: number) => void;
  readonly zoomOut: () => void;
}

/** Without a stretch chosen, Enter shows this share of the buckets. */
const ZOOM = 0.25;

const PAGE = 10;

export class ChartKeys {
  readonly #element: HTMLElement;
  readonly #options: ChartKeyOptions;
  readonly #closing = new AbortController();
  /** Where a stretch begins that is being chosen. */
  #anchor: number | null = null;

  constructor(element: HTMLElement, options: ChartKeyOptions) {
    this.#element = element;
    this.#options = options;
    const { signal } = this.#closing;
    element.tabIndex = 0;
    element.setAttribute("role", "slider");
    element.setAttribute("aria-label", `${titleOf(element)} by time`);
    element.setAttribute("aria-valuemin", "1");
    this.say(null, "");
    element.addEventListener("keydown", (event) => this.#press(event), { signal });
    element.addEventListener("blur", () => this.#leave(), { signal });
  }

  close(): void {
    this.#closing.abort();
  }

  /** Tells those who listen what is under the crosshair. */
  say(at: number | null, text: string): void {
    const count = this.#options.count();
    this.#element.setAttribute("aria-valuemax", String(count));
    this.#element.setAttribute("aria-valuenow", String(at === null ? count : at + 1));
    this.#element.setAttribute("aria-valuetext", text === "" ? "Nothing chosen" : text);
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.#does(event)) return;
    // Other keys of the page have no say in this.
    event.preventDefault();
    event.stopPropagation();
  }

  #does({ key, shiftKey }: KeyboardEvent): boolean {
    switch (key) {
      case "ArrowLeft":
        return this.#move(-1, shiftKey);
      case "ArrowRight":
        return this.#move(1, shiftKey);
      case "PageDown":
        return this.#move(-PAGE, shiftKey);
      case "PageUp":
        return this.#move(PAGE, shiftKey);
      case "Home":
        return this.#move(-Infinity, shiftKey);
      case "End":
        return this.#move(Infinity, shiftKey);
      case "Enter":
        return this.#zoom();
      case "Backspace":
        this.#options.zoomOut();
        return true;
      case "Escape":
        return this.#leave();
      default:
        return false;
    }
  }

  #move(by: number, isChoosing: boolean): boolean {
    const last = this.#options.count() - 1;
    const before = this.#options.at();
    const to = before === null
      ? (by > 0 && Number.isFinite(by) ? 0 : by === -Infinity ? 0 : last)
      : Math.min(last, Math.max(0, before + by));
    if (isChoosing) this.#anchor ??= before ?? to;
    else this.#anchor = null;
    this.#options.pointAt(to);
    const [from, end] = this.#stretch(to);
    this.#options.select(from, this.#anchor === null ? from : end);
    return true;
  }

  #zoom(): boolean {
    const at = this.#options.at();
    if (at === null) return false;
    const [from, to] = this.#stretch(at);
    this.#options.select(0, 0);
    if (this.#anchor === null) {
      const half = Math.max(1, Math.round(this.#options.count() * ZOOM / 2));
      this.#options.zoom(at - half, at + half);
    } else {
      this.#options.zoom(from, to);
    }
    this.#anchor = null;
    return true;
  }

  /** Takes the crosshair away; false where there was none. */
  #leave(): boolean {
    this.#anchor = null;
    this.#options.select(0, 0);
    if (this.#options.at() === null) return false;
    this.#options.pointAt(null);
    return true;
  }

  #stretch(at: number): readonly [from: number, to: number] {
    const anchor = this.#anchor ?? at;
    return [Math.min(anchor, at), Math.max(anchor, at) + 1];
  }
}

function titleOf(element: Element): string {
  return element.closest("figure")?.querySelector("h2")?.textContent ?? "Chart";
}

/** Pointing at a stretch of a drawing, and dragging over one. Shares are of its width, 0..1. */
export interface BrushOptions {
  /** Where the pointer is; null when it left. */
  readonly onHover: (share: number | null) => void;
  /** The stretch that is being chosen. */
  readonly onDrag: (from: number, to: number) => void;
  /** It was let go: a stretch, or a point where from and to are the same. */
  readonly onChoose: (from: number, to: number) => void;
  readonly onCancel: () => void;
}

/** Movements shorter than this are clicks, in px. */
const CLICK = 4;

export class Brush {
  readonly #area: HTMLElement;
  readonly #options: BrushOptions;
  #start: number | null = null;
  readonly #listening = new AbortController();

  constructor(area: HTMLElement, options: BrushOptions) {
    this.#area = area;
    this.#options = options;
    const { signal } = this.#listening;
    area.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    area.addEventListener("pointermove", (event) => this.#moved(event), { signal });
    area.addEventListener("pointerup", (event) => this.#up(event), { signal });
    area.addEventListener("pointercancel", () => this.#cancel(), { signal });
    area.addEventListener("pointerleave", () => options.onHover(null), { signal });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.#start === null) return;
      event.preventDefault();
      event.stopPropagation();
      this.#cancel();
    }, { signal, capture: true });
  }

  close(): void {
    this.#listening.abort();
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#start = event.clientX;
    this.#area.setPointerCapture(event.pointerId);
    event.preventDefault();
  }

  #moved({ clientX }: PointerEvent): void {
    this.#options.onHover(this.#share(clientX));
    if (this.#start !== null && this.#isDrag(clientX)) {
      this.#options.onDrag(...this.#stretch(this.#start, clientX));
    }
  }

  #up({ clientX }: PointerEvent): void {
    if (this.#start === null) return;
    const start = this.#isDrag(clientX) ? this.#start : clientX;
    this.#start = null;
    this.#options.onChoose(...this.#stretch(start, clientX));
  }

  #cancel(): void {
    this.#start = null;
    this.#options.onCancel();
  }

  #isDrag(clientX: number): boolean {
    return this.#start !== null && Math.abs(clientX - this.#start) >= CLICK;
  }

  #stretch(one: number, other: number): [from: number, to: number] {
    return [this.#share(Math.min(one, other)), this.#share(Math.max(one, other))];
  }

  #share(clientX: number): number {
    const { left, width } = this.#area.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - left) / width));
  }
}

/** Gathers what comes in until the next frame, so that a burst is drawn once. */
export class Arrivals<T> {
  readonly #onFrame: (arrived: readonly T[]) => void;
  #arrived: T[] = [];
  #frame: number | null = null;

  constructor(onFrame: (arrived: readonly T[]) => void) {
    this.#onFrame = onFrame;
  }

  add(one: T): void {
    this.#arrived.push(one);
    this.#frame ??= requestAnimationFrame(() => this.flush());
  }

  /** Hands on at once what came so far. */
  flush(): void {
    this.close();
    const arrived = this.#arrived;
    this.#arrived = [];
    if (arrived.length > 0) this.#onFrame(arrived);
  }

  close(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }
}

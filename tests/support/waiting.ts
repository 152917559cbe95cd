/** Waits for a count to grow, without asking again and again. */
export class Waiting {
  readonly #count: () => number;
  readonly #waiters = new Set<{ readonly count: number; readonly resolve: () => void }>();

  constructor(count: () => number) {
    this.#count = count;
  }

  /** Resolves once the count is `count` or more. */
  until(count: number): Promise<void> {
    if (this.#count() >= count) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.add({ count, resolve });
    return promise;
  }

  /** To be called whenever the count has grown. */
  check(): void {
    for (const waiter of this.#waiters) {
      if (this.#count() < waiter.count) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}

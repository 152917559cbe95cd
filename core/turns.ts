import { collectPiledGarbage } from "./garbage.ts";
import type { Stepwise } from "./stepwise.ts";

/** How long work may hold requests up, in ms. */
const TURN_MS = 3;

/** Resolves when what waited had its turn. Sockets do not get theirs between two calls of setImmediate(). */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Does one piece of work after the other, in the order in which they were asked for. */
export class InOrder {
  #last: Promise<void> = Promise.resolve();

  /** Rejects as the work does; what comes behind it goes on. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work);
    // What came of it is not kept here.
    this.#last = mine.then(() => {}, () => {});
    return mine;
  }
}

/**
 * Does work that goes on in steps on the main thread: a few ms of it at a time, then whatever else is
 * waiting. Rejects with the signal's reason once that aborts.
 */
export async function inTurns<Result>(
  steps: Stepwise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  while (true) {
    const until = performance.now() + TURN_MS;
    do {
      const { done, value } = steps.next();
      if (done) return value;
    } while (performance.now() < until);
    await nextTurn();
    collectPiledGarbage();
    signal.throwIfAborted();
  }
}

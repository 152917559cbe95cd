/** How long work may hold requests up, in ms. */
const TURN_MS = 3;

/**
 * Does work that goes on in steps on the main thread: a few ms of it at a time, then whatever else is
 * waiting. Rejects with the signal's reason once that aborts.
 */
export async function inTurns<Result>(
  steps: Generator<void, Result>,
  signal: AbortSignal,
): Promise<Result> {
  while (true) {
    const until = performance.now() + TURN_MS;
    do {
      const { done, value } = steps.next();
      if (done) return value;
    } while (performance.now() < until);
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
}

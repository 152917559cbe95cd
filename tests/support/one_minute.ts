/** Limits by the minute, over a window that slides with the clock. */

const MINUTE = 60_000;
const MOST_TRIES = 5;

/**
 * Runs a test that counts what passes a limit. Where it fails and the minute of the clock turned meanwhile, it
 * runs again: the window slid, so that some more may have passed.
 */
export async function withinAMinute(test: () => Promise<void>): Promise<void> {
  for (let tries = 1;; tries++) {
    const minute = currentMinute();
    try {
      return await test();
    } catch (error) {
      if (currentMinute() === minute || tries === MOST_TRIES) throw error;
    }
  }
}

function currentMinute(): number {
  return Math.floor(Date.now() / MINUTE);
}

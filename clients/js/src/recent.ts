const WINDOW_MS = 60_000;
const MAX_KEYS = 100;

/**
 * Remembers what was told in the last 60 s; the function says whether a key is new. At most 100 keys are remembered,
 * the oldest are forgotten first.
 *
 * @param now in ms, never going back
 */
export function rememberRecent(now: () => number): (key: string) => boolean {
  const toldAt = new Map<string, number>();
  return (key) => {
    const last = toldAt.get(key);
    if (last !== undefined && now() - last < WINDOW_MS) return false;
    toldAt.delete(key);
    toldAt.set(key, now());
    for (const oldest of toldAt.keys()) {
      if (toldAt.size <= MAX_KEYS) break;
      toldAt.delete(oldest);
    }
    return true;
  };
}

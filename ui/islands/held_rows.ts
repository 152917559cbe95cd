/** What a refresh may do to a list while somebody works in it. Pure. */
export interface HeldRows {
  /** Rows that are there no more, though their neighbours are. */
  readonly gone: ReadonlySet<string>;
  /** How many rows wait to be shown. */
  readonly added: number;
  /** Whether showing the new list would move or add anything. */
  readonly changed: boolean;
}

/** Compares the keys of the rows that are shown with those that came, both in order. */
export function heldRows(shown: readonly string[], next: readonly string[]): HeldRows {
  const coming = new Set(next);
  const known = new Set(shown);
  const lastKept = shown.findLastIndex((key) => coming.has(key));
  const added = next.filter((key) => !known.has(key)).length;
  // Behind the last one that stays, rows were pushed to the next page by those that came.
  const end = added > 0 ? lastKept : shown.length;
  const gone = new Set(shown.filter((key, at) => at < end && !coming.has(key)));
  const changed = shown.length !== next.length || shown.some((key, at) => key !== next[at]);
  return { gone, added, changed };
}

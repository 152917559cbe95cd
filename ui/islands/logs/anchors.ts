/** What stays where it is while something changes around it. */
export interface Anchor {
  readonly id: number;
  /** Milliseconds since the epoch: where it is gone, what is next to it in time takes its place. */
  readonly time: number;
  /** Its distance from the top of the view, in px. */
  readonly offset: number;
}

/** Distance from an end that still counts as being there, in px. */
const AT_END = 6;
/** What covers the top of the view, in px. */
const COVERED = 30;

/** Where a row is that the server drew; null when it drew none with this id. */
export function drawnAnchor(scroller: HTMLElement, id: number): Anchor | null {
  const row = document.getElementById(`line-${id}`);
  if (!row) return null;
  const offset = row.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  return { id, time: 0, offset };
}

/** The first row in view of those that the server drew; null where the newest of them is in view. */
export function firstDrawn(scroller: HTMLElement, isFlipped: boolean): Anchor | null {
  const view = scroller.getBoundingClientRect();
  const rows = [...scroller.querySelectorAll<HTMLElement>("article")];
  const newest = (isFlipped ? rows[0] : rows.at(-1))?.getBoundingClientRect();
  if (newest && newest.bottom <= view.bottom + AT_END && newest.top >= view.top) return null;
  const first = rows.find((row) => row.getBoundingClientRect().bottom > view.top + COVERED);
  return first ? drawnAnchor(scroller, Number(first.id.slice("line-".length))) : null;
}

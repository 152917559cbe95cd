/** The list of errors as it stands in the page: its rows, the cursor and the selection. */
import { heldRows } from "./held_rows.ts";

export function rows(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-rows] > [data-key]")];
}

export function rowLink(row: Element): HTMLElement | null {
  return row.querySelector<HTMLElement>(".row-link");
}

export function rowBox(row: Element): HTMLInputElement | null {
  return row.querySelector<HTMLInputElement>("input[name=id]");
}

/** The row that has the focus. */
export function currentRow(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>("[data-rows] > [data-key]") ?? null;
}

export function pickedBoxes(): readonly HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("[data-rows] input[name=id]:checked")];
}

/** Whether somebody points at the list, moves in it, has selected in it, or has scrolled away. */
export function isBusy(): boolean {
  const list = document.querySelector("[data-rows]");
  if (!list) return false;
  return list.matches(":hover, :focus-within") || pickedBoxes().length > 0 || scrollY > 40;
}

/** What a refresh has to hold back. */
export interface Held {
  readonly changed: boolean;
  /** What the pill says; null when nothing is worth saying. */
  readonly message: string | null;
}

/** Makes the list of a fetched page keep the rows and the order that are shown. */
export function holdRows(next: Document): Held | null {
  const shown = rows();
  const list = next.querySelector("[data-rows]");
  if (shown.length === 0 || !list) return null;
  const coming = new Map(
    [...list.children].map((row) => [row.getAttribute("data-key") ?? "", row]),
  );
  const keys = shown.map((row) => row.dataset.key ?? "");
  const held = heldRows(keys, [...coming.keys()]);
  const kept = shown.map((row, at) => {
    const fresh = coming.get(keys[at] ?? "");
    if (fresh) return fresh;
    const stale = next.importNode(row, true);
    if (held.gone.has(keys[at] ?? "")) stale.setAttribute("data-gone", "");
    return stale;
  });
  list.replaceChildren(...kept);
  return { changed: held.changed, message: messageFor(held.added, list) };
}

function messageFor(added: number, list: Element): string | null {
  if (added === 0) return null;
  // On later pages what is new was pushed there from the page before.
  if (list.getAttribute("data-rows") !== "first") return "The list has changed";
  return added === 1 ? "1 new error" : `${added} new errors`;
}

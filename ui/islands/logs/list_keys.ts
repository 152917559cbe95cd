/** Keys of the list; `shortcuts.ts` is the list that people see. */
import { isWriting } from "../keys.ts";
import type { LivePage } from "../live_page.ts";
import type { LogList } from "./log_list.ts";

export interface ListKeysOptions {
  readonly list: () => LogList | null;
  readonly live: LivePage;
}

export function startListKeys({ list, live }: ListKeysOptions): void {
  document.addEventListener("keydown", (event) => {
    const shown = list();
    if (!shown || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (press(event, shown, live)) {
      event.preventDefault();
      // The page's own keys are not asked any more.
      event.stopPropagation();
    }
  }, { capture: true });
}

/** Does what a key means in the list; false when it means nothing. */
function press(event: KeyboardEvent, list: LogList, live: LivePage): boolean {
  switch (event.key) {
    case "j":
      return move(list, 1);
    case "k":
      return move(list, -1);
    case "ArrowDown":
      return isOnRow(event) && move(list, 1);
    case "ArrowUp":
      return isOnRow(event) && move(list, -1);
    case "Enter":
      return open(event, list);
    case "f":
      list.setCurrent(null);
      list.toNewest();
      return true;
    case "c":
      return showContext(list, live);
    case "w":
      return click('[data-view="wrap"]');
    case "Escape":
      return letGo(list);
    default:
      return false;
  }
}

function isOnRow({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.matches("article.log");
}

/** Moves the cursor down or up, as the eye sees it. */
function move(list: LogList, by: 1 | -1): boolean {
  const { store, viewport } = list;
  const step = viewport.isFlipped ? -by : by;
  const from = list.current === null ? -1 : store.indexOf(list.current);
  let index = from < 0 ? startOf(list, by) : from + step;
  while (store.items[index]?.kind === "gap") index += step;
  const item = store.items[index];
  if (!item) return true;
  list.setCurrent(item.id);
  viewport.reveal(item.id);
  viewport.elementOf(item.id)?.focus({ preventScroll: true });
  return true;
}

/** Where a walk begins: at the line the address names, else upwards from the bottom, downwards from the top. */
function startOf({ store, viewport, marked }: LogList, by: 1 | -1): number {
  const at = marked === null ? -1 : store.indexOf(marked);
  if (at >= 0) return at;
  return by < 0 ? viewport.lastInView : viewport.firstInView;
}

/** Opens or closes the line of the cursor; keys on links and buttons are theirs. */
function open({ target }: KeyboardEvent, list: LogList): boolean {
  if (list.current === null) return false;
  if (target instanceof Element && target.closest("a, button, summary, input")) return false;
  list.toggle(list.current);
  return true;
}

function showContext(list: LogList, live: LivePage): boolean {
  const id = list.current ?? list.marked;
  if (id === null) return false;
  const url = new URL(location.href);
  for (const name of ["line", "older_than", "newer_than"]) url.searchParams.delete(name);
  url.searchParams.set("context", String(id));
  live.visit(url, { history: "push" });
  return true;
}

function letGo(list: LogList): boolean {
  const { current, opening } = list;
  if (current === null) return false;
  if (opening.opened.has(current)) list.toggle(current);
  else {
    list.viewport.elementOf(current)?.blur();
    list.setCurrent(null);
  }
  return true;
}

function click(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  element?.click();
  return element !== null;
}

/** What keys do; `shortcuts.ts` is the list that people see. */
import type { LivePage } from "./live_page.ts";
import { currentRow, pickedBoxes, rowLink, rows } from "./row_list.ts";
import { pickAll, togglePicked } from "./selecting.ts";

const SEQUENCE_MS = 1000;
const PLACES: Readonly<Record<string, string>> = {
  o: "/",
  e: "/errors",
  l: "/logs",
  m: "/dashboard",
  s: "/settings",
};

export function startKeys(live: LivePage): void {
  let goingSince = -Infinity;
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-show-keys]")) showKeys();
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (isWriting(event.target)) {
      if (event.key === "Escape") leaveField(event);
      return;
    }
    const isGoing = event.timeStamp - goingSince < SEQUENCE_MS;
    goingSince = event.key === "g" ? event.timeStamp : -Infinity;
    const place = isGoing ? placeOf(event.key) : undefined;
    if (place !== undefined) location.assign(place);
    else if (!pressKey(event.key, live)) return;
    event.preventDefault();
  });
}

/** Does what a key means here; false when it means nothing. */
function pressKey(key: string, live: LivePage): boolean {
  switch (key) {
    case "?":
      return showKeys();
    case "/":
      return focusSearch();
    case "j":
      return moveCursor(1);
    case "k":
      return moveCursor(-1);
    case "x":
      return pickCurrent();
    case "r":
      return pressButton("r") || changeRows(live);
    case "y":
    case "[":
    case "]":
      return pressButton(key);
    case "Escape":
      return letGo();
    default:
      return false;
  }
}

/** Where a letter after `g` leads, if this server has that section. */
function placeOf(key: string): string | undefined {
  const place = PLACES[key];
  const link = document.querySelector(`#sections a[href="${place}"]`);
  return link === null ? undefined : place;
}

/** Whether keys pressed there are text. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element &&
    target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

/** The first Escape empties a search, the next one leaves it. */
function leaveField(event: KeyboardEvent): void {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return;
  if (target instanceof HTMLInputElement && target.type === "search" && target.value !== "") {
    target.value = "";
    target.dispatchEvent(new Event("input", { bubbles: true }));
    event.preventDefault();
  } else {
    target.blur();
  }
}

function showKeys(): boolean {
  const dialog = document.getElementById("keys");
  if (!(dialog instanceof HTMLDialogElement)) return false;
  dialog.showModal();
  return true;
}

function focusSearch(): boolean {
  const search = document.getElementById("search");
  if (!(search instanceof HTMLInputElement)) return false;
  search.select();
  search.focus();
  return true;
}

function moveCursor(by: 1 | -1): boolean {
  const all = rows();
  if (all.length === 0) return false;
  const current = currentRow();
  const at = current === null ? (by > 0 ? 0 : all.length - 1) : all.indexOf(current) + by;
  const row = all[Math.min(Math.max(at, 0), all.length - 1)];
  if (!row) return false;
  rowLink(row)?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function pickCurrent(): boolean {
  const row = currentRow();
  if (!row) return false;
  togglePicked(row);
  return true;
}

/** Resolves what is selected, else the row of the cursor; reopens where that is resolved. */
function changeRows(live: LivePage): boolean {
  const picked = pickedBoxes().map((box) => box.value);
  const current = currentRow();
  const ids = picked.length > 0 ? picked : current?.dataset.key ? [current.dataset.key] : [];
  const [first] = ids;
  if (first === undefined) return false;
  const isResolved = document.querySelector(`[data-rows] > [data-key="${first}"].row-resolved`);
  const at = current ? rows().indexOf(current) : -1;
  const next = location.pathname + location.search;
  const body = new URLSearchParams({ ids: ids.join(","), next });
  live.post(isResolved ? "/errors/reopen" : "/errors/resolve", body).then(() => {
    // Where the cursor's row went, the next one takes its place.
    if (at >= 0 && !currentRow()) {
      const row = rows()[Math.min(at, rows().length - 1)];
      if (row) rowLink(row)?.focus({ preventScroll: true });
    }
  });
  return true;
}

function pressButton(key: string): boolean {
  const button = document.querySelector<HTMLElement>(`[data-hotkey="${key}"]`);
  button?.click();
  return button !== null;
}

function letGo(): boolean {
  if (pickedBoxes().length > 0) {
    pickAll(false);
    return true;
  }
  const back = document.querySelector<HTMLElement>("[data-back]");
  if (back) back.click();
  else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  return true;
}

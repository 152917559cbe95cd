import type { LogList } from "./log_list.ts";

/** Clicks in the list: on a row they open it, on a gap they load what is missing. */
export function startListPointer(list: () => LogList | null): void {
  document.addEventListener("click", (event) => {
    const { target } = event;
    const shown = list();
    if (!shown || !(target instanceof Element) || !shown.root.contains(target)) return;
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
      return;
    }
    const gap = target.closest<HTMLElement>("[data-gap]")?.dataset.gap;
    if (gap !== undefined) return void shown.fillGap(Number(gap));
    const line = target.closest(".log-line")?.parentElement;
    if (!line?.matches("article.log") || !isScripted(shown)) return;
    const id = Number(line.id.slice("line-".length));
    const isLink = target.closest("a") !== null;
    if (isLink) event.preventDefault();
    else if (hasSelectionIn(line)) return;
    shown.setCurrent(id);
    shown.toggle(id);
  }, { capture: true });
}

/** Until the list runs, its links lead where they say. */
function isScripted({ root }: LogList): boolean {
  return root.classList.contains("scripted");
}

/** Whether somebody has just selected text rather than clicked. */
function hasSelectionIn(row: Element): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(row, true);
}

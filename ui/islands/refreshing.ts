import type { LivePage } from "./live_page.ts";

/** Refreshes a page that asks for it, every so often while it is looked at. */
export function startRefreshing(live: LivePage): { readonly restart: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const restart = () => {
    clearTimeout(timer);
    const seconds = refreshSeconds();
    if (seconds !== null && !document.hidden) timer = setTimeout(refresh, seconds * 1000);
  };
  const refresh = async () => {
    if (!isWriting()) await live.refresh(false);
    restart();
  };
  restart();
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (!document.hidden && refreshSeconds() !== null) refresh();
  });
  // What was held back under the pointer goes in when the pointer leaves.
  document.addEventListener("pointerout", (event) => {
    const { target, relatedTarget } = event;
    if (!live.isHolding || !(target instanceof Element)) return;
    const list = target.closest("[data-rows]");
    const isInside = relatedTarget instanceof Node && list?.contains(relatedTarget);
    if (list && !isInside) live.refresh(false);
  });
  return { restart };
}

function refreshSeconds(): number | null {
  const page = document.querySelector<HTMLElement>("main [data-refresh]");
  return page ? Number(page.dataset.refresh) : null;
}

/** A list that changes while its filter is being typed, or chosen, only disturbs; one that is empty does not. */
function isWriting(): boolean {
  const { activeElement } = document;
  if (!document.querySelector("[data-rows]") || !activeElement) return false;
  return activeElement.matches("main select, main input:not([type=checkbox], [type=radio])");
}

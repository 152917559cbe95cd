/** What script adds to the explorer: values that filter once they are chosen, and the chosen name in view. */

export interface ExploreScript {
  update(): void;
}

export function startExplorer(): ExploreScript {
  let shown: string | null = null;

  document.addEventListener("input", (event) => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement) || !target.matches("[data-label-value]")) return;
    // What is typed may be the beginning of something else; what is chosen is meant.
    const isChosen = !(event instanceof InputEvent) || event.inputType === "insertReplacementText";
    if (isChosen && target.value !== "") target.form?.requestSubmit();
  });

  const update = () => {
    const name = new URL(location.href).searchParams.get("name");
    if (name === shown) return;
    const isFirst = shown === null;
    shown = name;
    // Whoever has chosen wants to see it; on narrow screens the list is in the way.
    const fold = document.querySelector<HTMLInputElement>("[data-explore-fold]");
    if (fold && !isFirst) fold.checked = false;
    revealChosen();
  };
  update();
  return { update };
}

/** Scrolls the list, and nothing else, to the name that is shown. */
function revealChosen(): void {
  const list = document.querySelector<HTMLElement>(".metric-names");
  const chosen = list?.querySelector(".metric-row.chosen");
  if (!list || !chosen) return;
  const frame = list.getBoundingClientRect();
  const { top, bottom } = chosen.getBoundingClientRect();
  if (top < frame.top) list.scrollTop -= frame.top - top;
  else if (bottom > frame.bottom) list.scrollTop += bottom - frame.bottom;
}

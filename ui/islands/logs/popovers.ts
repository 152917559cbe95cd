/** What opens over the page closes when somebody goes on elsewhere, or presses Escape. */
export function startPopovers(): void {
  const open = () => document.querySelectorAll<HTMLDetailsElement>("details[data-popover][open]");
  document.addEventListener("pointerdown", ({ target }) => {
    for (const one of open()) {
      if (!(target instanceof Node && one.contains(target))) one.open = false;
    }
  });
  document.addEventListener("focusin", ({ target }) => {
    for (const one of open()) {
      if (!(target instanceof Node && one.contains(target))) one.open = false;
    }
  });
  document.addEventListener("click", ({ target }) => {
    // A menu has done its work with a click on one of its links.
    if (target instanceof Element && target.closest(".menu a")) {
      for (const one of open()) one.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const [first] = open();
    if (!first) return;
    first.open = false;
    first.querySelector("summary")?.focus();
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true });
}

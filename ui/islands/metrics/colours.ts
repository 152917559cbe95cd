/** The theme's colours, which a canvas cannot have by itself. */

/** Calls `onChange` when the page goes from light to dark or back. */
export function watchTheme(onChange: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", onChange);
  new MutationObserver(onChange).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });
}

/** What an element with these classes, or a property such as `--color-line`, has for a colour now. */
export function colourOf(
  host: Element,
  source: { readonly className: string } | { readonly property: string },
): string {
  const probe = document.createElement("i");
  probe.hidden = true;
  if ("className" in source) probe.className = source.className;
  else probe.style.color = `var(${source.property})`;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

import type { Scope } from "./scope.ts";
import type { Trail } from "./trail.ts";

const MAX_LEVELS = 4;
const MAX_CLASSES = 3;

/** Leaves a breadcrumb for each click: where it went by a selector, never what stands there. */
export function watchClicks(scope: Scope, trail: Trail): void {
  scope.listen("click", (event) => {
    // The path leads into open shadow roots, too.
    const parts: string[] = [];
    for (const node of event.composedPath()) {
      if (!(node instanceof Element)) continue;
      parts.unshift(partOf(node));
      if (parts.length === MAX_LEVELS || attribute(node, "id")) break;
    }
    if (parts.length > 0) {
      trail.add({ category: "click", message: parts.join(" > ") });
    }
  }, true);
}

/** `button#pay.primary.large[name=pay]`. */
function partOf(element: Element): string {
  const id = attribute(element, "id");
  const classes = attribute(element, "class").split(/\s+/).filter(Boolean)
    .slice(0, MAX_CLASSES);
  const name = attribute(element, "name");
  return element.localName + (id && `#${id}`) +
    classes.map((one) => `.${one}`).join("") +
    (name && `[name=${name}]`);
}

/** The fields of a form stand where its own properties and methods are, if they are named so. */
function attribute(element: Element, name: string): string {
  return Element.prototype.getAttribute.call(element, name) ?? "";
}

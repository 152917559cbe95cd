/** Turns one element into another in place, so that focus, selection and scroll stay. */

/** Whether `from` is to stay as it is although `to` takes its place. */
export type Keeps = (from: Element, to: Element) => boolean;

/** Makes `from` like `to`; the parts that `keeps` names stay untouched. Takes nodes out of `to`. */
export function morph(from: Element, to: Element, keeps: Keeps): void {
  if (keeps(from, to)) return;
  morphAttributes(from, to);
  morphChildren(from, to, keeps);
  morphControl(from, to);
}

/** What the person in front of it sets, not the server. */
const OWN_ATTRIBUTES = new Set(["open"]);

function morphAttributes(from: Element, to: Element): void {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !OWN_ATTRIBUTES.has(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value && !OWN_ATTRIBUTES.has(name)) {
      from.setAttribute(name, value);
    }
  }
}

/** What is typed or chosen is not in the attributes. Checked boxes are the person's own. */
function morphControl(from: Element, to: Element): void {
  if (from === document.activeElement) return;
  if (from instanceof HTMLSelectElement && to instanceof HTMLSelectElement) {
    from.value = to.value;
  } else if (from instanceof HTMLInputElement && from.type !== "checkbox") {
    from.value = to.getAttribute("value") ?? "";
  }
}

function morphChildren(parent: Element, next: Element, keeps: Keeps): void {
  const keyed = childrenByKey(parent);
  let at = parent.firstChild;
  for (const wanted of [...next.childNodes]) {
    const match = matchFor(wanted, at, keyed);
    if (match === null) {
      parent.insertBefore(wanted, at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else parent.insertBefore(match, at);
    morphNode(match, wanted, keeps);
  }
  while (at) {
    const rest = at;
    at = at.nextSibling;
    rest.remove();
  }
}

function morphNode(from: ChildNode, to: ChildNode, keeps: Keeps): void {
  if (from instanceof Element && to instanceof Element) morph(from, to, keeps);
  else if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
}

/** The child that becomes `wanted`: the one with its key, else the next one if it is of its kind. */
function matchFor(
  wanted: ChildNode,
  at: ChildNode | null,
  keyed: ReadonlyMap<string, Element>,
): ChildNode | null {
  const key = keyOf(wanted);
  if (key !== null) {
    const match = keyed.get(key);
    return match?.nodeName === wanted.nodeName ? match : null;
  }
  return at !== null && at.nodeName === wanted.nodeName && keyOf(at) === null ? at : null;
}

function childrenByKey(parent: Element): ReadonlyMap<string, Element> {
  const keyed = new Map<string, Element>();
  for (const child of parent.children) {
    const key = keyOf(child);
    if (key !== null) keyed.set(key, child);
  }
  return keyed;
}

function keyOf(node: ChildNode): string | null {
  if (!(node instanceof Element)) return null;
  // Two pages differ by their first class: what is alike in them is so by chance.
  return node.getAttribute("data-key") ?? (node.id || node.getAttribute("data-page"));
}

/** An element that the server always draws. Throws where it is not there. */
export function part(root: Element, selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`The page has no "${selector}"`);
  return found;
}

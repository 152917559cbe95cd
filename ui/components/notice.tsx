import type { ComponentChildren } from "preact";

/** What was just done, once: a line in the page, floated to the bottom by script. */
export function Notice({ children }: { readonly children: ComponentChildren }) {
  return <div class="notice" data-notice role="status">{children}</div>;
}

import { cut } from "./plain.ts";
import type { Breadcrumb } from "./types.ts";

const MAX_CRUMBS = 20;
const MAX_TEXT = 300;

/** The last 20 things that happened on the page. */
export interface Trail {
  add(crumb: Omit<Breadcrumb, "timestamp">): void;
  /** Oldest first. */
  crumbs(): Breadcrumb[];
}

export function startTrail(): Trail {
  const crumbs: Breadcrumb[] = [];
  return {
    add({ message, ...crumb }) {
      const timestamp = new Date().toISOString();
      crumbs.push({ timestamp, ...crumb, message: cut(message, MAX_TEXT) });
      if (crumbs.length > MAX_CRUMBS) crumbs.shift();
    },
    crumbs: () => crumbs.map((crumb) => ({ ...crumb })),
  };
}

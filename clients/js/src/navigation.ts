import { cleanAddress } from "./address.ts";
import { patch } from "./patch.ts";
import type { Scope } from "./scope.ts";
import type { Trail } from "./trail.ts";

/** Leaves a breadcrumb whenever the address changes without a new page. */
export function watchNavigation(scope: Scope, trail: Trail): void {
  let last = location.href;
  const look = scope.guard(() => {
    if (location.href === last) return;
    last = location.href;
    trail.add({ category: "navigation", message: cleanAddress(new URL(last)) });
  });
  for (const name of ["pushState", "replaceState"]) {
    patch(scope, history, name, (proceed) => {
      const result = proceed();
      look();
      return result;
    });
  }
  scope.listen("popstate", look);
  scope.listen("hashchange", look);
}

import type { Called } from "./describe.ts";
import type { Scope } from "./scope.ts";

/** Runs instead of the original; must give or throw what `proceed` does, and call it once. */
export type Around = (
  proceed: () => unknown,
  self: unknown,
  args: readonly unknown[],
  /** What the page called, for stacks that begin with who did. */
  called: Called,
) => unknown;

/**
 * Puts `around` over a method until the scope ends. The patch is a proxy: name, length, text, properties and
 * behaviour with `new` stay those of the original. Where something else was put over it meanwhile it cannot be taken
 * out any more, so it does nothing from then on.
 */
export function patch(scope: Scope, target: object, name: string, around: Around): void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== "function") return;
  const own = Reflect.getOwnPropertyDescriptor(target, name);
  const apply = (callee: typeof original, self: unknown, args: unknown[]): unknown => {
    const proceed = (): unknown => Reflect.apply(callee, self, args);
    return scope.isLive() ? around(proceed, self, args, apply) : proceed();
  };
  const patched = new Proxy(original, { apply });
  if (!Reflect.set(target, name, patched)) return;
  scope.onEnd(() => {
    if (Reflect.get(target, name) !== patched) return;
    if (own) Reflect.defineProperty(target, name, own);
    else Reflect.deleteProperty(target, name);
  });
}

import type { Called } from "./describe.ts";
import { patch } from "./patch.ts";
import { cut, textOf } from "./plain.ts";
import type { Scope } from "./scope.ts";
import type { Trail } from "./trail.ts";

const LEVELS = ["debug", "log", "info", "warn", "error"];
const MAX_LINE = 1000;

/** Gets what was given to `console.error()` as text and as it was, and the function that was called. */
export type ConsoleErrorSink = (line: string, args: readonly unknown[], called: Called) => void;

/** Leaves a breadcrumb for each line that is printed, and hands on those that are errors. */
export function watchConsole(scope: Scope, trail: Trail, onError: ConsoleErrorSink): void {
  for (const level of LEVELS) {
    const look = scope.guard((args: readonly unknown[], called: Called) => {
      const line = cut(args.map(textOf).join(" "), MAX_LINE);
      trail.add({ category: "console", level, message: line });
      if (level === "error") onError(line, args, called);
    });
    patch(scope, globalThis.console, level, (proceed, _self, args, called) => {
      look(args, called);
      return proceed();
    });
  }
}

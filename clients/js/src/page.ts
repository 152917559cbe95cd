import { type Client, startClient } from "./client.ts";
import { readOptions } from "./settings.ts";
import type { Level, Monlight, MonlightOptions } from "./types.ts";

/** What the page runs; it has one of everything that is watched, and so one client. */
let running: Client | undefined;

/**
 * Starts to watch the page. Called again, it ends what runs and starts anew. Where there is no page (on a server, in
 * a worker), with `enabled: false` and with options that are wrong (the console says which), nothing is started and
 * what is returned does nothing.
 */
export function init(options: MonlightOptions): Monlight {
  return start(options);
}

/** `init()` for a script that knows where it came from. */
export function start(options: MonlightOptions, script = ""): Monlight {
  destroy();
  running = undefined;
  try {
    if (typeof document !== "undefined" && options.enabled !== false) {
      running = startClient(readOptions(options, location.href, script));
    }
  } catch (error) {
    globalThis.console.warn("[monlight] nothing is reported:", error);
  }
  const nothing = () => {};
  return running ?? {
    captureError: nothing,
    captureMessage: nothing,
    setUser: nothing,
    addContext: nothing,
    destroy: nothing,
  };
}

/** Reports an error, or anything that was thrown, by what `init()` started; nothing before. */
export function captureError(error: unknown, context?: Record<string, unknown>): void {
  running?.captureError(error, context);
}

/** Reports a sentence; `level` is `info` unless given. */
export function captureMessage(message: string, level?: Level): void {
  running?.captureMessage(message, level, captureMessage);
}

/** Who uses the page, from now on; `null` for nobody. */
export function setUser(id: string | number | null): void {
  running?.setUser(id);
}

/** Keeps a value with every error from now on; `undefined` removes it. */
export function addContext(key: string, value: unknown): void {
  running?.addContext(key, value);
}

/** Sends what waits, takes all patches and listeners back, and does nothing from then on. */
export function destroy(): void {
  running?.destroy();
}

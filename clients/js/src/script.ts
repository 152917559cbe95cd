/** For a script tag: starts with `window.MonlightConfig`, if that was set before, and gives `window.Monlight`. */
import { addContext, captureError, captureMessage, destroy, setUser, start } from "./page.ts";
import type { MonlightOptions } from "./types.ts";

declare global {
  interface Window {
    MonlightConfig?: MonlightOptions;
    Monlight?: unknown;
  }
}

const page = typeof document === "undefined" ? null : document.defaultView;
// Loaded twice, the first stays: it has what it has gathered.
if (page && !page.Monlight) {
  const { currentScript } = document;
  const source = currentScript && "src" in currentScript ? String(currentScript.src) : "";
  const init = (options: MonlightOptions) => start(options, source);
  page.Monlight = {
    init,
    captureError,
    captureMessage,
    setUser,
    addContext,
    destroy,
  };
  if (page.MonlightConfig) init(page.MonlightConfig);
}

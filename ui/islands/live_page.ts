/** The page in place of page loads: filters, paging, forms and refreshes change it where it differs. */
import { morph } from "./morph.ts";
import { isLoading, type Loaded, LoadError, loadPage, setLoading } from "./loading.ts";
import type { Notices } from "./notices.ts";
import { createPill } from "./pill.ts";
import { holdRows, isBusy } from "./row_list.ts";

export interface LivePage {
  /** Goes to another address of the same page. */
  visit(
    url: string | URL,
    options: { readonly history: "push" | "replace" | "none" },
  ): Promise<void>;
  /** Sends a form and shows where that leads. */
  post(action: string, body: URLSearchParams): Promise<void>;
  /** Fetches the page as it stands; moves nothing under the pointer unless `freely`. */
  refresh(freely: boolean): Promise<void>;
  /** Whether something waits to be shown. */
  readonly isHolding: boolean;
}

export interface LivePageOptions {
  readonly notices: Notices;
  /** Called whenever the page has changed. */
  readonly onChange: () => void;
}

const CHANGED_WITHOUT_RELOAD = ["#sections", "#main"];

export function createLivePage({ notices, onChange }: LivePageOptions): LivePage {
  let underWay = new AbortController();
  let isHolding = false;
  let freshAt = new Date();
  let refreshFailed = false;
  const pill = createPill(() => {
    scrollTo({ top: 0 });
    refresh(true);
  });

  /** Only the latest matters: what was under way before is given up. */
  const begin = (): AbortSignal => {
    underWay.abort();
    underWay = new AbortController();
    return underWay.signal;
  };

  const show = (loaded: Loaded, kind: "visit" | "refresh", freely: boolean) => {
    const next = loaded.document;
    if (isOtherBuild(next)) {
      location.assign(loaded.url);
      return;
    }
    const held = freely ? null : holdRows(next);
    isHolding = held?.changed ?? false;
    const message = held?.message ?? (kind === "refresh" ? holdOccurrence(next) : null);
    if (message) pill.show(message);
    else pill.hide();
    replacePage(next, kind);
    freshAt = new Date();
    if (refreshFailed) notices.clear();
    refreshFailed = false;
    notices.adopt();
    onChange();
  };

  const visit: LivePage["visit"] = async (url, { history: change }) => {
    const signal = begin();
    setLoading(true);
    try {
      const loaded = await loadPage(url, { signal });
      // As with links: going back is to lead somewhere else.
      const isElsewhere = loaded.url.href !== location.href;
      if (change === "push" && isElsewhere) history.pushState(null, "", loaded.url);
      if (change === "replace") history.replaceState(null, "", loaded.url);
      show(loaded, "visit", true);
    } catch (error) {
      failed(error, signal, () => visit(url, { history: change }));
    } finally {
      if (!signal.aborted) setLoading(false);
    }
  };

  const post: LivePage["post"] = async (action, body) => {
    const signal = begin();
    setLoading(true);
    try {
      const loaded = await loadPage(action, { method: "POST", body, signal });
      history.replaceState(null, "", withoutDone(loaded.url));
      show(loaded, "visit", true);
    } catch (error) {
      failed(error, signal, () => post(action, body));
    } finally {
      if (!signal.aborted) setLoading(false);
    }
  };

  const failed = (error: unknown, signal: AbortSignal, again: () => void) => {
    if (signal.aborted) return;
    if (!(error instanceof LoadError)) throw error;
    notices.say(`That failed: ${error.message}. The page is as of ${clockTime(freshAt)}.`, {
      failed: true,
      action: { label: "Try again", run: again },
    });
  };

  const refresh = async (freely: boolean) => {
    // Where somebody is on the way elsewhere, this is not worth interrupting.
    if (isLoading() && !freely) return;
    const signal = begin();
    try {
      // The server leaves out what the page keeps anyway.
      const headers: HeadersInit = freely ? {} : { "x-monlight-refresh": "1" };
      const loaded = await loadPage(refreshUrl(), { signal, headers });
      show(loaded, freely ? "visit" : "refresh", freely || !isBusy());
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof LoadError)) throw error;
      refreshFailed = true;
      notices.say(`Not up to date since ${clockTime(freshAt)}: ${error.message}.`, {
        failed: true,
        action: { label: "Try again", run: () => refresh(freely) },
      });
    }
  };

  return {
    visit,
    post,
    refresh,
    get isHolding() {
      return isHolding;
    },
  };
}

function refreshUrl(): string {
  const pinned = document.querySelector<HTMLElement>("[data-refresh-path]");
  return pinned?.dataset.refreshPath ?? location.href;
}

/** The occurrence in view stays although it is no longer kept; returns what to say of it. */
function holdOccurrence(next: Document): string | null {
  const shown = document.querySelector<HTMLElement>(".trace-card")?.dataset.keep;
  if (shown === next.querySelector<HTMLElement>(".trace-card")?.dataset.keep) return null;
  next.querySelector(".occurrences [aria-current]")?.removeAttribute("aria-current");
  return "Show the newest occurrence";
}

function replacePage(next: Document, kind: "visit" | "refresh"): void {
  document.title = next.title;
  const { activeElement } = document;
  for (const selector of CHANGED_WITHOUT_RELOAD) {
    const from = document.querySelector(selector);
    const to = next.querySelector(selector);
    if (from && to) morph(from, to, (one, other) => isKept(one, other, kind));
  }
  if (activeElement instanceof HTMLElement && activeElement !== document.activeElement) {
    // Moved about, it lost the focus.
    if (activeElement.isConnected) activeElement.focus({ preventScroll: true });
  }
}

/** Parts that are large or hold what the reader does in them stay; on a visit unless others take their place. */
function isKept(from: Element, to: Element, kind: "visit" | "refresh"): boolean {
  const key = from.getAttribute("data-keep");
  if (key === null || !to.hasAttribute("data-keep")) return false;
  return kind === "refresh" || key === to.getAttribute("data-keep");
}

/** Whether the server was upgraded meanwhile: its pages want other scripts and styles. */
function isOtherBuild(next: Document): boolean {
  const linked = (page: Document) =>
    [...page.head.querySelectorAll("script, link")]
      .map((link) => link.getAttribute("src") ?? link.getAttribute("href")).join();
  return linked(next) !== linked(document);
}

/** What was done is told once, so it leaves the address. */
export function withoutDone(url: URL): URL {
  const plain = new URL(url);
  plain.searchParams.delete("done");
  plain.searchParams.delete("ids");
  return plain;
}

function clockTime(at: Date): string {
  return at.toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}

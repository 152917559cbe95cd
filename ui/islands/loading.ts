/** Fetching pages of this site. */

/** A page could not be had; the message says why, for people. */
export class LoadError extends Error {
  override readonly name = "LoadError";
}

export interface Loaded {
  readonly document: Document;
  /** Where redirects ended. */
  readonly url: URL;
}

/** Fetches a page. Without a session the browser goes to sign in, and this never settles. */
export async function loadPage(url: string | URL, init: RequestInit): Promise<Loaded> {
  const response = await fetch(url, {
    ...init,
    credentials: "same-origin",
    headers: { ...init.headers, accept: "text/html" },
  }).catch((error) => {
    if (init.signal?.aborted) throw error;
    throw new LoadError("the server cannot be reached");
  });
  const landed = new URL(response.url);
  if (landed.pathname === "/login") {
    const next = location.pathname + location.search;
    location.assign(`/login?next=${encodeURIComponent(next)}`);
    return await new Promise<never>(() => {});
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!response.ok || !page.getElementById("main")) {
    throw new LoadError(reasonOf(page) ?? `the server answered ${response.status}`);
  }
  return { document: page, url: landed };
}

/** What a failure page says. */
function reasonOf(page: Document): string | null {
  return page.querySelector("[data-failure]")?.textContent ?? null;
}

export function isLoading(): boolean {
  return document.documentElement.dataset.loading !== undefined;
}

/** Shows that something is under way; the styles know how late. */
export function setLoading(isUnderWay: boolean): void {
  if (isUnderWay) document.documentElement.dataset.loading = "";
  else delete document.documentElement.dataset.loading;
}

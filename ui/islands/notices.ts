const SHOWN_MS = 8000;

export interface Notices {
  /** Says something for a while; a failure stays until something replaces it. */
  say(text: string, options?: NoticeOptions): void;
  /** Takes the page's own notice out of it, so that it outlives a refresh. */
  adopt(): void;
  /** Takes away what was said. */
  clear(): void;
}

export interface NoticeOptions {
  readonly failed?: boolean;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** What floats at the bottom: what was done, with its undo, and what failed. */
export function startNotices(): Notices {
  const region = document.createElement("div");
  region.setAttribute("role", "status");
  document.body.append(region);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const show = (notice: Element, lasting: boolean) => {
    clearTimeout(timer);
    notice.removeAttribute("role");
    region.replaceChildren(notice);
    if (!lasting) timer = setTimeout(hide, SHOWN_MS);
  };
  const hide = () => {
    // Whoever is about to press its button keeps it.
    if (region.matches(":hover, :focus-within")) timer = setTimeout(hide, SHOWN_MS);
    else region.replaceChildren();
  };
  return {
    say(text, { failed = false, action } = {}) {
      show(noticeOf(text, failed, action), failed);
    },
    adopt() {
      const notice = document.querySelector("main [data-notice]");
      if (notice) show(notice, false);
    },
    clear() {
      clearTimeout(timer);
      region.replaceChildren();
    },
  };
}

function noticeOf(text: string, failed: boolean, action: NoticeOptions["action"]): Element {
  const notice = document.createElement("div");
  notice.className = failed ? "notice failed" : "notice";
  const words = document.createElement("span");
  words.textContent = text;
  notice.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = action.label;
    button.addEventListener("click", action.run);
    notice.append(button);
  }
  return notice;
}

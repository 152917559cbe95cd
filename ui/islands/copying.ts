import type { Notices } from "./notices.ts";

const SHOWN_MS = 1500;
const CHECK = "M3 8.5 6.5 12 13 4.5";

/** Buttons that copy the text of an element, or of an address; links that copy where they lead. */
export function startCopying(notices: Notices): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.metaKey || event.ctrlKey) return;
    const button = event.target.closest<HTMLElement>(
      "[data-copy], [data-copy-url], [data-copy-link]",
    );
    if (!button) return;
    event.preventDefault();
    copy(button, notices);
  });
}

async function copy(button: HTMLElement, notices: Notices): Promise<void> {
  try {
    await writeText(await textFor(button));
    showDone(button);
  } catch {
    notices.say("That could not be copied.", { failed: true });
  }
}

async function textFor(button: HTMLElement): Promise<string> {
  const { dataset } = button;
  if (button instanceof HTMLAnchorElement && dataset.copyLink !== undefined) return button.href;
  if (dataset.copyUrl === undefined) {
    return document.getElementById(dataset.copy ?? "")?.textContent ?? "";
  }
  const response = await fetch(dataset.copyUrl, { credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(`Got ${response.status}`);
  return await response.text();
}

async function writeText(text: string): Promise<void> {
  // Browsers have no clipboard on pages that came over plain HTTP.
  if (navigator.clipboard) return await navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  const { activeElement } = document;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (activeElement instanceof HTMLElement) activeElement.focus({ preventScroll: true });
  if (!copied) throw new Error("The browser refused");
}

function showDone(button: HTMLElement): void {
  const path = button.querySelector(".icon path");
  const shape = path?.getAttribute("d");
  if (!path || !shape || shape === CHECK) return;
  path.setAttribute("d", CHECK);
  button.dataset.copied = "";
  setTimeout(() => {
    path.setAttribute("d", shape);
    delete button.dataset.copied;
  }, SHOWN_MS);
}

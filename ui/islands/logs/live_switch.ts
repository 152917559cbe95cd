import type { TailState } from "./tail.ts";

const TITLES: Readonly<Record<TailState["kind"], string>> = {
  off: "New lines do not appear by themselves",
  connecting: "Connecting",
  live: "New lines appear by themselves",
  waiting: "The connection is lost; trying again",
  polling: "All live streams are taken; looking every few seconds",
};

/** The button that turns the live tail on and off. */
export class LiveSwitch {
  constructor(onSwitch: (isLive: boolean) => void) {
    document.addEventListener("click", (event) => {
      const { target } = event;
      if (!(target instanceof Element)) return;
      if (target.closest("[data-live-switch]")) {
        const isLive = !this.isLive;
        this.#setLive(isLive);
        onSwitch(isLive);
      }
      const link = target.closest("a");
      // Links of the page were written when the switch may have stood elsewhere.
      if (link && link.origin === location.origin && link.pathname === location.pathname) {
        link.href = withLive(new URL(link.href), this.isLive).href;
      }
    }, { capture: true });
  }

  /** Takes the switch as the server has drawn it. */
  update(): void {
    this.show(null, "There is nothing to follow yet");
  }

  /** Shows how it goes; null where there is nothing live to be shown, and why. */
  show(state: TailState | null, whyNot = "This range ends before now"): void {
    const button = this.#button;
    if (!button) return;
    const kind = state?.kind ?? "off";
    button.dataset.state = kind;
    button.title = state === null ? whyNot : TITLES[kind];
    button.disabled = state === null;
  }

  get #button(): HTMLButtonElement | null {
    return document.querySelector<HTMLButtonElement>("[data-live-switch]");
  }

  get isLive(): boolean {
    return this.#button?.getAttribute("aria-pressed") !== "false";
  }

  #setLive(isLive: boolean): void {
    this.#button?.setAttribute("aria-pressed", String(isLive));
    const field = document.querySelector<HTMLInputElement>("[data-live-field]");
    if (field) field.disabled = isLive;
    history.replaceState(history.state, "", withLive(new URL(location.href), isLive));
  }
}

function withLive(url: URL, isLive: boolean): URL {
  if (isLive) url.searchParams.delete("live");
  else url.searchParams.set("live", "off");
  return url;
}

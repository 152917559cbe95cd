/** The switches of how the list looks: at once, and kept for the next visit. */
import {
  DEFAULT_VIEW,
  readViewCookie,
  type View,
  VIEW_COOKIE,
  viewCookie,
} from "../../logs/view.ts";

const A_YEAR = 365 * 24 * 60 * 60;

/** Calls `onSwitch` with each change of the view. */
export function startViewSwitches(onSwitch: (view: View) => void): void {
  const press = (name: string) => {
    const view = switched(currentView(), name);
    show(view);
    rememberView(view);
    forgetInAddress();
    onSwitch(view);
  };
  const switchOf = ({ target }: Event) =>
    target instanceof Element ? target.closest<HTMLElement>("[data-view]") : null;
  document.addEventListener("click", (event) => {
    const name = switchOf(event)?.dataset.view;
    if (name === undefined || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    press(name);
  }, { capture: true });
  // It is drawn as a link, for pages without script; as a switch it takes the blank as well.
  document.addEventListener("keydown", (event) => {
    const name = switchOf(event)?.dataset.view;
    if (name === undefined || event.key !== " ") return;
    event.preventDefault();
    press(name);
  });
}

/** How the switches stand. */
function currentView(): View {
  const isOn = (name: keyof View) => {
    const one = document.querySelector(`[data-view="${name}"]`);
    return one ? one.getAttribute("aria-checked") === "true" : null;
  };
  const kept = readViewCookie(document.cookie).view;
  const [wrap, top, time] = [isOn("wrap"), isOn("top"), isOn("time")];
  return {
    wrap: wrap ?? kept.wrap,
    top: top === null ? kept.top : top ? "newest" : "oldest",
    time: time === null ? kept.time : time ? "utc" : "local",
  };
}

/** Lets the server draw the next page like this one, by the reader's own clock. */
export function rememberView(view: View): void {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const value = viewCookie({ ...DEFAULT_VIEW, ...view }, zone);
  document.cookie = `${VIEW_COOKIE}=${value}; path=/logs; max-age=${A_YEAR}; samesite=strict`;
}

function switched(view: View, name: string): View {
  switch (name) {
    case "wrap":
      return { ...view, wrap: !view.wrap };
    case "top":
      return { ...view, top: view.top === "newest" ? "oldest" : "newest" };
    case "time":
      return { ...view, time: view.time === "utc" ? "local" : "utc" };
    default:
      return view;
  }
}

function show(view: View): void {
  const states = { wrap: view.wrap, top: view.top === "newest", time: view.time === "utc" };
  for (const [name, isOn] of Object.entries(states)) {
    document.querySelector(`[data-view="${name}"]`)?.setAttribute("aria-checked", String(isOn));
  }
}

/** What the address says of the view would win over what was chosen since. */
function forgetInAddress(): void {
  const url = new URL(location.href);
  for (const name of ["wrap", "top", "time"]) {
    url.searchParams.delete(name);
    document.querySelector(`#log-filters input[type=hidden][name="${name}"]`)?.remove();
  }
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

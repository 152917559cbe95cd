import { exactTime, relativeTime, shortDate } from "../format.ts";

const FRESHEN_MS = 10_000;

/** Keeps times in the reader's zone and fresh. */
export function startTimes(): { readonly update: () => void } {
  let skew = serverSkew();
  const show = () => {
    const now = Date.now() + skew;
    for (const time of document.getElementsByTagName("time")) showTime(time, now);
  };
  show();
  setInterval(() => {
    if (!document.hidden) show();
  }, FRESHEN_MS);
  document.addEventListener("visibilitychange", show);
  return {
    update() {
      skew = serverSkew();
      show();
    },
  };
}

/** How far the server's clock is ahead of this one's, in ms: its times are told by its own. */
function serverSkew(): number {
  const now = Number(document.getElementById("main")?.dataset.now);
  return now > 0 ? now - Date.now() : 0;
}

function showTime(time: HTMLTimeElement, now: number): void {
  // Lines of the logs have a clock of their own.
  if (time.dataset.as === "log") return;
  const then = Date.parse(time.dateTime);
  if (Number.isNaN(then)) return;
  const exact = exactTime(then, "local");
  setIfOther(time, "title", exact);
  const text = time.dataset.as === "date"
    ? shortDate(then, now, "local")
    : time.dataset.as === "exact"
    ? exact
    : relativeTime(then, now, "local");
  setIfOther(time, "textContent", text);
}

/** Writing even the same text would disturb a selection. */
function setIfOther(time: HTMLTimeElement, name: "title" | "textContent", value: string): void {
  if (time[name] !== value) time[name] = value;
}

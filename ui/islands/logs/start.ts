/** What script adds to the page of the logs. */
import type { ListSetup } from "../../logs/setup.ts";
import { readViewCookie } from "../../logs/view.ts";
import type { LivePage } from "../live_page.ts";
import type { Notices } from "../notices.ts";
import { Chart } from "./chart.ts";
import { startListKeys } from "./list_keys.ts";
import { startListPointer } from "./list_pointer.ts";
import { LiveSwitch } from "./live_switch.ts";
import { LogList } from "./log_list.ts";
import { startPopovers } from "./popovers.ts";
import { addToTotal } from "./total.ts";
import { startToolbar } from "./toolbar.ts";
import { rememberView, startViewSwitches } from "./view_switches.ts";

export interface LogsOptions {
  readonly live: LivePage;
  readonly notices: Notices;
  /** Called when the server wrote a part of the page. */
  readonly onPart: () => void;
}

/** The running page; `update` follows what was loaded in its place. */
export interface LogsScript {
  update(): void;
}

export function startLogs({ live, notices, onPart }: LogsOptions): LogsScript {
  let list: LogList | null = null;
  let chart: Chart | null = null;

  const visitNewest = () => {
    const url = new URL(location.href);
    for (const name of ["line", "context", "older_than", "newer_than"]) {
      url.searchParams.delete(name);
    }
    live.visit(url, { history: url.href === location.href ? "replace" : "push" });
  };
  const liveSwitch = new LiveSwitch((isLive) => {
    list?.setLive(isLive);
    chart?.setLive(isLive);
  });

  let isVisit = false;
  const update = () => {
    const root = document.querySelector<HTMLElement>("[data-list]");
    if (root === list?.root) return;
    list?.close();
    chart?.close();
    list = null;
    chart = null;
    toolbar.update();
    liveSwitch.update();
    const element = document.querySelector<HTMLElement>("[data-chart]");
    if (element) {
      const visit = (url: URL) => live.visit(url, { history: "push" });
      chart = new Chart(element, { isLive: liveSwitch.isLive, visit });
    }
    if (!root) return;
    const setup: ListSetup = JSON.parse(root.dataset.list ?? "");
    showMarked(root);
    list = new LogList(root, setup, {
      notices,
      visitNewest,
      onMore: (added) => {
        addToTotal(added);
        chart?.expectMore();
      },
      onTail: (state) => liveSwitch.show(state),
      onView: (from, to) => chart?.showView(from, to),
      onPart,
    });
    // Whoever listens hears what a filter has left.
    if (isVisit) say(root, document.getElementById("log-total")?.textContent ?? "");
    isVisit = true;
  };

  startPopovers();
  const toolbar = startToolbar(live);
  startViewSwitches((next) => {
    list?.setView(next);
    chart?.setZone(next);
  });
  startListKeys({ list: () => list, live });
  startListPointer(() => list);
  update();
  // What the address says of the view is for this visit alone.
  rememberView(readViewCookie(document.cookie).view);
  return { update };
}

/** Without an anchor in the address the browser has not scrolled to the line that it names. */
function showMarked(root: Element): void {
  const marked = root.querySelector(".marked");
  if (!marked) return;
  const view = root.getBoundingClientRect();
  const { top } = marked.getBoundingClientRect();
  if (top < view.top || top > view.bottom) marked.scrollIntoView({ block: "center" });
}

function say(root: Element, text: string): void {
  const status = root.querySelector("[data-list-status]");
  if (status) status.textContent = text;
}

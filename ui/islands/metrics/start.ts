/** What script adds to the pages of metrics: charts to point at, to zoom and to hide lines of. */
import { stretchText } from "../../metrics/axes.ts";
import { ZONE_COOKIE } from "../../metrics/zone_cookie.ts";
import type { LivePage } from "../live_page.ts";
import { MetricChart } from "./chart.ts";
import { watchTheme } from "./colours.ts";
import { startExplorer } from "./explore.ts";

/** The running page; `update` follows what was loaded in its place. */
export interface MetricsScript {
  update(): void;
}

const A_YEAR = 365 * 24 * 60 * 60;

export function startMetrics(live: LivePage): MetricsScript {
  /** By the element that stays when the page is refreshed. */
  const charts = new Map<Element, MetricChart>();

  const zoom = (from: number, to: number) => {
    const url = new URL(location.href);
    url.searchParams.set("since", new Date(from).toISOString());
    url.searchParams.set("until", new Date(to).toISOString());
    live.visit(url, { history: "push" });
  };
  const zoomOut = () => document.querySelector<HTMLElement>("[data-zoom-out]")?.click();

  const pointOthers = (from: MetricChart, time: number | null) => {
    for (const chart of charts.values()) if (chart !== from) chart.pointAtTime(time);
  };

  const explorer = startExplorer();
  const update = () => {
    explorer.update();
    for (const figure of document.querySelectorAll<HTMLElement>("[data-metric-chart]")) {
      const canvas = figure.querySelector<HTMLElement>("[data-chart-canvas]");
      if (!canvas) continue;
      const chart = charts.get(canvas);
      if (chart) chart.update(figure);
      else charts.set(canvas, new MetricChart(figure, canvas, { zoom, zoomOut, pointOthers }));
    }
    tellStretch();
    for (const [canvas, chart] of charts) {
      if (canvas.isConnected) continue;
      chart.close();
      charts.delete(canvas);
    }
  };

  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    const button = target.closest<HTMLElement>("[data-chart-line]");
    const canvas = button?.closest("[data-metric-chart]")?.querySelector("[data-chart-canvas]");
    if (button && canvas) charts.get(canvas)?.toggle(Number(button.dataset.chartLine));
  });
  watchTheme(() => {
    for (const chart of charts.values()) chart.recolour();
  });
  rememberZone();
  update();
  return { update };
}

/** Tells the stretch of time that was chosen by the reader's own clock. */
function tellStretch(): void {
  const told = document.querySelector<HTMLElement>("[data-stretch]");
  const [from, to] = told?.dataset.stretch?.split(" ").map(Number) ?? [];
  if (told && from !== undefined && to !== undefined) {
    told.textContent = stretchText(from, to, "local");
  }
}

/** Lets the server draw the next page by the reader's own clock. */
function rememberZone(): void {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  document.cookie = `${ZONE_COOKIE}=${zone}; path=/; max-age=${A_YEAR}; samesite=strict`;
}

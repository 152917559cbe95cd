// Version 5, since 6 weighs 0.9 KB more for soft navigations, of which nothing is reported here.
import { type Metric, onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals";

/** Gets a web vital of the page view: its metric's name, its value (ms; CLS has no unit), and the page's address. */
export type VitalSink = (name: string, value: number, page: string) => void;

// One page has one set of vitals, however often the SDK is started in it; the library cannot be stopped either.
let sink: VitalSink | undefined;
let started = false;
const reported: Record<string, string> = {};

/**
 * Reports each vital once for a page view; to be restored from the back/forward cache is a view of its own. Only
 * the newest sink gets them. Returns what takes the sink away again.
 */
export function watchVitals(newest: VitalSink): () => void {
  sink = newest;
  if (!started) {
    started = true;
    for (const watch of [onTTFB, onFCP, onLCP, onINP, onCLS]) watch(report);
    if (document.readyState === "complete") afterLoad();
    else addEventListener("load", afterLoad);
  }
  return () => {
    if (sink === newest) sink = undefined;
  };
}

/** What changes after the page was hidden for the first time would be a second sample of the same view. */
function report({ name, value, id, navigationType }: Metric): void {
  if (reported[name] === id) return;
  reported[name] = id;
  const isRestored = navigationType === "back-forward-cache";
  // A single-page application may show another page by now than the one that was loaded.
  const page = isRestored ? undefined : navigation()?.name;
  sink?.(`web_vitals_${name.toLowerCase()}`, value, page ?? location.href);
}

function afterLoad(): void {
  // The end of the load event is known when its listeners have run.
  setTimeout(() => {
    const entry = navigation();
    if (!entry || !entry.loadEventEnd) return;
    // A page that was loaded ahead of time begins when it is shown.
    const time = entry.loadEventEnd - (entry.activationStart ?? 0);
    sink?.("page_load_time", Math.max(0, time), entry.name);
  });
}

function navigation(): PerformanceNavigationTiming | undefined {
  return performance.getEntriesByType("navigation")[0];
}

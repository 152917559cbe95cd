import { render } from "preact";
import type { Zone } from "../../format.ts";
import type { Bars } from "../../logs/bars.ts";
import { LogHistogram } from "../../logs/log_histogram.tsx";

/** Draws the histogram as the server does. */
export function drawHistogram(element: Element, bars: Bars, zone: Zone): void {
  render(<LogHistogram bars={bars} zone={zone} />, element);
}

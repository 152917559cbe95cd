/** The legend of a chart: values under the crosshair, and which lines are hidden. */
import { bucketText } from "../../metrics/axes.ts";
import type { ChartData } from "../../metrics/chart_data.ts";
import { type UnitScale, valueText } from "../../metrics/units.ts";

/** Writes the values of a bucket behind the names of the lines; clears them where `at` is null. */
export function showValues(
  figure: Element,
  data: ChartData,
  { at, scale }: { readonly at: number | null; readonly scale: UnitScale },
): void {
  const { start, stepMs } = data.buckets;
  const time = at === null ? "" : bucketText(start + at * stepMs, stepMs, "local");
  write(figure.querySelector("[data-chart-time]"), time);
  figure.querySelectorAll("[data-chart-value]").forEach((element, line) => {
    write(element, at === null ? "" : textAt(data, line, at, scale));
  });
}

/** Marks which lines are hidden. */
export function showHidden(figure: Element, isHidden: (line: number) => boolean): void {
  figure.querySelectorAll("[data-chart-line]").forEach((button, line) => {
    button.setAttribute("aria-pressed", String(!isHidden(line)));
  });
}

/** A bucket in words: `21 Nov, 17:30–17:35: p50 23 ms, p95 140 ms`. */
export function spokenValues(
  data: ChartData,
  { at, scale }: { readonly at: number; readonly scale: UnitScale },
): string {
  const { start, stepMs } = data.buckets;
  const values = data.lines.map(({ label }, line) => `${label} ${textAt(data, line, at, scale)}`);
  return `${bucketText(start + at * stepMs, stepMs, "local")}: ${values.join(", ")}`;
}

function textAt(data: ChartData, line: number, at: number, scale: UnitScale): string {
  const value = data.lines[line]?.values[at] ?? null;
  return value === null ? "–" : valueText(value, data.unit, scale);
}

function write(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

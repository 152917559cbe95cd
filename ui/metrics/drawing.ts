/** The geometry of a chart that the server draws. Pure. */
import { extentOf, type ValueAxis, valueAxis } from "./axes.ts";
import { type ChartData, lonePoints } from "./chart_data.ts";

/** Units of the drawing, which is stretched to where it stands. */
export const WIDTH = 1000;
export const HEIGHT = 400;

/** The axis on which all lines of a chart fit. */
export function axisOf({ unit, lines }: Pick<ChartData, "unit" | "lines">): ValueAxis {
  return valueAxis(unit, extentOf(lines.map(({ values }) => values)));
}

/** How far right a moment lies, 0..1. */
export function shareOfTime(time: number, { from, to }: ChartData): number {
  return (time - from) / (to - from);
}

/** How high up a value lies, 0..1. */
export function shareOfValue(value: number, { from, to }: ValueAxis): number {
  return (value - from) / (to - from);
}

/** A line as a path, broken where there is no data; a dot where a value stands alone. */
export function linePath(
  values: readonly (number | null)[],
  data: ChartData,
  axis: ValueAxis,
): string {
  const { start, stepMs } = data.buckets;
  const lone = new Set(lonePoints(values));
  let path = "";
  let before: readonly [x: number, y: number] | null = null;
  values.forEach((value, at) => {
    if (value === null) {
      before = null;
      return;
    }
    const x = Math.round(shareOfTime(start + at * stepMs, data) * WIDTH);
    const y = Math.round((1 - shareOfValue(value, axis)) * HEIGHT);
    // Steps are shorter to write than places, and a page has thousands of them.
    path += before === null ? `M${x} ${y}` : step(x - before[0], y - before[1]);
    if (lone.has(at)) path += "h0";
    before = [x, y];
  });
  return path;
}

function step(x: number, y: number): string {
  return `l${x}${y < 0 ? "" : " "}${y}`;
}

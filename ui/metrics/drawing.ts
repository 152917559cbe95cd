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
  let isDrawing = false;
  values.forEach((value, at) => {
    if (value !== null) {
      const x = Math.round(shareOfTime(start + at * stepMs, data) * WIDTH);
      const y = Math.round((1 - shareOfValue(value, axis)) * HEIGHT);
      path += `${isDrawing ? "L" : "M"}${x} ${y}`;
      if (lone.has(at)) path += "h0";
    }
    isDrawing = value !== null;
  });
  return path;
}

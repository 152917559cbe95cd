/** How uPlot draws a chart: as the server has drawn it, in the same place. */
import type uPlot from "uplot";
import { extentOf, type Ticks, timeTicks, type ValueAxis, valueAxis } from "../../metrics/axes.ts";
import { type ChartData, lonePoints, timesOf } from "../../metrics/chart_data.ts";
import { colourOf } from "./colours.ts";

/** The charts of a page that have one crosshair. */
const GROUP = "metrics";

/** Narrower than this, in px, every second time is left out; the stylesheet has it, too. */
const NARROW = 400;
/** From this width on there is room for more times. */
const WIDE = 900;

const LINE_WIDTH = 1.5;
const DOT = 5;
const HOVER_DOT = 7;

/** What a plot asks for each time it is drawn. */
export interface PlotSource {
  readonly canvas: HTMLElement;
  readonly data: () => ChartData;
  /** Whether a line is hidden. */
  readonly isHidden: (line: number) => boolean;
  readonly onCursor: (at: number | null) => void;
  /** A stretch was chosen, in px from the left of the plot. */
  readonly onSelect: (left: number, width: number) => void;
}

/** Data as uPlot takes it: times, then the values of each line. */
export function alignedData({ buckets, lines }: ChartData): uPlot.AlignedData {
  return [[...timesOf(buckets)], ...lines.map(({ values }) => [...values])];
}

/** The axis of the lines that are shown. */
export function shownAxis(data: ChartData, isHidden: (line: number) => boolean): ValueAxis {
  const shown = data.lines.filter((_, at) => !isHidden(at)).map(({ values }) => values);
  return valueAxis(data.unit, extentOf(shown));
}

export function plotOptions(
  source: PlotSource,
  size: { readonly width: number; readonly height: number },
): uPlot.Options {
  const { canvas, data, isHidden } = source;
  const theme = (property: string) => () => colourOf(canvas, { property });
  const margins = marginsOf(canvas);
  return {
    ...size,
    // Milliseconds; the marks of the axis are ours.
    ms: 1,
    padding: [margins.top, margins.right, 0, 0],
    legend: { show: false },
    focus: { alpha: 1 },
    scales: {
      x: { time: false, range: () => [data().from, data().to] },
      y: {
        range: () => {
          const { from, to } = shownAxis(data(), isHidden);
          return [from, to];
        },
      },
    },
    axes: [
      {
        size: margins.bottom,
        gap: 8,
        font: fontOf(canvas),
        stroke: theme("--color-muted"),
        grid: { show: false },
        ticks: { show: false },
        border: { show: true, stroke: theme("--color-line-strong"), width: 1 },
        splits: (plot) => [...timesShown(plot, data()).at],
        values: (plot) => [...timesShown(plot, data()).labels],
      },
      {
        size: margins.left,
        gap: 8,
        font: fontOf(canvas),
        stroke: theme("--color-muted"),
        grid: { stroke: theme("--color-line"), width: 1 },
        ticks: { show: false },
        splits: () => [...shownAxis(data(), isHidden).at],
        values: () => [...shownAxis(data(), isHidden).labels],
      },
    ],
    series: [{}, ...data().lines.map((_, line) => seriesOf(source, line))],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false, dist: 4 },
      // uPlot would only zoom out its own axis.
      bind: { dblclick: () => null },
      points: {
        size: HOVER_DOT,
        width: 0,
        fill: (_, series) => lineColour(source, series - 1),
        stroke: (_, series) => lineColour(source, series - 1),
      },
      sync: { key: GROUP, setSeries: false },
    },
    hooks: {
      setCursor: [({ cursor }) => source.onCursor(cursor.idx ?? null)],
      setSelect: [({ select }) => source.onSelect(select.left, select.width)],
    },
  };
}

function seriesOf(source: PlotSource, line: number): uPlot.Series {
  const colour = () => lineColour(source, line);
  return {
    show: !source.isHidden(line),
    width: LINE_WIDTH,
    stroke: colour,
    points: {
      show: false,
      size: DOT,
      width: 0,
      stroke: colour,
      fill: colour,
      filter: () => [...lonePoints(source.data().lines[line]?.values ?? [])],
    },
  };
}

function lineColour({ canvas, data }: PlotSource, line: number): string {
  return colourOf(canvas, { className: `tone-${data().lines[line]?.tone}` });
}

function timesShown({ width }: uPlot, { from, to }: ChartData): Ticks {
  const { at, labels } = timeTicks(from, to, "local", width < WIDE ? undefined : 16);
  if (width >= NARROW) return { at, labels };
  const isKept = (_: unknown, index: number) => index % 2 === 0;
  return { at: at.filter(isKept), labels: labels.filter(isKept) };
}

/** What the stylesheet says of the room around the plot, in px. */
function marginsOf(canvas: Element) {
  const style = getComputedStyle(canvas);
  const side = (name: string) => Number.parseFloat(style.getPropertyValue(`--chart-${name}`)) || 0;
  return { top: side("top"), right: side("right"), bottom: side("bottom"), left: side("left") };
}

function fontOf(canvas: Element): string {
  const { fontSize, fontFamily } = getComputedStyle(canvas);
  return `${fontSize} ${fontFamily}`;
}

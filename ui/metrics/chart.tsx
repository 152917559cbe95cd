import { timeTicks, type ValueAxis } from "./axes.ts";
import type { Zone } from "../format.ts";
import type { ChartData, ChartLine } from "./chart_data.ts";
import { ChartTable } from "./chart_table.tsx";
import { axisOf, HEIGHT, linePath, shareOfTime, shareOfValue, WIDTH } from "./drawing.ts";
import { scaleName } from "./units.ts";

export interface ChartProps {
  readonly data: ChartData;
  readonly title: string;
  /** What stands beside the title, instead of the unit's name. */
  readonly note?: string;
  /** What is said where there is nothing to draw. */
  readonly empty?: string;
  /** Whose clock the axis and the table tell. */
  readonly zone: Zone;
}

/**
 * Lines over time: drawn by the server, whole without script; `islands/metrics/` then draws over it with
 * uPlot, in the same place. What is drawn can also be read as a table.
 */
export function Chart({ data, title, note, empty = "No data in this time", zone }: ChartProps) {
  const { id, lines } = data;
  const axis = axisOf(data);
  const isEmpty = lines.every(({ values }) => values.every((value) => value === null));
  return (
    <figure
      class="chart"
      data-key={`chart-${id}`}
      data-metric-chart={JSON.stringify(data)}
      aria-labelledby={`chart-title-${id}`}
    >
      <figcaption class="chart-head">
        <h2 id={`chart-title-${id}`}>{title}</h2>
        <span class="muted" data-chart-note>{note ?? scaleName(axis.scale)}</span>
        <span class="chart-time number" data-chart-time></span>
      </figcaption>
      <div class="chart-body">
        {/* The script's; it stays through every refresh. */}
        <div class="chart-canvas" data-keep={`chart-${id}`} data-chart-canvas></div>
        <Drawing data={data} axis={axis} zone={zone} />
        {isEmpty && <p class="chart-empty muted">{empty}</p>}
      </div>
      <Legend lines={lines} />
      <ChartTable data={data} title={title} zone={zone} />
    </figure>
  );
}

function Drawing(
  { data, axis, zone }: {
    readonly data: ChartData;
    readonly axis: ValueAxis;
    readonly zone: Zone;
  },
) {
  const times = timeTicks(data.from, data.to, zone);
  return (
    <div class="chart-drawing" aria-hidden="true">
      <svg class="chart-values number">
        {axis.at.map((value, at) => (
          <text key={value} x="100%" y={percent(1 - shareOfValue(value, axis))}>
            {axis.labels[at]}
          </text>
        ))}
      </svg>
      <svg class="chart-grid">
        {axis.at.map((value) => {
          const y = percent(1 - shareOfValue(value, axis));
          return (
            <line key={value} class={value === 0 ? "zero" : undefined} x2="100%" y1={y} y2={y} />
          );
        })}
      </svg>
      <svg class="chart-lines" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
        {data.lines.map(({ label, tone, values }) => (
          <path key={label} class={`tone-${tone}`} d={linePath(values, data, axis)} />
        ))}
      </svg>
      <svg class="chart-times number">
        {times.at.map((time, at) => (
          <text key={time} x={percent(shareOfTime(time, data))} y="16">{times.labels[at]}</text>
        ))}
      </svg>
    </div>
  );
}

/** The names of the lines; with script they show what is under the crosshair, and hide lines. */
function Legend({ lines }: { readonly lines: readonly ChartLine[] }) {
  return (
    <ul class="chart-legend plain" data-chart-legend>
      {lines.map(({ label, tone }, at) => (
        <li key={label} data-key={label}>
          <button
            type="button"
            class="chart-line"
            aria-pressed="true"
            data-chart-line={at}
            title={lines.length > 1 ? `Show or hide ${label}` : undefined}
            disabled={lines.length === 1}
          >
            <i class={`chart-swatch tone-${tone}`}></i>
            <bdi class="chart-label">{label}</bdi>
            <span class="chart-value number" data-chart-value></span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`;
}

import { abbreviated, exactTime, type Zone } from "../format.ts";
import { axisLabels } from "./bar_times.ts";
import { barPaths, type Bars, HEIGHT, STACK, STEP, sum } from "./bars.ts";

/** Lines over time, stacked by level: bars for the eye, a table for everyone else. */
export function LogHistogram({ bars, zone }: { readonly bars: Bars; readonly zone: Zone }) {
  const { counts, most } = bars;
  return (
    <>
      <div class="log-plot" data-plot aria-hidden="true">
        <svg viewBox={`0 0 ${counts.length * STEP} ${HEIGHT}`} preserveAspectRatio="none">
          {barPaths(bars).map((path, at) =>
            path !== "" && <path key={at} class={`bar-${STACK[at]?.toLowerCase()}`} d={path} />
          )}
        </svg>
        {most > 0 && <span class="log-plot-most number">{abbreviated(most)}</span>}
      </div>
      <div class="log-axis number" aria-hidden="true">
        {axisLabels(bars, zone).map((label, at) => <span key={at}>{label}</span>)}
      </div>
      {/* A table by itself is as wide as its content, hidden or not. */}
      <div class="sr-only">
        <BarTable bars={bars} zone={zone} />
      </div>
    </>
  );
}

/** Only what is not empty: what is left out is nothing. */
function BarTable({ bars, zone }: { readonly bars: Bars; readonly zone: Zone }) {
  const { start, stepMs, counts } = bars;
  const shown = STACK.map((_, at) => counts.some((levels) => (levels[at] ?? 0) > 0));
  return (
    <table>
      <caption>Lines by time and level</caption>
      <thead>
        <tr>
          <th>From</th>
          <th>All</th>
          {STACK.map((level, at) => shown[at] && <th key={level}>{level}</th>)}
        </tr>
      </thead>
      <tbody>
        {counts.map((levels, at) =>
          sum(levels) > 0 && (
            <tr key={at}>
              <td>{exactTime(start + at * stepMs, zone)}</td>
              <td>{sum(levels)}</td>
              {levels.map((count, level) => shown[level] && <td key={level}>{count}</td>)}
            </tr>
          )
        )}
      </tbody>
    </table>
  );
}

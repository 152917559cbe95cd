import { clockTime, shortDate, type Zone, zoneOffset } from "../format.ts";
import { type ChartData, timesOf } from "./chart_data.ts";
import { axisOf } from "./drawing.ts";
import { valueText } from "./units.ts";

/** More rows than these would weigh more than the rest of the page. */
const ROWS = 62;

interface ChartTableProps {
  readonly data: ChartData;
  readonly title: string;
  readonly zone: Zone;
}

/** A chart for everyone who cannot see it, and to read exact values from. Empty stretches are left out. */
export function ChartTable({ data, title, zone }: ChartTableProps) {
  const { lines, buckets, unit } = data;
  const { scale } = axisOf(data);
  const rows = highestRows(data, ROWS);
  const merged = Math.ceil(buckets.count / ROWS);
  return (
    <details class="chart-table" data-key="table">
      <summary>
        Table <span class="sr-only">of {title}</span>
      </summary>
      <div class="chart-table-body" tabIndex={0} role="group" aria-label={`Table of ${title}`}>
        <table>
          <caption>
            {title} by time, {zoneOffset(data.to, zone)}
            {merged > 1 && `; the highest of every ${durationText(buckets.stepMs * merged)}`}
          </caption>
          <thead>
            <tr>
              <th>From</th>
              {lines.map(({ label }) => <th key={label}>{label}</th>)}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ time, values }) => (
              <tr key={time}>
                <td>{shortMoment(time, zone)}</td>
                {values.map((value, at) => (
                  <td key={at}>{value === null ? "–" : valueText(value, unit, scale)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

interface Row {
  readonly time: number;
  readonly values: readonly (number | null)[];
}

/** At most so many rows, each with the highest value of its buckets; none where all of them are empty. */
export function highestRows({ lines, buckets }: ChartData, most: number): readonly Row[] {
  const merged = Math.ceil(buckets.count / most);
  const times = timesOf(buckets);
  const rows: Row[] = [];
  for (let at = 0; at < times.length; at += merged) {
    const values = lines.map((line) => highest(line.values.slice(at, at + merged)));
    const time = times[at];
    if (time !== undefined && values.some((value) => value !== null)) rows.push({ time, values });
  }
  return rows;
}

/** `5 min`, `2 h`, `1.5 h`. */
export function durationText(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1) return `${ms / 1000} s`;
  if (minutes < 60) return `${Math.round(minutes * 10) / 10} min`;
  const hours = minutes / 60;
  return hours < 48 ? `${Math.round(hours * 10) / 10} h` : `${Math.round(hours / 2.4) / 10} days`;
}

function highest(values: readonly (number | null)[]): number | null {
  return values.reduce(
    (most, value) => value === null || (most !== null && most >= value) ? most : value,
    null,
  );
}

/** `20 Nov, 17:31`. */
function shortMoment(time: number, zone: Zone): string {
  return `${shortDate(time, time, zone)}, ${clockTime(time, zone).slice(0, 5)}`;
}

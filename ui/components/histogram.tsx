import { abbreviated, counted, exactCount, shortDate } from "../format.ts";

const DAY = 24 * 60 * 60 * 1000;
const HEIGHT = 64;
const STEP = 12;

interface HistogramProps {
  /** One count a day (UTC), oldest first; the last is today. */
  readonly days: readonly number[];
  readonly now: number;
}

/** Counts by day, as bars for the eye and as a table for everyone else. */
export function Histogram({ days, now }: HistogramProps) {
  const most = Math.max(...days);
  const dated = days.map((count, at) => {
    const day = now - (days.length - 1 - at) * DAY;
    return { count, day: shortDate(day, now, "UTC") };
  });
  const total = days.reduce((sum, count) => sum + count, 0);
  return (
    <figure class="histogram">
      <figcaption>
        Last {days.length} days <span class="muted">{counted(total, "event")}</span>
      </figcaption>
      <div class="histogram-plot" aria-hidden="true">
        <svg viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`} preserveAspectRatio="none">
          {dated.map(({ count, day }, at) => (
            <g key={day}>
              <title>{`${day}: ${exactCount(count)}`}</title>
              <rect class="hit" x={at * STEP} width={STEP} height={HEIGHT} />
              <Bar count={count} most={most} at={at} />
            </g>
          ))}
        </svg>
        {most > 0 && <span class="histogram-most number">{abbreviated(most)}</span>}
      </div>
      <div class="histogram-axis" aria-hidden="true">
        <span>{dated[0]?.day}</span>
        <span>today</span>
      </div>
      <table class="sr-only">
        <caption>Events by day (UTC)</caption>
        <thead>
          <tr>
            <th>Day</th>
            <th>Events</th>
          </tr>
        </thead>
        <tbody>
          {dated.map(({ count, day }) => (
            <tr key={day}>
              <td>{day}</td>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function Bar(props: { readonly count: number; readonly most: number; readonly at: number }) {
  const { count, most, at } = props;
  const height = count === 0 ? 1 : Math.max(3, Math.round(count / most * HEIGHT));
  return (
    <rect
      class={count === 0 ? "none" : undefined}
      x={at * STEP + 1}
      y={HEIGHT - height}
      width={STEP - 2}
      height={height}
    />
  );
}

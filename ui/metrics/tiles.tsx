import type { ComponentChildren } from "preact";
import type { Dashboard } from "../../core/metrics/model.ts";
import { Count } from "../components/count.tsx";
import { Sparkline } from "../components/sparkline.tsx";
import { abbreviated } from "../format.ts";
import { type Change, errorRateChange, latencyChange, requestsChange } from "./change.ts";
import { type Buckets, valuesIn } from "./chart_data.ts";
import { condensed } from "./condensed.ts";
import { figureText, scaleFor, type UnitKind, valueText } from "./units.ts";

/** Bars of a tile's sparkline. */
const BARS = 24;
const LEAST_BARS = 6;
const ARROWS = { up: "↑", down: "↓", same: "=" } as const;

/** The numbers that a range comes to, each beside the same of as long a time before. */
export function Tiles(
  { dashboard, buckets }: { readonly dashboard: Dashboard; readonly buckets: Buckets },
) {
  const { summary: now, previous, request_rate, error_rate, latency } = dashboard;
  const before = previous !== null && previous.total_requests > 0 ? previous : null;
  // That there is no data may be because it is no longer kept.
  const unchanged = previous === null ? "–" : "No earlier data";
  const seconds = (Date.parse(dashboard.until) - Date.parse(dashboard.since)) / 1000;
  const requests = valuesIn(buckets, request_rate, (point) => point.requests);
  const errors = valuesIn(buckets, error_rate, (point) => point["5xx"]);
  const median = valuesIn(buckets, latency, (point) => point.p50);
  const p95 = valuesIn(buckets, latency, (point) => point.p95);
  return (
    <section class="tiles" aria-label="Summary">
      <Tile
        name="Requests"
        note={valueText(now.total_requests / seconds, "per second")}
        unchanged={unchanged}
        change={before && requestsChange(now.total_requests, before.total_requests)}
        before={before && abbreviated(before.total_requests)}
        trend={{ label: "Requests over time", bars: condensed(requests, BARS, "sum") }}
      >
        <Count of={now.total_requests} />
      </Tile>
      <Tile
        name="Error rate"
        hint="The share of answers with a status of 500 or above"
        unchanged={unchanged}
        change={before && errorRateChange(now.error_rate, before.error_rate)}
        before={textOf(before?.error_rate, "share")}
        trend={{ label: "Error rate over time", bars: condensed(errors, BARS, "highest") }}
      >
        <Figure value={now.error_rate} unit="share" />
      </Tile>
      <Tile
        name="Average latency"
        unchanged={unchanged}
        change={before && latencyChange(now.avg_latency_ms, before.avg_latency_ms)}
        before={textOf(before?.avg_latency_ms, "ms")}
        trend={{ label: "Median latency over time", bars: condensed(median, BARS, "highest") }}
      >
        <Figure value={now.avg_latency_ms} unit="ms" />
      </Tile>
      <Tile
        name="p95 latency"
        hint="95 of 100 requests are answered within this time"
        unchanged={unchanged}
        change={before && latencyChange(now.p95_latency_ms, before.p95_latency_ms)}
        before={textOf(before?.p95_latency_ms, "ms")}
        trend={{ label: "p95 latency over time", bars: condensed(p95, BARS, "highest") }}
      >
        <Figure value={now.p95_latency_ms} unit="ms" />
      </Tile>
    </section>
  );
}

interface TileProps {
  readonly name: string;
  /** What the name means. */
  readonly hint?: string;
  /** The same in another way. */
  readonly note?: string;
  /** Null where there is nothing to compare with. */
  readonly change: Change | null;
  /** What stands in place of a change. */
  readonly unchanged: string;
  /** The number before, as text. */
  readonly before: string | null;
  readonly trend: { readonly label: string; readonly bars: readonly number[] };
  readonly children: ComponentChildren;
}

function Tile({ name, hint, note, change, unchanged, before, trend, children }: TileProps) {
  return (
    <div class="tile">
      <h2 title={hint}>{name}</h2>
      {note !== undefined && <span class="tile-note muted number">{note}</span>}
      <p class="tile-figure number">{children}</p>
      {trend.bars.length >= LEAST_BARS && (
        <Sparkline hours={heights(trend.bars)} label={trend.label} />
      )}
      {change === null ? <p class="tile-change muted">{unchanged}</p> : (
        <p class="tile-change">
          <span class={change.tone === null ? undefined : `change-${change.tone}`}>
            <span aria-hidden="true">{ARROWS[change.direction]}</span> {change.text}
          </span>
          {before !== null && <span class="muted number">before: {before}</span>}
        </p>
      )}
    </div>
  );
}

/** A number and its unit; a dash where there is none. */
export function Figure(
  { value, unit }: { readonly value: number | null | undefined; readonly unit: UnitKind },
) {
  if (value === null || value === undefined) return <span class="muted">–</span>;
  const scale = scaleFor(unit, value);
  return (
    <>
      {figureText(value, scale)}
      {scale.suffix !== "" && <small>{scale.suffix.trim()}</small>}
    </>
  );
}

/** The values of a sparkline as shares of a hundred: it is drawn for counts, which begin at one. */
function heights(bars: readonly number[]): readonly number[] {
  const most = Math.max(...bars);
  return most > 0 ? bars.map((value) => value / most * 100) : bars;
}

function textOf(value: number | null | undefined, unit: UnitKind): string | null {
  return value === null || value === undefined ? null : valueText(value, unit);
}

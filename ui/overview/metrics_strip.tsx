import { VITALS } from "../../core/metrics/model.ts";
import { Sparkline } from "../components/sparkline.tsx";
import { withQuery } from "../links.ts";
import { bucketsOf, valuesIn } from "../metrics/chart_data.ts";
import { condensed } from "../metrics/condensed.ts";
import { DASHBOARD_PATH } from "../metrics/dashboard_query.ts";
import { EXPLORE_PATH } from "../metrics/links.ts";
import { Figure } from "../metrics/tiles.tsx";
import type { UnitKind } from "../metrics/units.ts";
import { RATINGS, VITAL_WORDS, vitalText } from "../metrics/vitals_words.ts";
import { failsNotably, hasAnything, type MetricStrip } from "./load.ts";

/** Bars of a sparkline: two minutes each. */
const BARS = 30;
const DASHBOARD = withQuery(DASHBOARD_PATH, { period: "1h" });

/** How requests went in the last hour, and how fast pages were for those who visited them. */
export function MetricsStrip({ strip }: { readonly strip: MetricStrip }) {
  if (!hasAnything(strip)) return <NothingMeasured hasMetrics={strip.hasMetrics} />;
  return (
    <div class="strip-metrics">
      <Requests strip={strip} />
      <Vitals strip={strip} />
    </div>
  );
}

function NothingMeasured({ hasMetrics }: { readonly hasMetrics: boolean }) {
  return (
    <p class="strip-none muted">
      {hasMetrics
        ? (
          <>
            No request was measured in the last hour. <a href={EXPLORE_PATH}>Explore all metrics</a>
          </>
        )
        : (
          <>
            No metric has come in yet. <a href={DASHBOARD_PATH}>How to send one</a>
          </>
        )}
    </p>
  );
}

function Requests({ strip: { dashboard } }: { readonly strip: MetricStrip }) {
  const { summary, request_rate, latency, error_rate } = dashboard;
  const from = Date.parse(dashboard.since);
  const to = Date.parse(dashboard.until);
  const buckets = bucketsOf({ from, to, intervalS: dashboard.interval_s }, request_rate, latency);
  return (
    <dl class="strip-figures">
      <FigureLink
        name="Request rate"
        value={summary.total_requests * 1000 / (to - from)}
        unit="per second"
        bars={condensed(valuesIn(buckets, request_rate, (point) => point.rate), BARS, "highest")}
      />
      <FigureLink
        name="p95 latency"
        value={summary.p95_latency_ms}
        unit="ms"
        bars={condensed(valuesIn(buckets, latency, (point) => point.p95), BARS, "highest")}
      />
      <FigureLink
        name="Error rate"
        value={summary.error_rate}
        unit="share"
        bars={condensed(valuesIn(buckets, error_rate, (point) => point["5xx"]), BARS, "highest")}
        isBad={failsNotably(dashboard)}
      />
    </dl>
  );
}

function FigureLink(
  { name, value, unit, bars, isBad = false }: {
    readonly name: string;
    /** Null where nothing was measured. */
    readonly value: number | null;
    readonly unit: UnitKind;
    readonly bars: readonly number[];
    readonly isBad?: boolean;
  },
) {
  return (
    <div class="strip-figure">
      <dt class="muted">{name}</dt>
      <dd>
        <a class={isBad ? "tile-figure number bad" : "tile-figure number"} href={DASHBOARD}>
          {isBad && <span class="dot dot-new" title="More than 1% of all answers" />}
          <Figure value={value} unit={unit} />
        </a>
        <Sparkline hours={bars} label={`${name} in the last hour`} />
      </dd>
    </div>
  );
}

function Vitals({ strip }: { readonly strip: MetricStrip }) {
  const { web_vitals: vitals } = strip.dashboard;
  const measured = VITALS.flatMap((name) => {
    const vital = vitals[name];
    return vital ? [{ name, vital }] : [];
  });
  if (measured.length === 0) return null;
  return (
    <div class="strip-vitals">
      <h3 id="strip-vitals" title="75 of 100 visits were at least this good">Web vitals</h3>
      <ul class="plain" aria-labelledby="strip-vitals">
        {measured.map(({ name, vital }) => (
          <li key={name} data-key={name}>
            <abbr title={VITAL_WORDS[name].title}>{name}</abbr>
            <span class="number">{vitalText(name, vital.p75)}</span>
            <span class={`vital-rating rating-${vital.rating}`}>
              <span class={`dot ${RATINGS[vital.rating].dot}`} /> {RATINGS[vital.rating].word}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

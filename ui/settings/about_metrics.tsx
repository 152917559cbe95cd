import type { MetricViewerAbout } from "../../core/metrics/viewer.ts";
import { exactCount } from "../format.ts";
import { durationText } from "../metrics/chart_table.tsx";
import { Database, RateLimit, Row, Section } from "./section.tsx";

/** What the Metrics Collector says of itself. */
export function AboutMetrics({ about }: { readonly about: MetricViewerAbout }) {
  const { series, maxSeries, retention } = about;
  return (
    <Section title="Metrics Collector" about="What it keeps, where, and for how long.">
      <dl class="rows">
        <Database {...about} />
        <Row name="Retention">
          {durationText(retention.raw * 1000)} of samples, {durationText(retention.minute * 1000)}
          {" "}
          by the minute, {durationText(retention.hour * 1000)} by the hour
        </Row>
        <Row name="Series">
          {exactCount(series)} of at most{" "}
          {exactCount(maxSeries)}; what is beyond is counted together
        </Row>
        <RateLimit perMinute={about.rateLimit} />
      </dl>
    </Section>
  );
}

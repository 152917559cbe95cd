import { visibleText, type Zone } from "../format.ts";
import { Chart } from "./chart.tsx";
import { type Buckets, type ChartData, valuesIn } from "./chart_data.ts";
import type { DashboardData } from "./load.ts";
import { tonesOf } from "./tones.ts";

interface ChartsProps {
  readonly data: DashboardData;
  readonly buckets: Buckets;
  readonly zone: Zone;
}

/** Four charts of the same time, with one crosshair. */
export function DashboardCharts({ data, buckets, zone }: ChartsProps) {
  const { dashboard, endpointRates } = data;
  const { request_rate, latency, error_rate } = dashboard;
  const time = {
    from: Date.parse(dashboard.since),
    to: Date.parse(dashboard.until),
    buckets,
  };
  const requests: ChartData = {
    ...time,
    id: "request-rate",
    unit: "per second",
    lines: [
      {
        label: "Requests",
        tone: "one",
        values: valuesIn(buckets, request_rate, (point) => point.rate),
      },
    ],
  };
  const latencies: ChartData = {
    ...time,
    id: "latency",
    unit: "ms",
    lines: (["p50", "p95", "p99"] as const).map((name) => ({
      label: name,
      tone: name,
      values: valuesIn(buckets, latency, (point) => point[name]),
    })),
  };
  const errors: ChartData = {
    ...time,
    id: "error-rate",
    unit: "share",
    lines: [
      {
        label: "4xx",
        tone: "warning",
        values: valuesIn(buckets, error_rate, (point) => point["4xx"]),
      },
      {
        label: "5xx",
        tone: "error",
        values: valuesIn(buckets, error_rate, (point) => point["5xx"]),
      },
    ],
  };
  const tones = tonesOf(endpointRates.map(({ endpoint }) => endpoint));
  const endpoints: ChartData = {
    ...time,
    id: "endpoints",
    unit: "per second",
    lines: endpointRates.map(({ endpoint, points }) => ({
      label: visibleText(endpoint, "without a name"),
      tone: tones.get(endpoint) ?? "five",
      values: valuesIn(buckets, points, (point) => point.rate),
    })),
  };
  const empty = "No requests in this time";
  return (
    <section class="charts" aria-label="Over time">
      <Chart title="Request rate" data={requests} {...{ empty, zone }} />
      <Chart title="Latency" data={latencies} empty="No durations in this time" zone={zone} />
      <Chart title="Error rate" note="share of answers" data={errors} {...{ empty, zone }} />
      <Chart title="Busiest endpoints" data={endpoints} {...{ empty, zone }} />
    </section>
  );
}

/**
 * What the process tells of itself at `/metrics`, in the Prometheus text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Written by hand because the known client
 * library costs 7 MB of resident memory, and this is all of it that is needed.
 */

type Labels = Readonly<Record<string, string>>;

/** Upper bounds of latency buckets, in seconds. */
const LATENCY_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Distribution {
  readonly buckets: number[];
  sum: number;
  count: number;
}

type Family =
  | { readonly type: "counter"; readonly help: string; readonly series: Map<string, number> }
  | {
    readonly type: "histogram";
    readonly help: string;
    readonly series: Map<string, Distribution>;
  }
  | {
    readonly type: "gauge";
    readonly help: string;
    readonly series: Map<string, () => number | Promise<number>>;
  };

/** Metrics of this process. Labels must have few values: each combination is kept for ever. */
export class Telemetry {
  readonly #families = new Map<string, Family>();

  /** A counter; the function adds to it. */
  counter(name: string, help: string, labels: Labels): (by?: number) => void {
    const family = this.#family(name, () => ({ type: "counter", help, series: new Map() }));
    if (family.type !== "counter") throw new Error(`Metric ${name} is not a counter`);
    const key = labelText(labels);
    const { series } = family;
    series.set(key, series.get(key) ?? 0);
    return (by = 1) => void series.set(key, (series.get(key) ?? 0) + by);
  }

  /** A histogram of durations; the function adds one in seconds. */
  histogram(name: string, help: string, labels: Labels): (seconds: number) => void {
    const family = this.#family(name, () => ({ type: "histogram", help, series: new Map() }));
    if (family.type !== "histogram") throw new Error(`Metric ${name} is not a histogram`);
    const key = labelText(labels);
    const known = family.series.get(key);
    const distribution = known ?? { buckets: LATENCY_BOUNDS.map(() => 0), sum: 0, count: 0 };
    family.series.set(key, distribution);
    return (seconds) => {
      distribution.sum += seconds;
      distribution.count++;
      const bucket = LATENCY_BOUNDS.findIndex((bound) => seconds <= bound);
      const before = distribution.buckets[bucket];
      if (before !== undefined) distribution.buckets[bucket] = before + 1;
    };
  }

  /** Tells a value that is read whenever somebody asks. */
  gauge(name: string, help: string, labels: Labels, read: () => number | Promise<number>): void {
    const family = this.#family(name, () => ({ type: "gauge", help, series: new Map() }));
    if (family.type !== "gauge") throw new Error(`Metric ${name} is not a gauge`);
    family.series.set(labelText(labels), read);
  }

  /** All of it, as text. */
  async render(): Promise<string> {
    const lines: string[] = [];
    for (const [name, family] of [...this.#families].sort(([a], [b]) => a < b ? -1 : 1)) {
      lines.push(`# HELP ${name} ${family.help}`, `# TYPE ${name} ${family.type}`);
      if (family.type === "counter") {
        for (const [labels, value] of family.series) lines.push(sample(name, labels, value));
      } else if (family.type === "gauge") {
        for (const [labels, read] of family.series) lines.push(sample(name, labels, await read()));
      } else {
        for (const [labels, values] of family.series) {
          lines.push(...histogram(name, labels, values));
        }
      }
    }
    return lines.join("\n") + "\n";
  }

  #family(name: string, make: () => Family): Family {
    const known = this.#families.get(name);
    if (known) return known;
    const family = make();
    this.#families.set(name, family);
    return family;
  }
}

function labelText(labels: Labels): string {
  return Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`).join(",");
}

function escape(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function sample(name: string, labels: string, value: number): string {
  return labels === "" ? `${name} ${value}` : `${name}{${labels}} ${value}`;
}

function histogram(name: string, labels: string, { buckets, sum, count }: Distribution): string[] {
  const comma = labels === "" ? "" : ",";
  let below = 0;
  const lines = LATENCY_BOUNDS.map((bound, index) => {
    below += buckets[index] ?? 0;
    return sample(`${name}_bucket`, `${labels}${comma}le="${bound}"`, below);
  });
  lines.push(sample(`${name}_bucket`, `${labels}${comma}le="+Inf"`, count));
  lines.push(sample(`${name}_sum`, labels, sum), sample(`${name}_count`, labels, count));
  return lines;
}

/** Figures of the process itself. */
export function observeProcess(telemetry: Telemetry, startedAt: number): void {
  telemetry.gauge(
    "process_resident_memory_bytes",
    "Resident memory size in bytes.",
    {},
    () => Deno.memoryUsage().rss,
  );
  telemetry.gauge(
    "process_start_time_seconds",
    "Start time of the process since the epoch in seconds.",
    {},
    () => startedAt / 1000,
  );
}

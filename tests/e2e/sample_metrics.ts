/** Metrics as applications and browsers send them. */

const MINUTE = 60_000;

/** A sample as clients send it. */
export interface Sample {
  readonly name: string;
  readonly type: "counter" | "histogram" | "gauge";
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly project?: string;
  readonly timestamp?: string;
}

export interface Requests {
  /** When, in ms since the epoch. */
  readonly at: number;
  readonly count?: number;
  readonly seconds?: number;
  readonly endpoint?: string;
  readonly status?: string;
  readonly project?: string;
}

/** Requests of one moment, as a middleware sends them. */
export function requests(
  { at, count = 1, seconds = 0.05, endpoint = "/cart", status = "200", project = "shop" }: Requests,
): readonly Sample[] {
  const common = { project, labels: { method: "GET", endpoint, status }, timestamp: isoTime(at) };
  const duration = {
    name: "http_request_duration_seconds",
    type: "histogram",
    value: seconds,
    ...common,
  } as const;
  return [
    { name: "http_requests_total", type: "counter", value: count, ...common },
    ...Array.from({ length: count }, () => duration),
  ];
}

/** Visits of a page of which one vital was measured. */
export function vitals(
  vital: "LCP" | "INP" | "CLS" | "FCP" | "TTFB",
  values: readonly number[],
  { page = "/cart", project = "shop", at = minutesAgo(10) } = {},
): readonly Sample[] {
  return values.map((value) => ({
    name: `web_vitals_${vital.toLowerCase()}`,
    type: "histogram",
    value,
    project,
    labels: { page, source: "browser" },
    timestamp: isoTime(at),
  }));
}

/** A count at one moment. */
export function counted(
  name: string,
  value: number,
  labels: Readonly<Record<string, string>> = {},
  at = minutesAgo(10),
): Sample {
  return { name, type: "counter", value, labels, timestamp: isoTime(at) };
}

/** The start of the minute that was so many minutes ago when the test began. */
export function minutesAgo(minutes: number): number {
  return THIS_MINUTE - minutes * MINUTE;
}

const THIS_MINUTE = Math.floor(Date.now() / MINUTE) * MINUTE;

export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

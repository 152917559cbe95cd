/** What a small shop measures of itself: requests, pages in browsers, and its state, by time, for ever. */
import { Random } from "./random.ts";
import { isIncident, rhythm } from "./traffic.ts";

/** A sample as `POST /api/metrics` takes it, but for its time, in ms since the epoch. */
export interface ShopSample {
  readonly at: number;
  readonly name: string;
  readonly type: "counter" | "histogram" | "gauge";
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly project: string;
}

export interface ShopMetricsOptions {
  readonly seed: number;
  /** When it begins, in ms since the epoch. */
  readonly from: number;
  /** Requests a second at the height of the day, 6 unless given. */
  readonly perSecond?: number;
}

type Measured = Omit<ShopSample, "at" | "project">;

const GAUGE_MS = 15_000;
const SIGMA = 0.55;

/** Share of requests, and the median of their duration in ms. */
const ENDPOINTS = [
  { method: "GET", endpoint: "/products/{id}", share: 0.31, ms: 46 },
  { method: "GET", endpoint: "/products", share: 0.16, ms: 62 },
  { method: "GET", endpoint: "/search", share: 0.12, ms: 140 },
  { method: "GET", endpoint: "/cart", share: 0.12, ms: 24 },
  { method: "GET", endpoint: "/", share: 0.1, ms: 33 },
  { method: "POST", endpoint: "/cart/items", share: 0.1, ms: 55 },
  { method: "POST", endpoint: "/orders", share: 0.05, ms: 310 },
  { method: "GET", endpoint: "/orders/{id}", share: 0.02, ms: 71 },
  { method: "PUT", endpoint: "/users/{id}/address", share: 0.02, ms: 58 },
] as const;
type Endpoint = (typeof ENDPOINTS)[number];

/** Medians of its vitals, in ms but for CLS. */
interface Page {
  readonly page: string;
  readonly LCP: number;
  readonly INP: number;
  readonly CLS: number;
  readonly FCP: number;
  readonly TTFB: number;
}

const PAGES: readonly [Page, ...Page[]] = [
  { page: "/", LCP: 1450, INP: 90, CLS: 0.02, FCP: 900, TTFB: 210 },
  { page: "/products", LCP: 1900, INP: 120, CLS: 0.05, FCP: 1100, TTFB: 260 },
  { page: "/products/:id", LCP: 2100, INP: 110, CLS: 0.04, FCP: 1200, TTFB: 240 },
  { page: "/search", LCP: 2900, INP: 210, CLS: 0.14, FCP: 1700, TTFB: 520 },
  { page: "/checkout", LCP: 1700, INP: 330, CLS: 0.03, FCP: 1000, TTFB: 300 },
];

/** Endless samples, by time. The same options give the same samples. */
export function* shopMetrics(
  { seed, from, perSecond = 6 }: ShopMetricsOptions,
): Generator<ShopSample, never> {
  const random = new Random(seed);
  let at = from;
  let nextGauges = from;
  while (true) {
    at += random.pause(perSecond * rhythm(at));
    for (; nextGauges <= at; nextGauges += GAUGE_MS) {
      yield* asSamples(nextGauges, "shop", gauges(random, nextGauges));
    }
    const asked = pickEndpoint(random);
    yield* asSamples(at, "shop", request(random, at, asked));
    if (asked.endpoint === "/orders") yield* asSamples(at, "billing", payment(random, at));
    if (random.chance(0.06)) yield* asSamples(at, "shop", pageView(random));
  }
}

function asSamples(at: number, project: string, measured: readonly Measured[]): ShopSample[] {
  return measured.map((one) => ({ at, project, ...one }));
}

function pickEndpoint(random: Random): Endpoint {
  let left = random.next();
  return ENDPOINTS.find(({ share }) => (left -= share) < 0) ?? ENDPOINTS[0];
}

function request(random: Random, at: number, { method, endpoint, ms }: Endpoint) {
  const isOrder = endpoint === "/orders";
  const fails = random.chance(isOrder && isIncident(at) ? 0.5 : 0.002);
  const status = fails ? isOrder ? "502" : "500" : statusOf(random, method);
  const took = fails && isOrder ? 5000 : lognormal(random, ms);
  const sold: readonly Measured[] = isOrder && !fails
    ? [{
      name: "order_value_euros",
      type: "histogram",
      value: round(lognormal(random, 74), 2),
      labels: { payment: random.chance(0.8) ? "card" : "invoice" },
    }]
    : [];
  return [...requestSamples({ method, endpoint, status }, took), ...sold];
}

/** What the shop asks of the billing service for an order. */
function payment(random: Random, at: number): readonly Measured[] {
  const fails = random.chance(isIncident(at) ? 0.5 : 0.004);
  const labels = { method: "POST", endpoint: "/payments", status: fails ? "504" : "201" };
  return requestSamples(labels, fails ? 5000 : lognormal(random, 190));
}

function requestSamples(labels: Measured["labels"], ms: number): readonly Measured[] {
  return [
    { name: "http_requests_total", type: "counter", value: 1, labels },
    {
      name: "http_request_duration_seconds",
      type: "histogram",
      value: round(ms / 1000, 6),
      labels,
    },
  ];
}

function statusOf(random: Random, method: string): string {
  const kind = random.next();
  if (kind < 0.012) return "404";
  if (kind < 0.018) return "422";
  return method === "POST" ? "201" : "200";
}

function pageView(random: Random): readonly Measured[] {
  const { page, CLS, ...times } = random.pick(PAGES);
  const labels = { page, source: "browser" };
  const vital = (name: string, value: number): Measured => ({
    name: `web_vitals_${name.toLowerCase()}`,
    type: "histogram",
    value,
    labels,
  });
  return [
    ...Object.entries(times).map(([name, ms]) => vital(name, round(lognormal(random, ms), 1))),
    vital("CLS", round(lognormal(random, CLS), 4)),
  ];
}

/** The state of the shop: queues are longer while payments fail, memory grows until a worker is replaced. */
function gauges(random: Random, at: number): readonly Measured[] {
  const waiting = isIncident(at) ? 40 : 3;
  const used = 180e6 + at % 5_400_000 / 5_400_000 * 90e6 + random.whole(0, 6_000_000);
  const gauge = (name: string, value: number, labels: Measured["labels"] = {}): Measured => ({
    name,
    type: "gauge",
    value,
    labels,
  });
  return [
    gauge("queue_depth", random.whole(0, waiting), { queue: "payments" }),
    gauge("queue_depth", random.whole(0, 6), { queue: "mails" }),
    gauge("process_resident_memory_bytes", Math.round(used), { service: "shop-api" }),
    gauge(
      "database_connections_in_use",
      Math.min(20, random.whole(2, 6) + Math.round(waiting / 4)),
    ),
  ];
}

/** As durations are: half of them below the median, some far above it. */
function lognormal(random: Random, median: number): number {
  // Box and Muller's way to a normal number.
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) *
    Math.cos(2 * Math.PI * random.next());
  return median * Math.exp(SIGMA * normal);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** A week of a shop's metrics, as its applications and its visitors' browsers send them. */
import { Random } from "../demo/random.ts";
import { isoTime, type Sample } from "./sample_metrics.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How often an endpoint is asked for by the minute at noon, and how long it takes, in seconds. */
const ENDPOINTS = [
  { method: "GET", endpoint: "/products/{id}", often: 120, seconds: 0.028 },
  { method: "GET", endpoint: "/search", often: 64, seconds: 0.11 },
  { method: "GET", endpoint: "/cart", often: 41, seconds: 0.019 },
  { method: "POST", endpoint: "/cart/items", often: 18, seconds: 0.046 },
  { method: "POST", endpoint: "/checkout", often: 6, seconds: 0.24 },
  { method: "GET", endpoint: "/orders/{order_id}/invoice.pdf", often: 2.5, seconds: 0.9 },
  { method: "GET", endpoint: "/health", often: 12, seconds: 0.002 },
] as const;

const PAGES = ["/", "/products", "/search", "/cart", "/checkout", "/account/orders"] as const;
const POOLS = ["api", "worker", "reports"] as const;

/** Samples of the last week: by the minute in the last hours, before that as often as charts have points. */
export function* metricHistory(now: number): Generator<Sample> {
  const random = new Random(5);
  const start = now - 7 * DAY + HOUR;
  for (let at = start; at < now - MINUTE;) {
    const ago = now - at;
    const step = ago > 2 * DAY ? 15 * MINUTE : ago > 2 * HOUR ? 5 * MINUTE : MINUTE;
    // A deployment went wrong: for a while nothing was measured.
    if (ago < 46 * MINUTE && ago > 41 * MINUTE) {
      at += MINUTE;
      continue;
    }
    yield* minute(random, at, step / MINUTE, ago < 34 * MINUTE && ago > 22 * MINUTE);
    at += step;
  }
}

function* minute(
  random: Random,
  time: number,
  minutes: number,
  isSlow: boolean,
): Generator<Sample> {
  const timestamp = isoTime(time);
  const hours = time % DAY / HOUR;
  const busy = (0.35 + 0.65 * Math.max(0, Math.sin((hours - 7) / 24 * 2 * Math.PI))) * minutes;
  for (const { method, endpoint, often, seconds } of ENDPOINTS) {
    const all = Math.round(often * busy * (0.85 + 0.3 * random.next()));
    const failing = endpoint === "/checkout" && isSlow ? 0.3 : 0.003;
    const failed = Math.round(all * failing + random.next() * 0.45);
    const missed = endpoint === "/products/{id}" ? Math.round(all * 0.02) : 0;
    const common = { project: "shop", timestamp };
    for (
      const [status, count] of [["200", all - failed - missed], ["404", missed], [
        "503",
        failed,
      ]] as const
    ) {
      if (count <= 0) continue;
      const labels = { method, endpoint, status };
      yield { name: "http_requests_total", type: "counter", value: count, labels, ...common };
      for (let n = 0; n < Math.min(4, count); n++) {
        const value = random.duration(seconds) * (isSlow && often < 50 ? 4 : 1);
        yield {
          name: "http_request_duration_seconds",
          type: "histogram",
          value,
          labels,
          ...common,
        };
      }
    }
  }
  yield* pools(random, timestamp, isSlow);
  if (random.chance(0.4)) yield* visit(random, timestamp);
}

function* pools(random: Random, timestamp: string, isSlow: boolean): Generator<Sample> {
  for (const [at, pool] of POOLS.entries()) {
    const labels = { pool };
    const used = 180e6 * (3 - at) * (1 + 0.1 * random.next()) * (isSlow ? 1.6 : 1);
    yield { name: "process_resident_memory_bytes", type: "gauge", value: used, labels, timestamp };
    yield {
      name: "db_pool_in_use",
      type: "gauge",
      value: random.whole(1, 9 - at),
      labels,
      timestamp,
    };
    const sent = 40_000 * random.next() * (at + 1);
    yield { name: "network_sent_bytes_total", type: "counter", value: sent, labels, timestamp };
    const result = random.chance(0.9) ? "done" : "failed";
    yield {
      name: "jobs_total",
      type: "counter",
      value: random.whole(1, 5),
      labels: { pool, result },
      project: "worker",
      timestamp,
    };
  }
}

/** What a browser measured of one page. */
function* visit(random: Random, timestamp: string): Generator<Sample> {
  const page = random.pick(PAGES);
  const slow = page === "/search" ? 2 : 1;
  const measured = {
    lcp: random.duration(1700) * slow,
    inp: random.duration(170) * slow,
    cls: random.duration(page === "/account/orders" ? 0.3 : 0.04),
    fcp: random.duration(900) * slow,
    ttfb: random.duration(260) * slow,
  };
  for (const [vital, value] of Object.entries(measured)) {
    yield {
      name: `web_vitals_${vital}`,
      type: "histogram",
      value,
      labels: { page, source: "browser" },
      project: "shop",
      timestamp,
    };
  }
}

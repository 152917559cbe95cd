/** What a metric's values are measured in, guessed from its name as names are usually made. Pure. */
import type { UnitKind } from "../units.ts";
import type { Measure } from "./statistics.ts";

export interface MetricUnit {
  readonly kind: UnitKind;
  /** What stored values are multiplied with, to be of that kind. */
  readonly factor: number;
  /** What the kind leaves unsaid: bytes of a rate are `per second`. "" for nothing. */
  readonly per: string;
}

interface Quantity {
  readonly kind: UnitKind;
  readonly factor: number;
}

const PLAIN: Quantity = { kind: "plain", factor: 1 };
const SECONDS: Quantity = { kind: "seconds", factor: 1 };
const MILLISECONDS: Quantity = { kind: "ms", factor: 1 };

/** By the last word of the name. */
const QUANTITIES: Readonly<Record<string, Quantity>> = {
  seconds: SECONDS,
  secs: SECONDS,
  sec: SECONDS,
  s: SECONDS,
  milliseconds: MILLISECONDS,
  millis: MILLISECONDS,
  msec: MILLISECONDS,
  ms: MILLISECONDS,
  microseconds: { kind: "ms", factor: 1e-3 },
  micros: { kind: "ms", factor: 1e-3 },
  us: { kind: "ms", factor: 1e-3 },
  nanoseconds: { kind: "ms", factor: 1e-6 },
  nanos: { kind: "ms", factor: 1e-6 },
  ns: { kind: "ms", factor: 1e-6 },
  minutes: { kind: "seconds", factor: 60 },
  hours: { kind: "seconds", factor: 3600 },
  bytes: { kind: "bytes", factor: 1 },
  kilobytes: { kind: "bytes", factor: 1000 },
  kb: { kind: "bytes", factor: 1000 },
  kib: { kind: "bytes", factor: 1024 },
  megabytes: { kind: "bytes", factor: 1e6 },
  mb: { kind: "bytes", factor: 1e6 },
  mib: { kind: "bytes", factor: 1024 ** 2 },
  ratio: { kind: "share", factor: 1 },
  percent: { kind: "share", factor: 0.01 },
  percentage: { kind: "share", factor: 0.01 },
  pct: { kind: "share", factor: 0.01 },
};

/** Those of our own browser client, whose names do not say it. */
const BROWSER_TIMES = /^(web_vitals_(lcp|inp|fcp|ttfb)|page_load_time)$/;

/** Says how the metric is counted, not what. */
const ENDINGS = new Set(["total", "count", "sum", "bucket", "avg", "min", "max"]);

/** The unit of what is drawn. */
export function unitOf(name: string, measure: Measure): MetricUnit {
  if (measure === "count") return { kind: "count", factor: 1, per: "" };
  const quantity = quantityOf(name);
  const { kind, factor } = quantity ?? PLAIN;
  if (measure === "rate") {
    if (kind === "bytes") return { kind, factor, per: "per second" };
    // Time by time, or a share by time: a number that no unit makes easier to read.
    if (quantity) return { kind: "plain", factor, per: `${kind} per second` };
    return { kind: "per second", factor: 1, per: "" };
  }
  if (measure === "sum" && !quantity) return { kind: "count", factor: 1, per: "" };
  return { kind, factor, per: "" };
}

function quantityOf(name: string): Quantity | undefined {
  if (BROWSER_TIMES.test(name)) return MILLISECONDS;
  // `requestDurationMs` is as good as `request_duration_ms`.
  const words = name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase().split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  while (words.length > 1 && ENDINGS.has(words.at(-1) ?? "")) words.pop();
  const last = words.at(-1) ?? "";
  return words.length > 1 && Object.hasOwn(QUANTITIES, last) ? QUANTITIES[last] : undefined;
}

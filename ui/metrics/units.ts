/** How numbers with a unit read. Pure: the server and the islands share it. */
import { exactCount } from "../format.ts";

export type UnitKind = "per second" | "ms" | "seconds" | "share" | "count" | "bytes" | "plain";

/** One way to write values of a kind: in thousands, by the minute, in percent. */
export interface UnitScale {
  /** From which size of values on. */
  readonly from: number;
  /** What a value is divided by to be written. */
  readonly divisor: number;
  /** Stands right behind the number. */
  readonly suffix: string;
}

const MINUTE = 60;
const HOUR = 3600;
const KIB = 1024;
const TERA = 1e12;

const THOUSANDS: readonly UnitScale[] = [
  { from: 0, divisor: 1, suffix: "" },
  { from: 1e4, divisor: 1e3, suffix: "k" },
  { from: 1e6, divisor: 1e6, suffix: "M" },
  { from: 1e9, divisor: 1e9, suffix: "G" },
  { from: TERA, divisor: TERA, suffix: "T" },
];

/** From which size on a kind has no scale any more: it is then counted by powers of ten of a unit. */
const POWERS: Readonly<Record<UnitKind, UnitScale>> = {
  "per second": { from: 5e4 * TERA, divisor: 1, suffix: "/s" },
  ms: { from: 5e5 * HOUR * 1000, divisor: HOUR * 1000, suffix: " h" },
  seconds: { from: 5e5 * HOUR, divisor: HOUR, suffix: " h" },
  share: { from: 5e3, divisor: 0.01, suffix: "%" },
  count: { from: 1e5 * TERA, divisor: 1, suffix: "" },
  bytes: { from: 5e3 * KIB ** 5, divisor: 1, suffix: " B" },
  plain: { from: 1e5 * TERA, divisor: 1, suffix: "" },
};

/** By kind, the small ones first. */
const SCALES: Readonly<Record<UnitKind, readonly UnitScale[]>> = {
  "per second": [
    { from: 0, divisor: 1 / HOUR, suffix: "/h" },
    { from: 1 / MINUTE, divisor: 1 / MINUTE, suffix: "/min" },
    { from: 1, divisor: 1, suffix: "/s" },
    { from: 1e4, divisor: 1e3, suffix: "k/s" },
    { from: 1e6, divisor: 1e6, suffix: "M/s" },
    { from: 1e9, divisor: 1e9, suffix: "G/s" },
    { from: TERA, divisor: TERA, suffix: "T/s" },
  ],
  ms: durations(1),
  seconds: durations(1 / 1000),
  share: [{ from: 0, divisor: 0.01, suffix: "%" }],
  count: THOUSANDS,
  bytes: [
    { from: 0, divisor: 1, suffix: " B" },
    { from: KIB, divisor: KIB, suffix: " KiB" },
    { from: KIB ** 2, divisor: KIB ** 2, suffix: " MiB" },
    { from: KIB ** 3, divisor: KIB ** 3, suffix: " GiB" },
    { from: KIB ** 4, divisor: KIB ** 4, suffix: " TiB" },
    { from: KIB ** 5, divisor: KIB ** 5, suffix: " PiB" },
  ],
  plain: THOUSANDS,
};

/** What the values of an axis are, in words; nothing where the title says it. */
const NAMES: Readonly<Record<string, string>> = {
  "/h": "per hour",
  "/min": "per minute",
  "/s": "per second",
  "k/s": "thousands per second",
  "M/s": "millions per second",
  "G/s": "billions per second",
  "T/s": "trillions per second",
};

/** The scale that suits values up to `size`. */
export function scaleFor(kind: UnitKind, size: number): UnitScale {
  const scales = SCALES[kind];
  const powers = POWERS[kind];
  if (Math.abs(size) >= powers.from) return powerScale(Math.abs(size), powers);
  const fitting = scales.findLast(({ from }) => Math.abs(size) >= from);
  return fitting ?? { from: 0, divisor: 1, suffix: "" };
}

/** `250e18/s`, and `0.5e21/s` rather than `500e18/s`, as an axis goes farther than its values. */
function powerScale(size: number, { divisor, suffix }: UnitScale): UnitScale {
  const power = 3 * Math.floor(Math.log10(2 * (size / divisor)) / 3);
  return { from: size, divisor: divisor * 10 ** power, suffix: `e${power}${suffix}` };
}

/** What a scale counts by, in words; "" where its labels say it. */
export function scaleName({ suffix }: UnitScale): string {
  return NAMES[suffix] ?? "";
}

/** A value in a scale, to three digits: `12.5/s`, `340 ms`, `0.39%`. */
export function scaled(value: number, scale: UnitScale): string {
  return figureText(value, scale) + scale.suffix;
}

/** The same without its unit. */
export function figureText(value: number, { divisor, suffix }: UnitScale): string {
  const figure = value / divisor;
  // Below one percent a third digit is noise.
  const isSmallShare = suffix === "%" && Math.abs(figure) < 1;
  return roundedText(isSmallShare ? Number(figure.toPrecision(2)) : figure);
}

/**
 * A value by itself, in the scale that suits it. Rates keep to `axis`, the scale of what stands beside them:
 * what is per second here and per minute there cannot be compared.
 */
export function valueText(value: number, kind: UnitKind, axis?: UnitScale): string {
  if (kind === "count" && Number.isInteger(value) && Math.abs(value) < 1e6) {
    return exactCount(value);
  }
  return scaled(value, kind === "per second" && axis ? axis : scaleFor(kind, value));
}

/** A number to three digits, those before the point always whole: `1,284`, `12.5`, `0.042`. */
export function roundedText(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 1e-6 || size >= 1e15) return value.toExponential(1);
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(size)));
  const rounded = Number(value.toFixed(Math.min(decimals, 8)));
  const text = Math.abs(rounded) >= 1000 ? exactCount(rounded) : String(rounded);
  return text.replace("-", "−");
}

function durations(millisecond: number): readonly UnitScale[] {
  return [
    { from: 0, divisor: millisecond, suffix: " ms" },
    { from: 1000 * millisecond, divisor: 1000 * millisecond, suffix: " s" },
    { from: 120_000 * millisecond, divisor: 60_000 * millisecond, suffix: " min" },
    { from: 7_200_000 * millisecond, divisor: 3_600_000 * millisecond, suffix: " h" },
  ];
}

/** Answers of the Metrics Collector as the rows that golden cases expect. */
import assert from "node:assert/strict";
import type { ExpectedRow, Options } from "./golden_script_test_support.ts";
import { numberOf, showLabels, showMoment } from "./golden_words_test_support.ts";
import type { Dashboard, MetricAnswer, MetricName, MetricPoint, RequestSummary } from "./model.ts";

export interface Row {
  readonly key: string;
  readonly fields: Readonly<Record<string, number | string | null>>;
}

export interface Answer {
  /** What is told once. */
  readonly head: Row["fields"];
  readonly rows: readonly Row[];
  /** Whether `expect` may leave out kinds of rows, told by the first word of their keys. */
  readonly hasKinds: boolean;
}

/** How far `~` lets a number be from what is expected, as a share of that. */
const NEAR = 0.01;
/** Sums of decimal fractions are not what they are on paper. */
const EXACT = 1e-12;

/** `now` is the clock's time (ms), whose day is not written. */
export function metricRows(answer: MetricAnswer, now: number): Answer {
  const { data = [], groups = [], type, period, resolution, since, until } = answer;
  const rowsOf = (prefix: string, points: readonly MetricPoint[]) =>
    points.map(({ bucket, rate = null, ...fields }) => ({
      key: `${prefix}${showMoment(bucket, now)}`,
      fields: { ...fields, rate },
    }));
  return {
    head: {
      type: type ?? null,
      other_types: answer.other_types?.join(",") ?? null,
      resolution,
      period,
      since: since ?? null,
      until: until ?? null,
      groups_left_out: answer.groups_left_out ?? null,
    },
    rows: [
      ...rowsOf("", data),
      ...groups.flatMap(({ labels, data }) => rowsOf(`${showLabels(labels)} `, data)),
    ],
    hasKinds: false,
  };
}

export function dashboardRows(dashboard: Dashboard, now: number): Answer {
  const { period, since, until, interval_s, web_vitals, web_vitals_pages } = dashboard;
  const timed = <Point extends { readonly bucket: string }>(
    kind: string,
    points: readonly Point[],
  ) =>
    points.map(({ bucket, ...fields }) => ({ key: `${kind} ${showMoment(bucket, now)}`, fields }));
  const vitals = (prefix: string, measured: typeof web_vitals) =>
    Object.entries(measured).map(([name, vital]) => ({
      key: `${prefix} ${name}`,
      fields: { ...vital },
    }));
  return {
    head: {
      ...{ period, since, until, interval_s },
      previous: dashboard.previous === null ? null : "told",
    },
    rows: [
      { key: "summary", fields: summaryFields(dashboard.summary) },
      ...(dashboard.previous
        ? [{ key: "previous", fields: summaryFields(dashboard.previous) }]
        : []),
      ...timed("rate", dashboard.request_rate),
      ...timed("latency", dashboard.latency),
      ...timed("errors", dashboard.error_rate),
      ...dashboard.top_endpoints.map(({ endpoint, ...fields }) => ({
        key: `endpoint ${JSON.stringify(endpoint)}`,
        fields,
      })),
      ...vitals("vital", web_vitals),
      ...web_vitals_pages.flatMap(({ page, vitals: measured }) =>
        vitals(`page ${JSON.stringify(page)}`, measured)
      ),
    ],
    hasKinds: true,
  };
}

function summaryFields(summary: RequestSummary): Row["fields"] {
  return {
    requests: summary.total_requests,
    error_rate: summary.error_rate,
    avg_ms: summary.avg_latency_ms,
    p95_ms: summary.p95_latency_ms,
  };
}

export function nameRows(names: readonly MetricName[]): Answer {
  return {
    head: {},
    rows: names.map(({ name, type }) => ({ key: `${type} ${name}`, fields: {} })),
    hasKinds: false,
  };
}

/** Throws, with what there is, unless it is what is expected. */
export function assertRows(
  { head, rows, hasKinds }: Answer,
  expected: { readonly rows: readonly ExpectedRow[]; readonly options: Options },
): void {
  assertFields(head, expected.options, "The answer");
  const kinds = new Set(expected.rows.map(({ key }) => kindOf(key)));
  const isTold = (row: Row) => kinds.size === 0 ? !isZero(row) : kinds.has(kindOf(row.key));
  const told = hasKinds ? rows.filter(isTold) : rows;
  const keys = told.map(({ key }) => key);
  if (keys.join("\n") !== expected.rows.map(({ key }) => key).join("\n")) {
    assert.fail(`Other rows are expected than there are:${show(told)}`);
  }
  told.forEach(({ fields, key }, index) =>
    assertFields(fields, expected.rows[index]?.fields ?? new Map(), `'${key}'`, told)
  );
}

export function assertFields(
  fields: Row["fields"],
  expected: Options,
  subject: string,
  told: readonly Row[] = [{ key: "", fields }],
): void {
  for (const [name, text] of expected) {
    const actual = fields[name];
    if (actual === undefined) assert.fail(`${subject} has no '${name}':${show(told)}`);
    if (matches(actual, text)) continue;
    assert.fail(`${subject} should have ${name}=${text}, not ${name}=${actual}:${show(told)}`);
  }
}

function matches(actual: number | string | null, expected: string): boolean {
  if (expected === "none") return actual === null;
  if (typeof actual !== "number") return actual === expected;
  const isNear = expected.startsWith("~");
  const number = numberOf(isNear ? expected.slice(1) : expected);
  return Math.abs(actual - number) <= Math.abs(number) * (isNear ? NEAR : EXACT);
}

/** Of a dashboard: a summary of no requests. */
function isZero({ fields }: Row): boolean {
  return fields.requests === 0;
}

function kindOf(key: string): string {
  return key.split(" ", 1)[0] ?? "";
}

function show(rows: readonly Row[]): string {
  if (rows.length === 0) return "\n  nothing";
  return rows.map(({ key, fields }) => {
    const words = Object.entries(fields).map(([name, value]) => `${name}=${value ?? "none"}`);
    return `\n  ${[key, ...words].join("  ")}`;
  }).join("");
}

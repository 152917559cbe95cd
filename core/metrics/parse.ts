/** Turns what clients send into samples, or says in a Failure what is wrong with it. */
import { MINUTE } from "../clock.ts";
import { Failure } from "../failure.ts";
import { characters, storableText } from "../text.ts";
import {
  DEFAULT_PROJECT,
  type Labels,
  LIMITS,
  METRIC_TYPES,
  type MetricType,
  OVERFLOW_LABEL,
  OVERFLOW_NAME,
  type SeriesIdentity,
} from "./model.ts";
import { SampleTimes } from "./sample_time.ts";

/** Samples as columns: the same place in each is one sample. */
export interface SampleBatch {
  /** Ids of series; 0 for one that is not known yet. */
  readonly series: number[];
  /** Milliseconds since the epoch. */
  readonly times: number[];
  readonly values: number[];
  readonly unknown: readonly UnknownSeries[];
}

/** A sample whose series was not found by the key it came with. */
export interface UnknownSeries {
  readonly index: number;
  /** How the client writes this series; equal ones may be written in several ways. */
  readonly key: string;
  readonly identity: SeriesIdentity;
}

export interface SampleRules {
  readonly now: number;
  /** Ms; older samples are refused. */
  readonly retention: number;
  /** The id of a series by its key. */
  readonly seriesOf: (key: string) => number | undefined;
}

/** Samples from the JSON body of `POST /api/metrics`. Throws `invalid` that names the item, the field and the reason. */
export function parseSamples(body: unknown, rules: SampleRules): SampleBatch {
  if (!Array.isArray(body)) throw invalid("Request body must be a JSON array");
  if (body.length === 0 || body.length > LIMITS.samples) {
    throw invalid(`Request body must be an array of 1 to ${LIMITS.samples} metrics`);
  }
  return new Parser(rules).parse(body);
}

class Parser {
  readonly #rules: SampleRules;
  readonly #times = new SampleTimes();
  readonly #oldest: number;
  readonly #newest: number;

  constructor(rules: SampleRules) {
    this.#rules = rules;
    this.#oldest = rules.now - rules.retention;
    this.#newest = rules.now + LIMITS.ahead;
  }

  parse(items: readonly unknown[]): SampleBatch {
    const series: number[] = [];
    const times: number[] = [];
    const values: number[] = [];
    const unknown: UnknownSeries[] = [];
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      if (!isObject(item)) throw wrong(index, "must be an object");
      const { name, type, value, labels, timestamp, project } = item;
      if (typeof name !== "string") throw wrong(index, `'name' ${wantsText(LIMITS.name)}`);
      const typeIndex = typeof type === "string" ? TYPE_NAMES.indexOf(type) : -1;
      if (typeIndex < 0) throw wrong(index, `'type' must be one of ${METRIC_TYPES.join(", ")}`);
      if (typeof value !== "number" || !Number.isFinite(value)) {
        throw wrong(index, "'value' must be a finite number");
      }
      const key = keyOf(typeIndex, name, project, labels);
      const known = this.#rules.seriesOf(key);
      if (known === undefined) {
        unknown.push({ index, key, identity: readIdentity(index, item) });
      }
      series.push(known ?? 0);
      times.push(this.#time(index, timestamp));
      // Zero has one sign.
      values.push(value + 0);
    }
    return { series, times, values, unknown };
  }

  #time(index: number, timestamp: unknown): number {
    if (timestamp === undefined || timestamp === null) return this.#rules.now;
    if (typeof timestamp !== "string") throw wrong(index, "'timestamp' must be a text in ISO 8601");
    const time = this.#times.read(timestamp);
    if (typeof time !== "number") throw wrong(index, `'timestamp' must be ${time.must}`);
    if (time < this.#oldest) {
      throw wrong(
        index,
        `'timestamp' must not be more than ${this.#rules.retention / 1000} s in the past`,
      );
    }
    if (time > this.#newest) {
      throw wrong(
        index,
        `'timestamp' must not be more than ${LIMITS.ahead / MINUTE} minutes in the future`,
      );
    }
    return time;
  }
}

const TYPE_NAMES: readonly string[] = METRIC_TYPES;

/** Different series never have the same key: the lengths tell where a name ends, labels are JSON. */
function keyOf(type: number, name: string, project: unknown, labels: unknown): string {
  const owner = project === undefined || project === null ? "" : JSON.stringify(project);
  const written = labels === undefined || labels === null ? "{}" : JSON.stringify(labels);
  return `${type}${name.length},${owner.length},${name}${owner}${written}`;
}

function readIdentity(index: number, item: Readonly<Record<string, unknown>>): SeriesIdentity {
  const name = text(index, "'name'", item.name, LIMITS.name);
  // Taken for what Monlight itself puts there, it would hide that limits are passed, or tell so where none is.
  if (name === OVERFLOW_NAME) throw wrong(index, `'name' must not be ${RESERVED}`);
  return {
    name,
    type: typeOf(item.type),
    project: item.project === undefined || item.project === null
      ? DEFAULT_PROJECT
      : text(index, "'project'", item.project, LIMITS.project),
    labels: readLabels(index, item.labels),
  };
}

const RESERVED = `"${OVERFLOW_LABEL}", which tells of samples beyond the limits`;

function typeOf(type: unknown): MetricType {
  return METRIC_TYPES.find((one) => one === type) ?? "gauge";
}

function readLabels(index: number, given: unknown): Labels {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) throw wrong(index, "'labels' must be an object");
  const entries = Object.entries(given);
  if (entries.length > LIMITS.labels) {
    throw wrong(index, `'labels' must be at most ${LIMITS.labels}`);
  }
  const labels = entries.map(([name, value]): [string, string] => [
    text(index, "the name of a label", name, LIMITS.labelName),
    labelValue(index, name, value),
  ]);
  const sorted = labels.sort(([one], [other]) => one < other ? -1 : 1);
  const twice = sorted.find(([name], at) => name === sorted[at + 1]?.[0]);
  if (Object.hasOwn(given, OVERFLOW_LABEL)) {
    throw wrong(index, `'labels' must not have ${RESERVED}`);
  }
  if (twice) throw wrong(index, `'labels' must have ${JSON.stringify(twice[0])} once`);
  return Object.fromEntries(sorted);
}

function labelValue(index: number, name: string, value: unknown): string {
  const field = `label ${JSON.stringify(name.slice(0, LIMITS.labelName))}`;
  if (Number.isFinite(value) || typeof value === "boolean") return String(value);
  if (typeof value !== "string") throw wrong(index, `${field} must be a text`);
  if (characters(value) > LIMITS.labelValue) {
    throw wrong(index, `${field} must be at most ${LIMITS.labelValue} characters long`);
  }
  return storableText(value);
}

function text(index: number, field: string, value: unknown, max: number): string {
  if (typeof value !== "string" || value.trim() === "" || characters(value) > max) {
    throw wrong(index, `${field} ${wantsText(max)}`);
  }
  return storableText(value);
}

function wantsText(max: number): string {
  return `must be a text of 1 to ${max} characters`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(index: number, reason: string): Failure {
  return invalid(`Item ${index}: ${reason}`);
}

function invalid(detail: string): Failure {
  return new Failure("invalid", detail);
}

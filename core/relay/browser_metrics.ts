/** Metrics as a page submits them, and as they go to the Metrics Collector. */
import { readIsoTime } from "../iso_time.ts";
import { byteLength, characters } from "../text.ts";
import { readEventId } from "./browser_error.ts";
import { Fields, invalid, isObject } from "./fields.ts";
import { type JsonObject, LIMITS } from "./model.ts";
import { pageLabel } from "./page_label.ts";

const TYPES: readonly unknown[] = ["counter", "histogram", "gauge"];

/** Labels that say where a sample is from; a session would be a series of its own. */
const OWN_LABELS = new Set(["project", "source", "session_id"]);

export interface BrowserMetrics {
  /** By which a batch that is sent again is known; null where the page gave none. */
  readonly eventId: string | null;
  /** Items as the collector takes them. */
  readonly samples: readonly JsonObject[];
}

/**
 * Samples of a project from the JSON body of `POST /api/browser/metrics`. Throws `invalid` that names the item,
 * the field and the reason; times are looked at by the collector.
 */
export function parseBrowserMetrics(body: unknown, project: string): BrowserMetrics {
  const fields = new Fields(body);
  const items = fields.value("metrics");
  if (!Array.isArray(items) || items.length === 0 || items.length > LIMITS.samples) {
    throw invalid(`Field 'metrics' must be an array of 1 to ${LIMITS.samples} metrics`);
  }
  fields.text("session_id", LIMITS.sessionId);
  const url = fields.cutText("url", LIMITS.url);
  const page = url === null ? null : pageLabel(url);
  const own = { project, source: "browser", ...(page === null ? {} : { page }) };
  const samples = items.map((item, index) => readSample(item, index, own));
  return { eventId: readEventId(fields), samples };
}

/** Bytes of a time in a sample: `,"timestamp":"2026-11-20T17:31:00.123Z"`. */
const TIME_BYTES = 39;

/**
 * The samples as JSON. Throws `invalid` where the relay's labels make them more than the collector takes, be it
 * later with their times.
 */
export function batchText(samples: readonly JsonObject[]): string {
  const text = JSON.stringify(samples);
  const most = LIMITS.batchBytes - TIME_BYTES * samples.length;
  // At most three bytes a UTF-16 unit, so most need no counting.
  if (text.length * 3 > most && byteLength(text) > most) {
    throw invalid("Field 'metrics' is too large with the labels of the relay; send fewer at once");
  }
  return text;
}

/** The samples with a time for those that have none: they may be sent later. */
export function timed(samples: readonly JsonObject[], at: string): readonly JsonObject[] {
  return samples.map((sample) => "timestamp" in sample ? sample : { ...sample, timestamp: at });
}

function readSample(
  item: unknown,
  index: number,
  own: { readonly project: string; readonly page?: string },
): JsonObject {
  if (!isObject(item)) throw wrong(index, "must be an object");
  const { name, type, value, timestamp } = item;
  if (typeof name !== "string" || name.trim() === "" || characters(name) > LIMITS.metricName) {
    throw wrong(index, `'name' must be a text of 1 to ${LIMITS.metricName} characters`);
  }
  if (!TYPES.includes(type)) throw wrong(index, `'type' must be one of ${TYPES.join(", ")}`);
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw wrong(index, "'value' must be a finite number");
  }
  return {
    name,
    type,
    value,
    project: own.project,
    labels: { ...readLabels(index, item.labels, own), ...own },
    ...readTimestamp(index, timestamp),
  };
}

function readTimestamp(index: number, timestamp: unknown): JsonObject {
  if (timestamp === undefined || timestamp === null) return {};
  if (typeof timestamp !== "string") throw wrong(index, "'timestamp' must be a text in ISO 8601");
  const time = readIsoTime(timestamp);
  if ("must" in time) throw wrong(index, `'timestamp' must be ${time.must}`);
  return { timestamp };
}

function readLabels(index: number, given: unknown, own: { readonly page?: string }): JsonObject {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) throw wrong(index, "'labels' must be an object");
  const entries = Object.entries(given).filter(([name]) =>
    !OWN_LABELS.has(name) && !(name === "page" && own.page !== undefined)
  );
  if (entries.length > LIMITS.labels) {
    throw wrong(index, `'labels' must be at most ${LIMITS.labels}`);
  }
  for (const [name, value] of entries) checkLabel(index, name, value);
  return Object.fromEntries(entries);
}

function checkLabel(index: number, name: string, value: unknown): void {
  if (name.trim() === "" || characters(name) > LIMITS.labelName) {
    throw wrong(
      index,
      `the name of a label must be a text of 1 to ${LIMITS.labelName} characters`,
    );
  }
  if (Number.isFinite(value) || typeof value === "boolean") return;
  const field = `label ${JSON.stringify(name)}`;
  if (typeof value !== "string") throw wrong(index, `${field} must be a text`);
  if (value.length > LIMITS.labelValue && characters(value) > LIMITS.labelValue) {
    throw wrong(index, `${field} must be at most ${LIMITS.labelValue} characters long`);
  }
}

function wrong(index: number, reason: string) {
  return invalid(`Item ${index}: ${reason}`);
}

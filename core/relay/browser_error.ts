/** An error as a page submits it, and as it goes to the Error Tracker. */
import { byteLength } from "../text.ts";
import { cut, Fields, invalid, isObject } from "./fields.ts";
import { type JsonObject, LIMITS } from "./model.ts";
import type { MappedStack } from "./stack_mapper.ts";

/** `request_method` of what comes through the relay, by which the tracker knows it. */
const BROWSER_METHOD = "BROWSER";

/** An error of a page, checked. */
export interface BrowserError {
  /** By which an error that is sent again is known; null where the page gave none. */
  readonly eventId: string | null;
  readonly type: string;
  readonly message: string;
  /** As the browser wrote it. */
  readonly stack: string;
  readonly url: string | null;
  readonly userAgent: string | null;
  readonly sessionId: string | null;
  readonly release: string | null;
  readonly environment: string | null;
  readonly userId: string | null;
  /** Whatever else the page wants to be kept. */
  readonly context: JsonObject;
}

/**
 * An error from the JSON body of `POST /api/browser/errors`. What it says of its project is ignored. Throws
 * `invalid` that names the field and the reason.
 */
export function parseBrowserError(body: unknown): BrowserError {
  const fields = new Fields(body);
  const { userId, context } = readContext(fields);
  return {
    eventId: readEventId(fields),
    type: fields.name("type", LIMITS.exceptionType),
    message: cut(fields.requiredText("message"), LIMITS.message),
    stack: fields.cutText("stack", LIMITS.stack) ?? "",
    url: fields.cutText("url", LIMITS.url),
    userAgent: fields.cutText("user_agent", LIMITS.userAgent),
    sessionId: fields.text("session_id", LIMITS.sessionId),
    release: fields.text("release", LIMITS.release)?.trim() || null,
    environment: fields.text("environment", LIMITS.environment)?.trim() || null,
    userId,
    context,
  };
}

/** The id of an event; null where there is none. */
export function readEventId(fields: Fields): string | null {
  const id = fields.text("event_id");
  if (id !== null && !/^[\da-f]{32}$/i.test(id)) {
    throw invalid("Field 'event_id' must be 32 hexadecimal digits");
  }
  return id?.toLowerCase() ?? null;
}

function readContext(fields: Fields): Pick<BrowserError, "userId" | "context"> {
  const value = fields.value("context");
  if (value === null) return { userId: null, context: {} };
  if (!isObject(value)) throw invalid("Field 'context' must be an object");
  if (isDeeperThan(value, LIMITS.depth)) {
    throw invalid(`Field 'context' must not be nested deeper than ${LIMITS.depth} levels`);
  }
  const userId = Object.hasOwn(value, "user_id") ? value.user_id : undefined;
  if (typeof userId !== "string" && !Number.isSafeInteger(userId)) {
    return { userId: null, context: value };
  }
  const { user_id: _, ...context } = value;
  return { userId: cut(String(userId), LIMITS.userId), context };
}

/** Whether objects and arrays nest more than `levels` deep; looks no deeper than that. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((part) => isDeeperThan(part, levels - 1));
}

/** A report as the tracker takes it. */
export interface TrackerReport {
  readonly fields: JsonObject;
  /** They as JSON. */
  readonly text: string;
}

/** The report of an error, so large that the tracker takes it. */
export function trackerReport(
  project: string,
  error: BrowserError,
  mapped: Pick<MappedStack, "traceback" | "source">,
): TrackerReport {
  const whole = reportOf(project, error, { ...mapped, rawStack: error.stack });
  if (fits(whole)) return whole;
  const { breadcrumbs: _, ...context } = error.context;
  const leaner = { ...error, context: { ...context, left_out: ["breadcrumbs"] } };
  const lean = reportOf(project, leaner, { ...mapped, rawStack: error.stack });
  if (fits(lean)) return lean;
  const bare = { ...error, context: { left_out: ["context", "raw_stack", "source"] } };
  return reportOf(project, bare, {
    traceback: cut(mapped.traceback, LIMITS.leastStack),
    source: null,
    rawStack: null,
  });
}

function fits({ text }: TrackerReport): boolean {
  // At most three bytes a UTF-16 unit, so most need no counting.
  return text.length * 3 <= LIMITS.reportBytes || byteLength(text) <= LIMITS.reportBytes;
}

function reportOf(
  project: string,
  error: BrowserError,
  stacks: Pick<MappedStack, "traceback" | "source"> & { readonly rawStack: string | null },
): TrackerReport {
  const fields = {
    project,
    exception_type: error.type,
    message: error.message,
    traceback: stacks.traceback,
    environment: error.environment,
    request_url: error.url,
    request_method: BROWSER_METHOD,
    request_headers: error.userAgent === null ? null : { "User-Agent": error.userAgent },
    user_id: error.userId,
    // Ours come last: a page cannot say what only the relay knows.
    extra: {
      ...error.context,
      ...given("release", error.release),
      ...given("session_id", error.sessionId),
      ...given("raw_stack", stacks.rawStack),
      ...given("source", stacks.source),
    },
  };
  return { fields, text: JSON.stringify(fields) };
}

function given(name: string, value: unknown): JsonObject {
  return value === null ? {} : { [name]: value };
}

/** Turns what clients send into the domain's models, or says in a Failure what is wrong with it. */
import { Failure } from "../failure.ts";
import { characters, firstCharacters, storableText } from "../text.ts";
import { DEFAULT_ENVIRONMENT, type ErrorReport, type JsonObject, LIMITS } from "./model.ts";

/** Headers whose values are secrets; they are not stored even when a client sends them. */
const SECRET_HEADERS = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
]);
const FILTERED = "[filtered]";

/** A report from the JSON body of `POST /api/errors`. Throws `invalid` that names the field and the reason. */
export function parseErrorReport(body: unknown): ErrorReport {
  if (!isObject(body)) throw invalid("Request body must be a JSON object");
  const fields = new Fields(body);
  return {
    project: fields.requiredText("project", { max: LIMITS.project, blank: false }),
    exceptionType: fields.requiredText("exception_type", {
      max: LIMITS.exceptionType,
      blank: false,
    }),
    message: fields.requiredText("message", { blank: true }),
    traceback: fields.requiredText("traceback", { blank: true }),
    environment: fields.text("environment", LIMITS.environment)?.trim() || DEFAULT_ENVIRONMENT,
    requestUrl: fields.cutText("request_url", LIMITS.requestUrl),
    requestMethod: fields.cutText("request_method", LIMITS.requestMethod),
    requestHeaders: withoutSecrets(fields.object("request_headers")),
    userId: fields.textOrNumber("user_id", LIMITS.userId),
    extra: fields.object("extra"),
  };
}

class Fields {
  readonly #body: JsonObject;

  constructor(body: JsonObject) {
    this.#body = body;
  }

  requiredText(name: string, rules: { readonly max?: number; readonly blank: boolean }): string {
    const text = this.text(name, rules.max);
    if (text === null) throw invalid(`Field '${name}' is required`);
    if (!rules.blank && text.trim() === "") throw invalid(`Field '${name}' must not be blank`);
    return text;
  }

  text(name: string, max = Infinity): string | null {
    const value = this.#value(name);
    if (value === null) return null;
    if (typeof value !== "string") throw invalid(`Field '${name}' must be a string`);
    return checkedText(name, value, max);
  }

  textOrNumber(name: string, max: number): string | null {
    const value = this.#value(name);
    // A number that JSON could not carry exactly would be somebody else's.
    const exact = Number.isSafeInteger(value) ||
      (typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value));
    if (exact) return String(value);
    if (value === null || typeof value === "string") return this.cutText(name, max);
    throw invalid(`Field '${name}' must be a string or an exact number`);
  }

  /** Context may be cut: an error must not be lost because its URL is long. */
  cutText(name: string, max: number): string | null {
    const text = this.text(name);
    return text === null ? null : firstCharacters(text, max);
  }

  object(name: string): JsonObject | null {
    const value = this.#value(name);
    if (value === null) return null;
    if (!isObject(value)) throw invalid(`Field '${name}' must be an object`);
    if (isDeeperThan(value, LIMITS.depth)) {
      throw invalid(`Field '${name}' must not be nested deeper than ${LIMITS.depth} levels`);
    }
    return value;
  }

  #value(name: string): unknown {
    return Object.hasOwn(this.#body, name) ? this.#body[name] ?? null : null;
  }
}

function checkedText(name: string, value: string, max: number): string {
  // Characters are at most as many as code units, so most texts need no counting.
  if (value.length > max && characters(value) > max) {
    throw invalid(`Field '${name}' must be at most ${max} characters long`);
  }
  return storableText(value);
}

function withoutSecrets(headers: JsonObject | null): JsonObject | null {
  if (!headers) return null;
  const names = Object.keys(headers);
  if (!names.some((name) => SECRET_HEADERS.has(name.toLowerCase()))) return headers;
  return Object.fromEntries(
    names.map((name) => [name, SECRET_HEADERS.has(name.toLowerCase()) ? FILTERED : headers[name]]),
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether objects and arrays nest more than `levels` deep; looks no deeper than that. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((part) => isDeeperThan(part, levels - 1));
}

function invalid(detail: string): Failure {
  return new Failure("invalid", detail);
}

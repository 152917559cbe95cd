/** Reads the fields of JSON bodies; what is wrong is told with the field's name. */
import { Failure } from "../failure.ts";
import { characters, storableText } from "../text.ts";
import type { JsonObject } from "./model.ts";

export class Fields {
  readonly #body: JsonObject;

  /** Throws `invalid` unless the body is an object. */
  constructor(body: unknown) {
    if (!isObject(body)) throw invalid("Request body must be a JSON object");
    this.#body = body;
  }

  /** A text that must be there and not be blank. */
  name(field: string, max: number): string {
    const text = this.text(field, max);
    if (text === null) throw invalid(`Field '${field}' is required`);
    if (text.trim() === "") throw invalid(`Field '${field}' must not be blank`);
    return text;
  }

  /** A text; null when it is not there. */
  text(field: string, max = Infinity): string | null {
    const value = this.value(field);
    if (value === null) return null;
    if (typeof value !== "string") throw invalid(`Field '${field}' must be a string`);
    if (value.length > max && characters(value) > max) {
      throw invalid(`Field '${field}' must be at most ${max} characters long`);
    }
    return storableText(value);
  }

  /** A text that must be there; empty is good. */
  requiredText(field: string): string {
    const text = this.text(field);
    if (text === null) throw invalid(`Field '${field}' is required`);
    return text;
  }

  /** A text of which what is too long is left out. */
  cutText(field: string, max: number): string | null {
    const text = this.text(field);
    return text === null ? null : cut(text, max);
  }

  /** What a field holds; null when it is not there. */
  value(field: string): unknown {
    return Object.hasOwn(this.#body, field) ? this.#body[field] ?? null : null;
  }
}

/** The beginning of a text, at most `max` UTF-16 units of it, no character broken. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? max - 1 : max);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function invalid(detail: string): Failure {
  return new Failure("invalid", detail);
}

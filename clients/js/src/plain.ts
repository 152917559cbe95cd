/** Makes values that cannot harm: small, without cycles, ready for JSON. */

const MAX_DEPTH = 4;
const MAX_ENTRIES = 50;
const MAX_VALUES = 500;
const MAX_TEXT = 1000;

export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** A value as text, whatever it is: objects by their kind alone, so that none of their getters run. */
export function textOf(value: unknown): string {
  if (typeof value === "function") return "[function]";
  if (typeof value !== "object" || value === null) {
    return cut(String(value), MAX_TEXT);
  }
  if (value instanceof Error) {
    return cut(`${value.name}: ${value.message}`, MAX_TEXT);
  }
  return Object.prototype.toString.call(value);
}

/** A copy that JSON can hold: at most 4 deep, 50 entries each, 500 values in all. */
export function plainCopy(value: unknown): unknown {
  let left = MAX_VALUES;
  const copy = (value: unknown, depth: number): unknown => {
    try {
      if (left-- <= 0) return "…";
      if (typeof value === "boolean" || value === null) return value;
      if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
      if (value instanceof Date || value instanceof URL) return String(value.toJSON());
      const isList = Array.isArray(value);
      // What is no plain object, such as an element, leads to half of the page.
      if (!isList && textOf(value) !== "[object Object]" || depth === MAX_DEPTH) {
        return textOf(value);
      }
      const entries = Object.entries(Object(value)).slice(0, MAX_ENTRIES);
      if (isList) return entries.map(([, one]) => copy(one, depth + 1));
      return Object.fromEntries(
        entries.filter(([, one]) => one !== undefined)
          .map(([key, one]) => [cut(key, 100), copy(one, depth + 1)]),
      );
    } catch {
      // A getter or a proxy that throws.
      return "[unreadable]";
    }
  };
  return copy(value, 0);
}

/** A copy of an object's fields; none of what is no object. */
export function plainFields(value: unknown): Record<string, unknown> {
  const copy = plainCopy(value);
  return typeof copy === "object" ? { ...copy } : {};
}

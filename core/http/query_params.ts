import { Failure } from "../failure.ts";
import { readIsoTime } from "../iso_time.ts";
import { characters } from "../text.ts";
import type { JsonSchema } from "./json_schema.ts";

/** One query parameter: how it is read, and how it is described. */
export interface QueryParam<T> {
  readonly schema: JsonSchema;
  /** What an absent or empty parameter stands for, unless it is required. */
  readonly fallback: T;
  readonly required?: boolean;
  /** The value of a text, or a phrase that completes "must be …". */
  parse(text: string): { readonly value: T } | { readonly must: string };
}

/** Parameters of all types, by name. */
export type QueryTable = Readonly<Record<string, QueryParam<unknown>>>;

export type QueryValues<Table extends QueryTable> = Readonly<
  { [Name in keyof Table]: Table[Name] extends QueryParam<infer T> ? T : never }
>;

/**
 * Reads the parameters of `table` from a URL; unknown ones are ignored, an empty one counts as absent,
 * and of a repeated one the first counts. Throws a Failure that names the first bad parameter.
 */
export function readQuery<Table extends QueryTable>(
  url: string,
  table: Table,
): QueryValues<Table> {
  const given = decodeQuery(queryOf(url));
  const entries = Object.entries(table).map(([name, param]) => {
    const text = given.get(name);
    if (text === undefined || text === "") {
      if (param.required) throw new Failure("invalid", `Query parameter '${name}' is required`);
      return [name, param.fallback];
    }
    const read = param.parse(text);
    if ("must" in read) {
      throw new Failure("invalid", `Query parameter '${name}' must be ${read.must}`);
    }
    return [name, read.value];
  });
  // Built entry by entry from the table, so its names and types are the table's.
  return Object.fromEntries(entries) as QueryValues<Table>;
}

/** The part of a URL behind its `?`, as it was sent. */
export function queryOf(url: string): string {
  const start = url.indexOf("?");
  if (start < 0) return "";
  const end = url.indexOf("#", start);
  return url.slice(start + 1, end < 0 ? undefined : end);
}

/** Names and first values of a query string, decoded once; throws a Failure at a malformed `%`. */
export function decodeQuery(query: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decodePart(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decodePart(pair.slice(equals + 1));
    if (!values.has(name)) values.set(name, value);
  }
  return values;
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new Failure("invalid", "Query string has a malformed percent-encoding");
  }
}

/** Text of at most `max` characters. */
export function textParam(max: number, description: string): QueryParam<string | undefined> {
  return {
    schema: { type: "string", maxLength: max, description },
    fallback: undefined,
    parse: (text) =>
      characters(text) <= max ? { value: text } : { must: `at most ${max} characters long` },
  };
}

/** Text of 1 to `max` characters that must be given. */
export function requiredTextParam(max: number, description: string): QueryParam<string> {
  const { schema, parse } = textParam(max, description);
  return {
    schema,
    fallback: "",
    required: true,
    parse(text) {
      const read = parse(text);
      return "must" in read ? read : { value: read.value ?? "" };
    },
  };
}

/** A whole number; `undefined` as its fallback makes it one that may be left out. */
export function integerParam<Fallback extends number | undefined>(
  options: {
    readonly fallback: Fallback;
    readonly min: number;
    readonly max: number;
    readonly description: string;
  },
): QueryParam<number | Fallback> {
  const { fallback, min, max, description } = options;
  return {
    schema: {
      type: "integer",
      minimum: min,
      maximum: max,
      ...(fallback === undefined ? {} : { default: fallback }),
      description,
    },
    fallback,
    parse(text) {
      const value = /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max
        ? { value }
        : { must: `a whole number from ${min} to ${max}` };
    },
  };
}

/** One of some words, each standing for a value. */
export function choiceParam<T>(
  choices: Readonly<Record<string, T>>,
  fallback: T,
  description: string,
): QueryParam<T> {
  const names = Object.keys(choices);
  return {
    schema: { type: "string", enum: names, description },
    fallback,
    parse(text) {
      for (const [name, value] of Object.entries(choices)) if (name === text) return { value };
      return { must: `one of ${names.join(", ")}` };
    },
  };
}

/** A moment as `readIsoTime()` takes it, in ms since the epoch. */
export function timeParam(description: string): QueryParam<number | undefined> {
  return {
    schema: { type: "string", description: `${description}: ISO 8601, UTC without an offset` },
    fallback: undefined,
    parse(text) {
      const read = readIsoTime(text);
      return "ms" in read ? { value: read.ms } : read;
    },
  };
}

/** Takes messages apart that are written for machines: JSON objects and logfmt (`key=value`). */

export type Field = readonly [name: string, value: string];

/** Fields of one message that are read; what comes after them is not. */
const MAX_FIELDS = 200;
/** Names of one nested field; what lies deeper is its JSON text. */
const MAX_DEPTH = 5;

/**
 * The fields of a message that is JSON or logfmt, in the order they are written; none when it is neither.
 * JSON is an object that makes up the whole message or ends it (`12:00:01 INFO {"user": 7}`). Objects
 * within are flattened with dots (`http.status`); arrays, and what is nested deeper than five names, are
 * compact JSON text. Logfmt has at least two pairs, or is one pair and nothing else. At most 200 fields.
 */
export function fieldsOf(message: string): readonly Field[] {
  const object = readObject(message);
  if (object === null) return readLogfmt(message);
  const fields: Field[] = [];
  flatten(object, "", 1, fields);
  return fields;
}

/** A brace behind a blank that may open an object, within a message that does not begin with one. */
const OPENING = /\s\{\s*["}]/;
/** Such a number JSON.parse() may round, and a rounded id is the wrong id. */
const LONG_NUMBER = /\d{16}/;

function readObject(message: string): object | null {
  const text = message.trim();
  if (!text.endsWith("}")) return null;
  if (text.startsWith("{")) return parseObject(text);
  const start = text.search(OPENING);
  return start < 0 ? null : parseObject(text.slice(start + 1));
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text, LONG_NUMBER.test(text) ? asWritten : undefined);
    return isObject(value) ? value : null;
  } catch {
    // No JSON; or nested so deeply that the stack does not hold it, which no logger writes.
    return null;
  }
}

function asWritten(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source ?? "";
  return typeof value === "number" && source.length >= 16 ? source : value;
}

function flatten(object: object, prefix: string, depth: number, fields: Field[]): void {
  const entries: [string, unknown][] = Object.entries(object);
  for (const [key, value] of entries) {
    if (fields.length >= MAX_FIELDS) return;
    const name = prefix + key;
    if (depth < MAX_DEPTH && isObject(value) && Object.keys(value).length > 0) {
      flatten(value, `${name}.`, depth + 1, fields);
    } else {
      fields.push([name, textOf(value)]);
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  if (typeof value !== "object") return String(value);
  try {
    return JSON.stringify(value);
  } catch (error) {
    // The parser takes any depth, the writer only what the stack holds.
    if (error instanceof RangeError) return "…";
    throw error;
  }
}

/**
 * Goes from one equals sign to the next and looks back for a key, at most to where the last pair ended, so
 * that each character is looked at a few times at most, whatever the message holds.
 */
function readLogfmt(message: string): readonly Field[] {
  const fields: Field[] = [];
  let from = 0;
  let alone = false;
  for (let equals = message.indexOf("="); equals >= 0; equals = message.indexOf("=", from)) {
    const start = keyStart(message, from, equals);
    const value = start < 0 ? null : readValue(message, equals + 1);
    if (value === null) {
      from = equals + 1;
      continue;
    }
    if (fields.length === 0) alone = isBlank(message.slice(0, start) + message.slice(value.end));
    fields.push([message.slice(start, equals), value.text]);
    if (fields.length === MAX_FIELDS) break;
    from = value.end;
  }
  return fields.length > 1 || alone ? fields : [];
}

/** Where the key begins that ends before `equals`: at the message's start or behind white space; -1 without. */
function keyStart(message: string, from: number, equals: number): number {
  let start = equals;
  while (start > from && isKeyCharacter(message.charCodeAt(start - 1))) start--;
  const begins = start === 0 || isWhite(message.charCodeAt(start - 1));
  return begins && start < equals && isKeyLetter(message.charCodeAt(start)) ? start : -1;
}

function isKeyLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 /* _ */;
}

function isKeyCharacter(code: number): boolean {
  // Digits come with the hyphen, the dot and the slash before them.
  return isKeyLetter(code) || (code >= 45 && code <= 57) || code === 64 /* @ */;
}

function isWhite(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

interface Value {
  readonly text: string;
  /** Behind its last character. */
  readonly end: number;
}

/** The value that begins at `start`; null for `==`, an operator or the padding of base64. */
function readValue(message: string, start: number): Value | null {
  const first = message.charAt(start);
  if (first === "=") return null;
  if (first === '"') {
    const end = closingQuote(message, start);
    if (end >= 0) return { text: unescape(message.slice(start + 1, end)), end: end + 1 };
  }
  let end = start;
  while (end < message.length && !isWhite(message.charCodeAt(end))) end++;
  const text = message.slice(start, end);
  return { text: text.endsWith(",") ? text.slice(0, -1) : text, end };
}

/** The index of the quote that closes the one at `open`; -1 without. */
function closingQuote(message: string, open: number): number {
  let at = open + 1;
  for (; at < message.length; at++) {
    const character = message.charAt(at);
    if (character === '"') return at;
    if (character === "\\") at++;
  }
  return -1;
}

const ESCAPE = /\\(?:u([\dA-Fa-f]{4})|([^]))/g;
const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPE, (_whole, hex: string | undefined, character: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    return character === undefined ? "" : ESCAPED[character] ?? character;
  });
}

import { type Field, fieldsOf } from "./fields.ts";

/** A literal text in lower case, and whether it must begin and end where a token does. */
export interface Highlight {
  readonly text: string;
  readonly wholeStart: boolean;
  readonly wholeEnd: boolean;
}

/** What the index of a block holds of a text: a run of [a-z0-9], or how such a run begins. */
export interface Token {
  readonly text: string;
  readonly prefix: boolean;
}

/** One thing to look for: a word, a phrase, a field. */
export interface Term {
  /** Every text that matches has all of these. */
  readonly tokens: readonly Token[];
  /** Every text that matches contains this; empty when nothing is known. */
  readonly contained: string;
  readonly highlights: readonly Highlight[];
  /** Whether a text matches, given in lower case. */
  matches(lower: string): boolean;
}

/** A word or phrase, given in lower case and not empty; as a prefix its end may lie within a token. */
export function literalTerm(text: string, prefix: boolean): Term {
  const literal = literalOf(text, prefix);
  return {
    tokens: tokensOf(text, prefix),
    contained: text,
    highlights: [literal],
    matches: (lower) => occurs(lower, literal),
  };
}

export type FieldReader = (message: string) => readonly Field[];

/** Reads fields, those of one message only once, however many terms ask for them in turn. */
export function fieldReader(): FieldReader {
  let last: string | null = null;
  let fields: readonly Field[] = [];
  return (message) => {
    if (message !== last) {
      fields = fieldsOf(message);
      last = message;
    }
    return fields;
  };
}

/** The value of a field as it is asked for. */
export interface FieldValue {
  /** Empty when any value will do, if it is a prefix. */
  readonly text: string;
  /** Whether it stood in quotes. */
  readonly quoted: boolean;
  readonly prefix: boolean;
}

/**
 * Characters that all loggers write as they are: others may be escaped in JSON (`\u003c`, `\n`), and then
 * the tokens around them are not those of the value.
 */
const UNESCAPED = /^[\w .:,;/@()[\]{}#%*!?$^|~-]*$/;

/**
 * `name:value`, both given in lower case: a field of a JSON or logfmt message, or the same as literal text.
 * What the index is asked for must also hold for the fields, so a value whose letters are escaped is not
 * found. The terms of one search share a reader.
 */
export function fieldTerm(name: string, value: FieldValue, read: FieldReader): Term {
  const { text, prefix } = value;
  const literals = fieldLiterals(name, value);
  const values = UNESCAPED.test(text) ? tokensOf(text, prefix) : [];
  const tokens = [...tokensOf(name, false), ...values];
  const wholes = tokens.map((token) => literalOf(token.text, token.prefix));
  const [longest = "", ...others] = tokens.map((token) => token.text).sort(byLength);

  const isAsked = ([itsName, itsValue]: Field) =>
    itsName.toLowerCase() === name &&
    (prefix ? itsValue.toLowerCase().startsWith(text) : itsValue.toLowerCase() === text);

  return {
    tokens,
    contained: longest,
    highlights: text === "" ? literals : [...literals, literalOf(text, prefix)],
    matches(lower) {
      if (!lower.includes(longest)) return false;
      for (const other of others) if (!lower.includes(other)) return false;
      if (literals.some((literal) => occurs(lower, literal))) return true;
      return read(lower).some(isAsked) && wholes.every((whole) => occurs(lower, whole));
    },
  };
}

function fieldLiterals(name: string, { text, quoted, prefix }: FieldValue): readonly Highlight[] {
  const plain = literalOf(`${name}:${text}`, prefix);
  if (!quoted) return [plain];
  const asTyped = literalOf(prefix ? `${name}:"${text}` : `${name}:"${text}"`, prefix);
  return text === "" ? [asTyped] : [asTyped, plain];
}

/** For sorting: the longest text first. */
export function byLength(a: string, b: string): number {
  return b.length - a.length;
}

function literalOf(text: string, prefix: boolean): Highlight {
  return {
    text,
    wholeStart: isTokenCharacter(text.charCodeAt(0)),
    wholeEnd: !prefix && isTokenCharacter(text.charCodeAt(text.length - 1)),
  };
}

function tokensOf(text: string, prefix: boolean): readonly Token[] {
  const open = prefix && isTokenCharacter(text.charCodeAt(text.length - 1));
  const runs = text.match(/[a-z0-9]+/g) ?? [];
  return runs.map((run, index) => ({ text: run, prefix: open && index === runs.length - 1 }));
}

function isTokenCharacter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}

function occurs(lower: string, { text, wholeStart, wholeEnd }: Highlight): boolean {
  let at = lower.indexOf(text);
  while (at >= 0) {
    if (wholeStart && at > 0 && isTokenCharacter(lower.charCodeAt(at - 1))) {
      // Nothing that begins within this token can match: `aaaa…` is passed over at once.
      do at++; while (at < lower.length && isTokenCharacter(lower.charCodeAt(at)));
    } else {
      const end = at + text.length;
      const whole = !wholeEnd || end >= lower.length || !isTokenCharacter(lower.charCodeAt(end));
      if (whole) return true;
      at++;
    }
    at = lower.indexOf(text, at);
  }
  return false;
}

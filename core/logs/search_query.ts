/**
 * The search of `GET /api/logs`: words that are all required, `"a phrase"`, `OR`, `AND`, `NOT`, `prefix*` and
 * `field:value`. All else that is typed is literal text, so there is no text that is an error.
 */
import {
  byLength,
  type FieldReader,
  fieldReader,
  fieldTerm,
  type FieldValue,
  type Highlight,
  literalTerm,
  type Term,
  type Token,
} from "./search_terms.ts";

export type { Highlight } from "./search_terms.ts";

export interface SearchQuery {
  /** An FTS5 expression that every block with a match satisfies; null when the index cannot narrow. */
  readonly indexExpression: string | null;
  /** A text in lower case that every line which matches contains; null when there is none. */
  readonly anchor: string | null;
  /** Whether a message matches, given in lower case (`message.toLowerCase()`). */
  matches(lower: string): boolean;
  /** What to highlight in a line that matches, in the order of the search. */
  readonly highlights: readonly Highlight[];
}

/** Terms that must all match, or must not. */
interface Group {
  readonly required: readonly Term[];
  readonly excluded: readonly Term[];
}

/** Reads a search; null when it is blank, so that everything matches. Takes any text and never throws. */
export function parseSearch(text: string): SearchQuery | null {
  const groups = groupWords(readWords(asStored(text)));
  const [only] = groups;
  if (only === undefined) return null;
  const checks = groups.map(groupCheck);
  const [check] = checks;
  return {
    indexExpression: indexExpression(groups),
    anchor: groups.length === 1 ? anchorOf(only) : null,
    matches: checks.length === 1 && check !== undefined
      ? check
      : (lower) => checks.some((matches) => matches(lower)),
    highlights: groups.flatMap(({ required }) => required.flatMap((term) => term.highlights)),
  };
}

/** The text as it would stand in a stored message. */
function asStored(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\u2400").replaceAll("\x1e", "\u241e");
}

/** One word, phrase or field of a search; what looks like an operator is a word as well. */
interface Word {
  readonly operator: string | null;
  readonly term: Term;
}

const NAME = String.raw`[A-Za-z_@][\w.\-/@]*`;
const OPERATOR = /^(?:AND|OR|NOT)$/;
const FIELD = new RegExp(`^(${NAME}):([^]+)$`);
/** `https://…`, `std::vector`, `C:\…`: no fields. */
const NO_FIELD = /^[^:]*:(?::|\/\/)|^[A-Za-z]:[\\/]/;

function readWords(text: string): readonly Word[] {
  const words: Word[] = [];
  const fields = fieldReader();
  const blank = /\s*/y;
  // A quote closes where a word may end: `"level":"error"` is typed as it stands in a message.
  const quoted = new RegExp(`(?:(${NAME}):)?"([^"]*)"(\\*?)(?!\\S)`, "y");
  const plain = /\S+/y;
  let at = 0;
  const read = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  while (at < text.length) {
    read(blank);
    const [whole, name, phrase = "", star] = read(quoted) ?? [];
    const word = whole ?? read(plain)?.[0];
    if (word === undefined) break;
    // Nothing in quotes is two quotes, but for a field: that may be empty.
    const asked = whole === undefined || (phrase === "" && name === undefined)
      ? readWord(word)
      : { name, text: phrase, quoted: true, prefix: star === "*" };
    words.push({ operator: OPERATOR.test(word) ? word : null, term: termOf(asked, fields) });
  }
  return words;
}

interface Asked extends FieldValue {
  readonly name: string | undefined;
}

function readWord(word: string): Asked {
  const prefix = word.endsWith("*") && /[^*]/.test(word);
  const [, name, value = word] = NO_FIELD.test(word) ? [] : FIELD.exec(word) ?? [];
  return { name, text: prefix ? value.slice(0, -1) : value, quoted: false, prefix };
}

function termOf({ name, text, quoted, prefix }: Asked, fields: FieldReader): Term {
  const lower = text.toLowerCase();
  if (name === undefined) return literalTerm(lower, prefix);
  return fieldTerm(name.toLowerCase(), { text: lower, quoted, prefix }, fields);
}

interface Operand {
  readonly term: Term;
  negated: boolean;
}

/**
 * Splits a search at its ORs. Goes from the end to the start, since whether a word is an operator depends on
 * what follows it: an operator without its operand is a word, and so an operand of those before it.
 */
function groupWords(words: readonly Word[]): readonly Group[] {
  if (words.length === 0) return [];
  const groups: Operand[][] = [];
  let group: Operand[] = [];
  let following: Operand | null = null;
  for (const [index, { operator, term }] of words.toReversed().entries()) {
    const isFirst = index === words.length - 1;
    if (operator === "NOT" && following !== null) {
      following.negated = !following.negated;
    } else if ((operator === "AND" || operator === "OR") && following !== null && !isFirst) {
      following = null;
      if (operator === "AND") continue;
      groups.push(group);
      group = [];
    } else {
      following = { term, negated: false };
      group.push(following);
    }
  }
  groups.push(group);
  return groups.reverse().map((operands) => ({
    required: termsOf(operands, false),
    excluded: termsOf(operands, true),
  }));
}

/** The terms of operands that were gathered from the last to the first. */
function termsOf(operands: readonly Operand[], negated: boolean): readonly Term[] {
  return operands.filter((operand) => operand.negated === negated).map(({ term }) => term)
    .reverse();
}

/** The check of one group: what is likely to fail, and quick to, comes first. */
function groupCheck({ required, excluded }: Group): (lower: string) => boolean {
  const terms = required.toSorted((a, b) => byLength(a.contained, b.contained));
  const [first, ...others] = terms;
  if (first !== undefined && others.length === 0 && excluded.length === 0) return first.matches;
  return (lower) => {
    for (const term of terms) if (!term.matches(lower)) return false;
    for (const term of excluded) if (term.matches(lower)) return false;
    return true;
  };
}

function anchorOf({ required }: Group): string | null {
  const [longest = ""] = required.map((term) => term.contained).sort(byLength);
  return longest === "" ? null : longest;
}

/** FTS5 takes no expressions of any size, and more words would narrow no further. */
const MAX_TOKENS = 50;
const MAX_GROUPS = 50;

function indexExpression(groups: readonly Group[]): string | null {
  if (groups.length > MAX_GROUPS) return null;
  const parts: string[] = [];
  for (const { required } of groups) {
    const tokens = required.flatMap((term) => term.tokens)
      .sort((a, b) => byLength(a.text, b.text));
    const names = [...new Set(tokens.map(inIndex))].slice(0, MAX_TOKENS);
    // A group that any block may satisfy makes the whole search one.
    if (names.length === 0) return null;
    parts.push(names.join(" AND "));
  }
  const [first] = parts;
  return parts.length === 1 && first !== undefined
    ? first
    : parts.map((part) => `(${part})`).join(" OR ");
}

/** Tokens are letters and digits alone, so nothing in them ends the quotes. */
function inIndex({ text, prefix }: Token): string {
  return prefix ? `"${text}"*` : `"${text}"`;
}

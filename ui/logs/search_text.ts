import { LIMITS } from "../../core/logs/model.ts";
import { characters } from "../../core/text.ts";

/** Names that a search takes for a field's. */
const NAME = /^[A-Za-z_@][\w.\-/@]*$/;
/** Values that need no quotes around them. */
const PLAIN = /^[\w.\-/@:]+$/;
/** Characters of a value that make a search. */
const MAX_VALUE = 200;

/**
 * A search, narrowed to a field's value; null where that cannot be written as a search. Pure.
 * `searchWithField("timeout", "user", "7")` is `timeout user:7`.
 */
export function searchWithField(
  search: string | undefined,
  name: string,
  value: string,
): string | null {
  if (!NAME.test(name) || value.length > MAX_VALUE || /["\n]/.test(value)) return null;
  const term = `${name}:${PLAIN.test(value) ? value : `"${value}"`}`;
  if (search === undefined) return term;
  // Between alternatives there is no place that means all of them.
  const words = search.split(/\s+/);
  if (words.includes("OR")) return term;
  if (words.includes(term)) return search;
  const narrowed = `${search} ${term}`;
  return characters(narrowed) <= LIMITS.search ? narrowed : term;
}

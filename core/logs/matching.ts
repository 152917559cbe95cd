import type { EntryList } from "./block.ts";
import { ENTRY_SEPARATOR, LEVELS, type LogFilter, type NewEntry } from "./model.ts";
import type { BlockInfo } from "./read_sqlite_store.ts";
import { parseSearch, type SearchQuery } from "./search_query.ts";

/** A filter made ready to look through many entries. */
export interface Matcher {
  readonly search: SearchQuery | null;
  /** Milliseconds since the epoch; `until` is exclusive. */
  readonly since: number;
  readonly until: number;
  /** By index of `LEVELS`. */
  readonly levels: readonly boolean[];
  /** Null for all. */
  readonly containers: ReadonlySet<string> | null;
}

export function compileFilter(filter: LogFilter): Matcher {
  const { containers, levels, search, since, until } = filter;
  return {
    search: search === undefined ? null : parseSearch(search),
    since: since ?? -Infinity,
    until: until ?? Infinity,
    levels: LEVELS.map((level) => levels.length === 0 || levels.includes(level)),
    containers: containers.length === 0 ? null : new Set(containers),
  };
}

/** Whether a block can hold matches, by what is known of it without opening it. */
export function canMatch({ since, until, levels, containers }: Matcher, block: BlockInfo): boolean {
  return block.lastTime >= since && block.firstTime < until &&
    block.levels.some((count, level) => count > 0 && levels[level]) &&
    (containers === null || block.containers.some((name) => containers.has(name)));
}

/** Positions of the entries that match, ascending. */
export function matchingPositions(matcher: Matcher, list: EntryList): readonly number[] {
  const { search, since, until, levels, containers } = matcher;
  const { times, levels: levelOf, containers: containerOf, containerNames } = list;
  const named = containerNames.map((name) => containers === null || containers.has(name));
  const passes = (position: number) => {
    const time = times[position] ?? 0;
    return time >= since && time < until && levels[levelOf[position] ?? 0] === true &&
      named[containerOf[position] ?? 0] === true;
  };
  if (search !== null) return searchText(search, list.lowerText(), passes);
  const positions: number[] = [];
  for (let position = 0; position < list.count; position++) {
    if (passes(position)) positions.push(position);
  }
  return positions;
}

/** Goes through a text line by line; where the search has an anchor, only to the lines that have it. */
function searchText(
  search: SearchQuery,
  text: string,
  passes: (position: number) => boolean,
): readonly number[] {
  const { anchor } = search;
  const positions: number[] = [];
  let position = 0;
  let start = 0;
  while (start <= text.length) {
    let end = text.indexOf(ENTRY_SEPARATOR, start);
    if (anchor !== null) {
      const found = text.indexOf(anchor, start);
      if (found < 0) break;
      while (end >= 0 && end < found) {
        position++;
        start = end + 1;
        end = text.indexOf(ENTRY_SEPARATOR, start);
      }
    }
    const stop = end < 0 ? text.length : end;
    if (passes(position) && search.matches(text.slice(start, stop))) positions.push(position);
    position++;
    start = stop + 1;
  }
  return positions;
}

/** Whether nothing but the search and the range of time decides what matches. */
export function isBySearchAlone({ levels, containers }: Matcher): boolean {
  return containers === null && levels.every((isAsked) => isAsked);
}

/** How many lines of a text match: quicker than to find their positions. */
export function countMatches(search: SearchQuery, text: string): number {
  const { anchor } = search;
  let count = 0;
  let at = 0;
  while (at <= text.length) {
    const found = anchor === null ? at : text.indexOf(anchor, at);
    if (found < 0) break;
    const start = found > at ? text.lastIndexOf(ENTRY_SEPARATOR, found - 1) + 1 : at;
    const end = text.indexOf(ENTRY_SEPARATOR, found);
    const stop = end < 0 ? text.length : end;
    if (search.matches(text.slice(start, stop))) count++;
    at = stop + 1;
  }
  return count;
}

/** Whether one entry matches. */
export function matchesEntry(matcher: Matcher, entry: NewEntry): boolean {
  const { search, since, until, levels, containers } = matcher;
  return entry.time >= since && entry.time < until &&
    levels[LEVELS.indexOf(entry.level)] === true &&
    (containers === null || containers.has(entry.container)) &&
    (search === null || search.matches(entry.message.toLowerCase()));
}

import { MINUTE } from "../clock.ts";
import type { EntryList } from "./block.ts";
import {
  canMatch,
  compileFilter,
  countMatches,
  isBySearchAlone,
  type Matcher,
  matchingPositions,
} from "./matching.ts";
import {
  LIMITS,
  type LogEntry,
  type LogFilter,
  type LogPage,
  type LogQuery,
  type StoredEntry,
} from "./model.ts";
import { PageText } from "./page_text.ts";
import { comparePlaces, type Direction, type Found, Nearest, type Place } from "./nearest.ts";
import {
  type BlockInfo,
  indexOfSource,
  type LogReadStore,
  type Snapshot,
} from "./read_sqlite_store.ts";
import { sumOfLevels } from "./counts.ts";

/** Searches whose counts by block are remembered. */
const KEPT_COUNTS = 16;

/** Something to look through: a sealed block, or what is not sealed. */
interface Source {
  /** Null for what is not sealed. */
  readonly block: BlockInfo | null;
  readonly firstTime: number;
  readonly lastTime: number;
}

/** Work that goes on a step at a time, so that other work gets its turn. */
export type Stepwise<Result> = Generator<void, Result>;

/**
 * Answers questions about what is stored. Blocks that cannot match are left closed, by what is known of them
 * and by the index; in those that can each entry is looked at, so answers are exact.
 */
export class LogSearch {
  readonly #store: LogReadStore;
  /** Matches by first id of a block, by search; blocks never change. */
  readonly #counts = new Map<string, Map<number, number>>();

  constructor(store: LogReadStore) {
    this.#store = store;
  }

  /**
   * A page of entries. One of an export is not counted (its total is 0), and ends early rather than have an
   * entry cut.
   */
  *page(query: LogQuery, isExport = false): Stepwise<LogPage> {
    const { limit, offset, olderThan, newerThan } = query;
    const snapshot = this.#store.snapshot();
    const matcher = compileFilter(query);
    const direction: Direction = newerThan === undefined ? "older" : "newer";
    const beyond = olderThan ?? newerThan;
    const place = beyond === undefined ? null : this.#placeOf(snapshot, beyond);
    const nearest = new Nearest(offset + limit, direction);
    const total = !isExport && matcher.search === null ? yield* this.#count(snapshot, query) : null;
    const counted = yield* this.#collect(snapshot, query, matcher, {
      nearest,
      direction,
      // What came before everything that is kept has nothing older.
      place: beyond !== undefined && place === null ? NOWHERE[direction] : place,
      isCounted: !isExport && total === null,
    });
    const logs = this.#pick(snapshot, nearest.newestFirst(offset), new PageText(), isExport);
    const sum = total ?? counted;
    return {
      logs,
      total: Math.min(sum, total ?? LIMITS.total),
      ...(total === null && sum > LIMITS.total ? { total_is_lower_bound: true } : {}),
      limit,
      offset,
    };
  }

  /** The entries of its container that the list has next to one, the nearest first. */
  *beside(
    { snapshot, entry, direction }: {
      readonly snapshot: Snapshot;
      readonly entry: StoredEntry;
      readonly direction: Direction;
    },
    limit: number,
    text: PageText,
  ): Stepwise<readonly LogEntry[]> {
    const filter = {
      containers: [entry.container],
      levels: [],
      search: undefined,
      since: undefined,
      until: undefined,
    };
    const nearest = new Nearest(limit, direction);
    const options = { nearest, direction, place: entry, isCounted: false };
    yield* this.#collect(snapshot, filter, compileFilter(filter), options);
    return this.#pick(snapshot, nearest.nearestFirst(), text);
  }

  /** The entries found, in their order. Each block is opened once, however entries of several alternate. */
  #pick(
    snapshot: Snapshot,
    found: readonly Found[],
    text: PageText,
    isExport = false,
  ): readonly LogEntry[] {
    const logs: (LogEntry | undefined)[] = found.map(() => undefined);
    let end = found.length;
    const byBlock = Map.groupBy(found.keys(), (at) => found[at]?.block ?? null);
    for (const [block, places] of byBlock) {
      const list = block === null ? snapshot.open : this.#store.block(block);
      for (const at of places) {
        const entry = list?.entry(found[at]?.position ?? 0);
        if (!entry || at >= end) continue;
        if (isExport && at > 0 && !text.hasRoom(entry)) end = at;
        else logs[at] = text.add(entry);
      }
    }
    return logs.slice(0, end).filter((entry) => entry !== undefined);
  }

  /** Calls `visit` with each list of entries that can match, and the positions that do. */
  *scan(
    filter: LogFilter,
    visit: (list: EntryList, positions: readonly number[]) => void,
    snapshot: Snapshot = this.#store.snapshot(),
  ): Stepwise<void> {
    const matcher = compileFilter(filter);
    for (const source of this.#sources(snapshot, matcher)) {
      const list = this.#open(snapshot, source);
      if (list) visit(list, matchingPositions(matcher, list));
      yield;
    }
  }

  /** Entries that match a filter without a search, exactly: by counts, and at the edges of the range by looking. */
  *#count(snapshot: Snapshot, filter: LogFilter): Stepwise<number> {
    const { since = -Infinity, until = Infinity } = filter;
    if (since >= until) return 0;
    const levels = compileFilter(filter).levels;
    const sum = (counts: readonly number[]) =>
      sumOfLevels(counts.filter((_, level) => levels[level]));
    const from = Math.ceil(since / MINUTE);
    const to = Math.floor(until / MINUTE);
    let total = 0;
    if (since === -Infinity && until === Infinity) {
      for (const { name, levels } of this.#store.containers()) {
        if (filter.containers.length === 0 || filter.containers.includes(name)) {
          total += sum(levels);
        }
      }
      return total;
    }
    const count = (_: EntryList, positions: readonly number[]) => {
      total += positions.length;
    };
    if (from > to) {
      yield* this.scan(filter, count, snapshot);
      return total;
    }
    const range = { origin: 0, from, to };
    for (const { levels } of this.#store.countsBySteps(range, EVER, filter.containers)) {
      total += sum(levels);
    }
    if (since < from * MINUTE) {
      yield* this.scan({ ...filter, until: from * MINUTE }, count, snapshot);
    }
    if (until > to * MINUTE) {
      yield* this.scan({ ...filter, since: to * MINUTE }, count, snapshot);
    }
    return total;
  }

  /** Offers the matches nearest to a place; gives how many there are, counted as far as they are told. */
  *#collect(
    snapshot: Snapshot,
    filter: LogFilter,
    matcher: Matcher,
    options: {
      readonly nearest: Nearest;
      readonly direction: Direction;
      readonly place: Place | null;
      readonly isCounted: boolean;
    },
  ): Stepwise<number> {
    const { nearest, direction, place, isCounted } = options;
    const isOlder = direction === "older";
    const known = this.#knownCounts(filter, matcher, snapshot);
    const sources = this.#sources(snapshot, matcher, direction);
    // Where the blocks counted before have more than is told, no other need be opened to count.
    const before = sources.reduce(
      (sum, source) =>
        sum + (isWhole(matcher, source) ? known?.get(source.block?.firstId ?? 0) ?? 0 : 0),
      0,
    );
    let total = before > LIMITS.total ? before : 0;
    for (const source of sources) {
      const nearestTime = isOlder ? source.lastTime : source.firstTime;
      const farthestTime = isOlder ? source.firstTime : source.lastTime;
      const isPassed = place !== null &&
        (isOlder ? farthestTime > place.time : farthestTime < place.time);
      const isBeyond = nearest.isBeyond(nearestTime);
      const isToldAll = !isCounted || total > LIMITS.total;
      if (isBeyond && isToldAll) break;
      const whole = isWhole(matcher, source) ? source.block : null;
      const count = whole ? known?.get(whole.firstId) : undefined;
      if (isBeyond || isPassed) {
        if (isToldAll) continue;
        if (count !== undefined) {
          total += count;
          continue;
        }
      }
      if (count === 0) continue;
      if (isBeyond && whole && matcher.search && isBySearchAlone(matcher)) {
        const text = this.#store.lowerText(whole.firstId);
        if (text === null) continue;
        const matches = countMatches(matcher.search, text);
        total += matches;
        known?.set(whole.firstId, matches);
        yield;
        continue;
      }
      const list = this.#open(snapshot, source);
      if (!list) continue;
      const positions = matchingPositions(matcher, list);
      total += positions.length;
      if (whole) known?.set(whole.firstId, positions.length);
      if (!isBeyond && !isPassed) offerAll(nearest, list, positions, source, options);
      yield;
    }
    return total;
  }

  /** What can match, nearest first in a direction. */
  #sources(snapshot: Snapshot, matcher: Matcher, direction: Direction = "older"): Source[] {
    const { blocks, open } = snapshot;
    const expression = matcher.search?.indexExpression ?? null;
    const found = expression === null ? null : this.#store.candidates(expression);
    const sources: Source[] = [];
    for (const block of blocks) {
      if (found !== null && !found.has(block.firstId)) continue;
      if (canMatch(matcher, block)) {
        sources.push({ block, firstTime: block.firstTime, lastTime: block.lastTime });
      }
    }
    if (open.count > 0) {
      let [firstTime, lastTime] = [Infinity, -Infinity];
      for (const time of open.times) {
        if (time < firstTime) firstTime = time;
        if (time > lastTime) lastTime = time;
      }
      sources.push({ block: null, firstTime, lastTime });
    }
    return direction === "older"
      ? sources.sort((one, other) => other.lastTime - one.lastTime)
      : sources.sort((one, other) => one.firstTime - other.firstTime);
  }

  #open(snapshot: Snapshot, { block }: Source): EntryList | null {
    return this.#list(snapshot, block);
  }

  #list(snapshot: Snapshot, block: BlockInfo | null): EntryList | null {
    return block ? this.#store.block(block.firstId) : snapshot.open;
  }

  /** Where an entry is in the list; null when it is not there. */
  #placeOf(snapshot: Snapshot, id: number): Place | null {
    const at = indexOfSource(snapshot, id);
    const list = at === null ? null : this.#list(snapshot, snapshot.blocks[at] ?? null);
    return list ? { id, time: list.times[id - list.firstId] ?? 0 } : null;
  }

  #knownCounts(filter: LogFilter, { search }: Matcher, { blocks }: Snapshot) {
    if (search === null) return null;
    const { containers, levels } = filter;
    const key = JSON.stringify([filter.search, containers.toSorted(), levels.toSorted()]);
    const known = this.#counts.get(key) ?? new Map<number, number>();
    // Ring and restarts leave behind what nobody asks for.
    if (known.size > 2 * blocks.length) known.clear();
    this.#counts.delete(key);
    this.#counts.set(key, known);
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= KEPT_COUNTS) break;
      this.#counts.delete(oldest);
    }
    return known;
  }
}

/** More minutes than there ever are, so that all counts fall into one step. */
const EVER = 1e12;

/** Places that nothing lies beyond. */
const NOWHERE: Readonly<Record<Direction, Place>> = {
  older: { time: -Infinity, id: 0 },
  newer: { time: Infinity, id: 0 },
};

function offerAll(
  nearest: Nearest,
  list: EntryList,
  positions: readonly number[],
  { block }: Source,
  { direction, place }: { readonly direction: Direction; readonly place: Place | null },
): void {
  const sign = direction === "older" ? -1 : 1;
  for (let index = 0; index < positions.length; index++) {
    const position = positions.at(sign < 0 ? -1 - index : index) ?? 0;
    const found = {
      time: list.times[position] ?? 0,
      id: list.firstId + position,
      block: block?.firstId ?? null,
      position,
    };
    if (place !== null && sign * comparePlaces(found, place) <= 0) continue;
    nearest.offer(found);
  }
}

/** Whether all of a source's entries lie in the range of time. */
function isWhole({ since, until }: Matcher, { firstTime, lastTime }: Source): boolean {
  return firstTime >= since && lastTime < until;
}

/** The lines that are in memory: sorted, each once, with marks where some are missing. Pure. */
import { compareLines, type Line } from "../../logs/line.ts";

export interface LineItem {
  readonly kind: "line";
  readonly line: Line;
  readonly id: number;
  readonly time: number;
  /** Measured height in px; 0 while it is as high as any row. */
  height: number;
  /** The number of its day, once somebody asked; telling days by a clock takes long for so many. */
  day: number | null;
}

/** Stands where lines exist that are not here, behind the line whose place it shares. */
export interface GapItem {
  readonly kind: "gap";
  readonly id: number;
  readonly time: number;
  /** The line before it. */
  readonly after: number;
  /** How many are missing, where that is known. */
  readonly count: number | null;
  isLoading: boolean;
  height: number;
  day: number | null;
}

export type Item = LineItem | GapItem;

/** What changed: rows at the end alone, or anything. */
export interface Change {
  /** Lines that were not here before. */
  readonly added: number;
  /** From which index on items are new; null when others moved. */
  readonly appendedFrom: number | null;
}

const NOTHING: Change = { added: 0, appendedFrom: null };

export class LineStore {
  #items: Item[] = [];
  readonly #known = new Map<number, LineItem>();

  get items(): readonly Item[] {
    return this.#items;
  }

  get length(): number {
    return this.#items.length;
  }

  get first(): Item | undefined {
    return this.#items[0];
  }

  get last(): Item | undefined {
    return this.#items.at(-1);
  }

  has(id: number): boolean {
    return this.#known.has(id);
  }

  lineOf(id: number): Line | undefined {
    return this.#known.get(id)?.line;
  }

  /** The index of a line or a gap; −1 when it is not here. */
  indexOf(id: number): number {
    const item = this.#known.get(id) ?? this.#items.find((one) => one.id === id);
    return item === undefined ? -1 : this.#lowerBound(item);
  }

  /** The index of the first item at a moment or later; the length when there is none. */
  indexAt(time: number): number {
    return this.#lowerBound({ time, id: -Infinity });
  }

  /** Adds lines in any order; those that are known already are left out. */
  insert(lines: readonly Line[]): Change {
    const fresh: Item[] = [];
    for (const line of lines) {
      if (this.#known.has(line.id)) continue;
      const { id, time } = line;
      const item: LineItem = { kind: "line", line, id, time, height: 0, day: null };
      this.#known.set(line.id, item);
      fresh.push(item);
    }
    return this.#merge(fresh);
  }

  /** Marks that lines are missing behind one of them. */
  addGap(after: Line, count: number | null): Change {
    // Ids are whole numbers, so nothing comes between a line and its gap.
    const id = after.id + 0.5;
    if (this.#items[this.#lowerBound({ time: after.time, id })]?.id === id) return NOTHING;
    const gap: GapItem = {
      kind: "gap",
      id,
      time: after.time,
      after: after.id,
      count,
      isLoading: false,
      height: 0,
      day: null,
    };
    return this.#merge([gap]);
  }

  removeGap(gap: GapItem): void {
    this.#items = this.#items.filter((item) => item !== gap);
  }

  /** Forgets items at one end. */
  drop(end: "oldest" | "newest", count: number): void {
    const at = end === "oldest" ? 0 : Math.max(0, this.#items.length - count);
    for (const item of this.#items.splice(at, count)) this.#known.delete(item.id);
  }

  #merge(fresh: Item[]): Change {
    const [first] = fresh.sort(compareLines);
    const added = fresh.filter(({ kind }) => kind === "line").length;
    const last = this.last;
    if (first === undefined) return NOTHING;
    if (last === undefined || compareLines(last, first) < 0) {
      const appendedFrom = this.#items.length;
      for (const item of fresh) this.#items.push(item);
      return { added, appendedFrom };
    }
    const from = this.#lowerBound(first);
    const tail = this.#items.splice(from);
    const merged = mergeSorted(tail, fresh);
    for (const item of merged) this.#items.push(item);
    return { added, appendedFrom: null };
  }

  /** The index of the first item that does not come before `place`. */
  #lowerBound(place: { readonly time: number; readonly id: number }): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.#items[middle];
      if (item !== undefined && compareLines(item, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function mergeSorted(one: readonly Item[], other: readonly Item[]): Item[] {
  const merged: Item[] = [];
  let at = 0;
  for (const item of one) {
    for (let next = other[at]; next && compareLines(next, item) < 0; next = other[++at]) {
      merged.push(next);
    }
    merged.push(item);
  }
  for (; at < other.length; at++) {
    const rest = other[at];
    if (rest) merged.push(rest);
  }
  return merged;
}

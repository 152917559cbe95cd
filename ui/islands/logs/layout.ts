/** Where each item of the list stands: in either order, with a line above where the day changes. */
import { dayNumber, type Zone } from "../../format.ts";
import { Heights } from "./heights.ts";
import type { Change, Item, LineStore } from "./line_store.ts";
import type { Measures } from "./measuring.ts";

/** Characters of a wrapped row that count for a guess; what is beyond is not shown. */
const GUESSED_CHARACTERS = 1500;
const GUESSED_LINES = 30;

export class Layout {
  readonly #store: LineStore;
  readonly #heights = new Heights();
  #measures: Measures = { row: 20, day: 28, gap: 28, columns: 100, isWrapped: false };
  #zone: Zone;
  /** Whether the newest is at the top. */
  #isFlipped: boolean;

  constructor(store: LineStore, zone: Zone, isFlipped: boolean) {
    this.#store = store;
    this.#zone = zone;
    this.#isFlipped = isFlipped;
  }

  get height(): number {
    return this.#heights.total;
  }

  get isFlipped(): boolean {
    return this.#isFlipped;
  }

  get zone(): Zone {
    return this.#zone;
  }

  /** Takes other measures, another zone or order; heights that were measured count no more. */
  change(
    { measures, zone, isFlipped }: {
      readonly measures?: Measures;
      readonly zone?: Zone;
      readonly isFlipped?: boolean;
    },
  ): void {
    if (measures) {
      this.#measures = measures;
      for (const item of this.#store.items) item.height = 0;
    }
    if (zone) {
      this.#zone = zone;
      for (const item of this.#store.items) item.day = null;
    }
    this.#isFlipped = isFlipped ?? this.#isFlipped;
    this.rebuild();
  }

  /** Follows what happened in the store. */
  update({ appendedFrom }: Change): void {
    if (appendedFrom === null) return this.rebuild();
    for (let at = appendedFrom; at < this.#store.length; at++) {
      this.#heights.push(this.#heightAt(at));
    }
    // What was the end had a day above it, or has none any more.
    if (this.#isFlipped && appendedFrom > 0) this.#refresh(appendedFrom - 1);
  }

  rebuild(): void {
    this.#heights.reset(this.#store.length, (at) => this.#heightAt(at));
  }

  /** Characters of a message that fit a line. */
  get columns(): number {
    return this.#measures.columns;
  }

  get dayHeight(): number {
    return this.#measures.day;
  }

  /** Takes the measured height of an item, 0 for that of any row; gives whether that changes anything. */
  measure(index: number, item: Item, height: number): boolean {
    if (height === 0 ? item.height === 0 : Math.abs(this.#itemHeight(item) - height) < 0.5) {
      return false;
    }
    item.height = height;
    this.#refresh(index);
    return true;
  }

  /** Where an item begins, below what announces its day. */
  topOf(index: number): number {
    const day = this.hasDay(index) ? this.#measures.day : 0;
    const before = this.#heights.top(index);
    return day + (this.#isFlipped ? this.height - before - this.#heights.get(index) : before);
  }

  /** The height of an item, without what announces its day. */
  heightOf(index: number): number {
    const item = this.#store.items[index];
    return item ? this.#itemHeight(item) : 0;
  }

  /** The index of the item at a height; −1 without items. */
  at(top: number): number {
    return this.#heights.find(this.#isFlipped ? this.height - top - 0.01 : top);
  }

  /** The index of the item that is shown below another; the length or −1 behind the last. */
  below(index: number): number {
    return this.#isFlipped ? index - 1 : index + 1;
  }

  /** Whether the day changes above an item. */
  hasDay(index: number): boolean {
    const item = this.#store.items[index];
    const above = this.#store.items[this.#isFlipped ? index + 1 : index - 1];
    return item !== undefined && above !== undefined && this.#dayOf(item) !== this.#dayOf(above);
  }

  #refresh(index: number): void {
    this.#heights.set(index, this.#heightAt(index));
  }

  #heightAt(index: number): number {
    const item = this.#store.items[index];
    if (!item) return 0;
    return this.#itemHeight(item) + (this.hasDay(index) ? this.#measures.day : 0);
  }

  #itemHeight(item: Item): number {
    if (item.height > 0) return item.height;
    const { row, gap, columns, isWrapped } = this.#measures;
    if (item.kind === "gap") return gap;
    return isWrapped ? row * guessedLines(item.line.text, columns) : row;
  }

  #dayOf(item: Item): number {
    return item.day ??= dayNumber(item.time, this.#zone);
  }
}

/** How many lines a text takes where so many characters fit. */
function guessedLines(text: string, columns: number): number {
  if (text.length <= columns && !text.includes("\n")) return 1;
  let lines = 0;
  for (const line of text.slice(0, GUESSED_CHARACTERS).trimEnd().split("\n", GUESSED_LINES)) {
    lines += Math.max(1, Math.ceil(line.length / columns));
  }
  return lines;
}

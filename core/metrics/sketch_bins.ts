import type { SketchReader, SketchWriter } from "./sketch_bytes.ts";

/**
 * Each bin is so many times as wide as the one before. The middle of a bin, by ratio, is within
 * √1.02 - 1 = 0.995 % of all its values; what is left to 1 % is for rounding, which is below 1e-11
 * even at the ends of the doubles.
 */
const GAMMA = 1.02;
const LN_GAMMA = Math.log(GAMMA);

/** Neither the smallest normal double nor the greatest one has an index further from 0. */
const GREATEST_INDEX = Math.round(Math.log(Number.MAX_VALUE) / LN_GAMMA);

/** Memory is taken by pages of neighbouring bins; a page spans a factor of 1.37. */
const PAGE_BINS = 16;
const PAGE_BITS = Math.log2(PAGE_BINS);

/** 4096 bins, 32 KiB of counts. */
const MAX_PAGES = 256;

const NO_PLACE = -1;
const NO_PLACES = new Int16Array(0);
const NO_COUNTS = new Float64Array(0);

/** Counts up to this are encoded in one number with their bin. */
const GREATEST_SHORT_COUNT = 3;

/** `magnitude` is a normal finite double above zero. */
export function indexOf(magnitude: number): number {
  return Math.round(Math.log(magnitude) / LN_GAMMA);
}

/** A magnitude within 1 % of all those that have this index. */
export function magnitudeOf(index: number): number {
  // The middle of the last bin is beyond the doubles.
  return Math.min(Math.exp(index * LN_GAMMA), Number.MAX_VALUE);
}

/**
 * How many values fell into each bin of magnitudes, for values of one sign; bin `i` is around
 * `GAMMA ** i`. Of all pages that were ever needed the greatest `MAX_PAGES` are kept, and what is
 * below them is in the first bin of the first page: order makes no difference.
 */
export class Bins {
  /** Pages in the order in which they were needed. */
  #counts = NO_COUNTS;
  #pages = 0;
  #lowestPage = 0;
  /** Which place in `#counts` a page has; the first entry is of page `#firstPage`. */
  #places = NO_PLACES;
  #firstPage = 0;
  #total = 0;

  /** How many values there are. */
  get total(): number {
    return this.#total;
  }

  /** `index` is one that `indexOf` gives, `count` a whole number from 1. */
  add(index: number, count: number): void {
    let slot = this.#slotOf(index);
    if (slot < 0) slot = this.#open(index);
    this.#counts[slot] = this.#at(slot) + count;
    this.#total += count;
  }

  merge(other: Bins): void {
    other.#forEach((index, count) => this.add(index, count));
  }

  /** The index of the value with this rank, 1 for the smallest magnitude, at most `total`. */
  indexAtRank(rank: number): number {
    let passed = 0;
    let found = 0;
    this.#forEach((index, count) => {
      if (passed < rank) found = index;
      passed += count;
    });
    return found;
  }

  /** How many bins are not empty. */
  countBins(): number {
    let bins = 0;
    for (let slot = 0; slot < this.#pages * PAGE_BINS; slot++) if (this.#at(slot) > 0) bins++;
    return bins;
  }

  /**
   * Writes a number or two for each bin that is not empty, in ascending order. The first is four
   * times the distance to the bin before (for the first bin to 0, of either sign), plus the count if
   * that is 1 to 3. Only greater counts have the second, which is by how much they are over 4.
   */
  encode(writer: SketchWriter): void {
    let before: number | undefined;
    this.#forEach((index, count) => {
      const distance = before === undefined ? zigzag(index) : index - before;
      before = index;
      const isShort = count <= GREATEST_SHORT_COUNT;
      writer.unsigned(4 * distance + (isShort ? count : 0));
      if (!isShort) writer.unsigned(count - GREATEST_SHORT_COUNT - 1);
    });
  }

  /** Adds what `encode` wrote of so many bins. Throws an Error if it cannot have. */
  mergeEncoded(reader: SketchReader, bins: number): void {
    let index = 0;
    for (let bin = 0; bin < bins; bin++) {
      const number = reader.unsigned();
      const shortCount = number % 4;
      const distance = (number - shortCount) / 4;
      if (bin > 0 && distance === 0) throw new Error("Sketch has a bin twice");
      index = bin === 0 ? unzigzag(distance) : index + distance;
      if (Math.abs(index) > GREATEST_INDEX) throw new Error("Sketch has a bin beyond all doubles");
      const count = shortCount > 0 ? shortCount : reader.unsigned() + GREATEST_SHORT_COUNT + 1;
      this.add(index, count);
    }
  }

  /** Empty again; the memory stays for what comes next. */
  clear(): void {
    this.#counts.fill(0, 0, this.#pages * PAGE_BINS);
    this.#pages = 0;
    this.#places.fill(NO_PLACE);
    this.#total = 0;
  }

  #at(slot: number): number {
    return this.#counts[slot] ?? 0;
  }

  /** Where the count of a bin is, below 0 if its page has no place. */
  #slotOf(index: number): number {
    const place = this.#places[(index >> PAGE_BITS) - this.#firstPage] ?? NO_PLACE;
    return place * PAGE_BINS + (index & (PAGE_BINS - 1));
  }

  #forEach(visit: (index: number, count: number) => void): void {
    for (let entry = 0; entry < this.#places.length; entry++) {
      const place = this.#places[entry] ?? NO_PLACE;
      if (place === NO_PLACE) continue;
      for (let bin = 0; bin < PAGE_BINS; bin++) {
        const count = this.#at(place * PAGE_BINS + bin);
        if (count > 0) visit((this.#firstPage + entry) * PAGE_BINS + bin, count);
      }
    }
  }

  /** Gives the page of a bin a place. Returns the slot to use: of another bin below all pages. */
  #open(index: number): number {
    const page = index >> PAGE_BITS;
    if (this.#pages < MAX_PAGES) {
      this.#lowestPage = this.#pages === 0 ? page : Math.min(this.#lowestPage, page);
      this.#setPlace(page, this.#pages++);
      this.#growCounts();
    } else if (page > this.#lowestPage) {
      this.#replaceLowest(page);
    } else {
      return this.#slotOf(this.#lowestPage * PAGE_BINS);
    }
    return this.#slotOf(index);
  }

  /** Gives the place of the lowest page to another, and its counts to what is the lowest then. */
  #replaceLowest(page: number): void {
    const start = this.#slotOf(this.#lowestPage * PAGE_BINS);
    let sum = 0;
    for (let slot = start; slot < start + PAGE_BINS; slot++) {
      sum += this.#at(slot);
      this.#counts[slot] = 0;
    }
    this.#setPlace(this.#lowestPage, NO_PLACE);
    this.#setPlace(page, start / PAGE_BINS);
    do this.#lowestPage++; while (this.#slotOf(this.#lowestPage * PAGE_BINS) < 0);
    const slot = this.#slotOf(this.#lowestPage * PAGE_BINS);
    this.#counts[slot] = this.#at(slot) + sum;
  }

  #setPlace(page: number, place: number): void {
    const { length } = this.#places;
    if (length === 0) this.#firstPage = page;
    const first = Math.min(this.#firstPage, page);
    const end = Math.max(this.#firstPage + length, page + 1);
    if (end - first > length) {
      const places = new Int16Array(end - first).fill(NO_PLACE);
      places.set(this.#places, this.#firstPage - first);
      this.#places = places;
      this.#firstPage = first;
    }
    this.#places[page - first] = place;
  }

  #growCounts(): void {
    const wanted = this.#pages * PAGE_BINS;
    if (wanted <= this.#counts.length) return;
    const grown = new Float64Array(Math.max(wanted, 2 * this.#counts.length));
    grown.set(this.#counts);
    this.#counts = grown;
  }
}

/** Whole numbers of either sign as such from 0: small ones stay small. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

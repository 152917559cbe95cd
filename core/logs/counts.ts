import { MINUTE } from "../clock.ts";
import type { EntryList } from "./block.ts";
import { LEVELS, type NewEntry } from "./model.ts";

/** Counts by level, from DEBUG to CRITICAL. */
export type LevelCounts = [number, number, number, number, number];

/** Entries by container and minute, as they are added to what is counted, or taken from it. */
export class CountDeltas {
  /** By container, then by minute since the epoch. */
  readonly containers = new Map<string, Map<number, LevelCounts>>();

  static of(entries: readonly NewEntry[]): CountDeltas {
    const deltas = new CountDeltas();
    for (const { container, time, level } of entries) {
      deltas.#count(container, time, LEVELS.indexOf(level));
    }
    return deltas;
  }

  static ofList(entries: EntryList): CountDeltas {
    const deltas = new CountDeltas();
    const { times, levels, containers, containerNames } = entries;
    for (let at = 0; at < entries.count; at++) {
      deltas.#count(containerNames[containers[at] ?? 0] ?? "", times[at] ?? 0, levels[at] ?? 0);
    }
    return deltas;
  }

  #count(container: string, time: number, level: number): void {
    let minutes = this.containers.get(container);
    if (!minutes) this.containers.set(container, minutes = new Map());
    const minute = Math.floor(time / MINUTE);
    let counts = minutes.get(minute);
    if (!counts) minutes.set(minute, counts = [0, 0, 0, 0, 0]);
    counts[level] = (counts[level] ?? 0) + 1;
  }
}

/** All levels together. */
export function sumOfLevels(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

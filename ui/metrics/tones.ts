import { nameHash } from "../name_hash.ts";
import { type Tone, TONES } from "./chart_data.ts";

/**
 * Colours of lines by their names, each another, for as many as there are colours. A name has the one that its
 * letters make, whichever its rank, unless an earlier one of the alphabet has it: it then takes what is left.
 */
export function tonesOf(names: readonly string[]): ReadonlyMap<string, Tone> {
  const tones = new Map<string, Tone>();
  const free = new Set<Tone>(TONES);
  const give = (name: string, tone: Tone | undefined) => {
    if (tone === undefined || !free.delete(tone)) return;
    tones.set(name, tone);
  };
  const sorted = names.toSorted();
  for (const name of sorted) give(name, TONES[nameHash(name) % TONES.length]);
  for (const name of sorted) if (!tones.has(name)) give(name, [...free][0]);
  return tones;
}

import { nameHash } from "../name_hash.ts";

const HUES = 12;

/** Classes of colour for containers: the same name has the same one on every page. Pure. */
export type Hues = Readonly<Record<string, number>>;

/**
 * Those of names whose own hue another one has already, which take the next that is free. Names beside them
 * have the hue that their letters make.
 */
export function huesOf(names: readonly string[]): Hues {
  const taken = new Set<number>();
  const moved: Record<string, number> = {};
  for (const name of names.toSorted()) {
    const own = ownHue(name);
    let hue = own;
    while (taken.has(hue) && taken.size < HUES) hue = (hue + 5) % HUES;
    taken.add(hue);
    if (hue !== own) moved[name] = hue;
  }
  return moved;
}

/** The class of a container's name. */
export function hueClass(name: string, hues: Hues): string {
  return `hue-${Object.hasOwn(hues, name) ? hues[name] : ownHue(name)}`;
}

function ownHue(name: string): number {
  return nameHash(name) % HUES;
}

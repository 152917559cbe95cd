import type { MapName } from "./stored_maps.ts";

/**
 * Finds the map of a script among those of a release.
 *
 * Origin, query and fragment do not count, nor do `~` in front (as other tools write it) and `.map` at the
 * end of an uploaded `file_url`. Of the paths left, the best is
 * 1. the same whole address, origin included;
 * 2. the same path;
 * 3. the one with the most parts in common at the end, at least the file's name: a CDN or a deploy puts
 *    others in front. Of several with as many, the one that is all in the other's path; if it is not one
 *    alone, none: a wrong map names code that never ran.
 */
export class MapPaths {
  readonly #byAddress = new Map<string, MapName>();
  readonly #byPath = new Map<string, MapName>();
  readonly #byFile = new Map<string, Candidate[]>();

  constructor(names: readonly MapName[]) {
    for (const name of names) {
      const { address, path } = readAddress(withoutMapEnding(name.fileUrl));
      if (path === "") continue;
      this.#byAddress.set(address, newer(this.#byAddress.get(address), name));
      this.#byPath.set(path, newer(this.#byPath.get(path), name));
    }
    for (const [path, name] of this.#byPath) {
      const parts = path.split("/").reverse();
      const [file = ""] = parts;
      const same = this.#byFile.get(file);
      if (same) same.push({ parts, name });
      else this.#byFile.set(file, [{ parts, name }]);
    }
  }

  /** The id of the map; null where there is none, or it is not clear which. */
  find(url: string): number | null {
    if (HAS_NO_MAP.test(url)) return null;
    const { address, path } = readAddress(url);
    const exact = this.#byAddress.get(address) ?? this.#byPath.get(path);
    if (exact !== undefined) return exact.id;
    const parts = path.split("/").reverse();
    let best: { readonly score: number; readonly ids: readonly number[] } = { score: 0, ids: [] };
    for (const candidate of this.#byFile.get(parts[0] ?? "") ?? []) {
      const score = scoreOf(candidate.parts, parts);
      if (score < best.score) continue;
      const ids = score === best.score ? [...best.ids, candidate.name.id] : [candidate.name.id];
      best = { score, ids };
    }
    const [id = null, ...others] = best.ids;
    return others.length === 0 ? id : null;
  }
}

interface Candidate {
  /** The parts of the path, the file's name first. */
  readonly parts: readonly string[];
  readonly name: MapName;
}

/** Code that no file of the page holds: there is nothing that a map could be uploaded for. */
const HAS_NO_MAP =
  /^(?:blob|data|about|javascript|node|resource|chrome|moz-extension|chrome-extension|safari-extension|safari-web-extension|ms-browser-extension|webkit-masked-url):|^</i;

function scoreOf(candidate: readonly string[], parts: readonly string[]): number {
  const most = Math.min(candidate.length, parts.length);
  let common = 0;
  while (common < most && candidate[common] === parts[common]) common++;
  return 2 * common + (common === most ? 1 : 0);
}

function newer(known: MapName | undefined, name: MapName): MapName {
  return known !== undefined && known.id > name.id ? known : name;
}

function withoutMapEnding(fileUrl: string): string {
  return fileUrl.replace(/\.map(?=$|[?#])/i, "");
}

/** The address without query and fragment, and the path alone without slashes at its ends. */
function readAddress(url: string): { readonly address: string; readonly path: string } {
  const address = decode(url.replace(/[?#].*$/s, "")).replaceAll("\\", "/");
  const path = address.replace(/^~|^[a-z][a-z0-9+.-]+:\/\/[^/]*/i, "").replace(/^[a-z]:/i, "");
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return { address, path: parts.join("/") };
}

/** Percent-encoded or not, it is the same path. */
function decode(url: string): string {
  if (!url.includes("%")) return url;
  try {
    return decodeURIComponent(url);
  } catch {
    // Not an encoding: the percent sign stands for itself.
    return url;
  }
}

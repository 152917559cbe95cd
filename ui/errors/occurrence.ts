import type { ErrorDetail, Occurrence } from "../../core/errors/model.ts";
import { choiceParam, integerParam, readQuery } from "../../core/http/query_params.ts";
import { errorPath, withQuery } from "../links.ts";

export type TraceView = "frames" | "raw";

const DETAIL_QUERY = {
  occurrence: integerParam({
    fallback: 0,
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    description: "The occurrence to show; the newest when absent",
  }),
  view: choiceParam<TraceView>(
    { frames: "frames", raw: "raw" },
    "frames",
    "How the traceback is shown",
  ),
};

/** The occurrence that the detail page shows. */
export interface Chosen {
  readonly occurrence: Occurrence;
  readonly view: TraceView;
  /** Where it stands among those kept, from 0, the newest. */
  readonly index: number;
  /** Whether the address asks for one that is no longer kept, so that the newest stands in. */
  readonly replaced: boolean;
  /** Whether the address names it. */
  readonly pinned: boolean;
}

/** The occurrence that an address asks for; null for a group that has none. */
export function chosenOccurrence(url: string, { occurrences }: ErrorDetail): Chosen | null {
  const { occurrence: id, view } = readQuery(url, DETAIL_QUERY);
  const found = occurrences.findIndex((one) => one.id === id);
  const index = Math.max(0, found);
  const occurrence = occurrences[index];
  if (occurrence === undefined) return null;
  const pinned = id !== 0;
  return { occurrence, view, index, replaced: pinned && found < 0, pinned };
}

/** The address of an occurrence of a group. */
export function occurrencePath(
  id: number,
  occurrence: number | undefined,
  view: TraceView = "frames",
): string {
  return withQuery(errorPath(id), { occurrence, view: view === "frames" ? undefined : view });
}

/** The release that an occurrence says it ran, in `extra.release`. */
export function releaseOf({ extra }: Occurrence): string | null {
  const release = extra?.release;
  return typeof release === "string" || typeof release === "number" ? String(release) : null;
}

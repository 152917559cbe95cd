import { SECOND } from "../clock.ts";
import type { Stepwise } from "../stepwise.ts";
import { MergedBucket } from "./bucket.ts";
import type { Resolution, TimeRange } from "./model.ts";
import type { OpenedPack, OpenedPacks } from "./opened_packs.ts";
import { decodeTotal } from "./pack.ts";
import { RESOLUTION_SECONDS } from "./read_sqlite_store.ts";
import type { MetricIdentity } from "./series_registry.ts";

/** Which series are taken together: a group's place by the id of a series; null for all as one. */
export type Grouping = ReadonlyMap<number, number> | null;

/** A metric, with the grouping of its series. */
export interface Selection {
  readonly metric: MetricIdentity;
  readonly groups: Grouping;
}

export interface Steps {
  readonly packs: OpenedPacks;
  readonly resolution: Resolution;
  readonly range: TimeRange;
  /** Ms from the start of a bucket that is asked for to the next. */
  readonly step: number;
}

/** How long a bucket is, in ms. */
export function bucketMs(resolution: Resolution): number {
  return RESOLUTION_SECONDS[resolution] * SECOND;
}

/**
 * Calls `visit` with each step that has samples, in its order, and the merged bucket of each group, which
 * holds until the next step; its count is 0 where the group has no samples.
 */
export function* mergeSteps(
  { packs, resolution, range, step }: Steps,
  selections: readonly Selection[],
  visit: (time: number, groups: readonly (MergedBucket | undefined)[]) => void,
): Stepwise<void> {
  const parts: { readonly pack: OpenedPack; readonly groups: Grouping }[] = [];
  for (const { metric, groups } of selections) {
    if (groups !== null && groups.size === 0) continue;
    for (const pack of yield* packs.of(metric, resolution, range)) parts.push({ pack, groups });
  }
  parts.sort((one, other) => one.pack.time - other.pack.time);
  let time = NaN;
  const merged: (MergedBucket | undefined)[] = [];
  for (const { pack, groups } of parts) {
    const start = Math.floor(pack.time / step) * step;
    if (start !== time) {
      if (merged.length > 0) visit(time, merged);
      time = start;
      // Used again: a sketch is made of several arrays.
      for (const bucket of merged) bucket?.clear();
    }
    addPack(pack, groups, merged);
    yield;
  }
  if (merged.length > 0) visit(time, merged);
}

function addPack(pack: OpenedPack, groups: Grouping, merged: (MergedBucket | undefined)[]): void {
  if (groups === null) {
    const { bucket, sketch } = decodeTotal(pack.total());
    (merged[0] ??= new MergedBucket()).add(bucket, sketch);
    return;
  }
  const series = pack.series();
  for (let at = 0; at < series.size; at++) {
    const group = groups.get(series.ids[at] ?? 0);
    if (group !== undefined) series.addTo(merged[group] ??= new MergedBucket(), at);
  }
}

import { choiceParam, readQuery, textParam } from "../http/query_params.ts";
import { isoTime } from "../clock.ts";
import { LIMITS } from "./model.ts";
import { ExportReads } from "./export_sqlite_store.ts";

export const TIERS = ["raw", "minute", "hour"] as const;
export type Tier = (typeof TIERS)[number];

/** What chooses what is exported. */
export const exportParams = {
  tier: choiceParam<Tier | undefined>(
    { raw: "raw", minute: "minute", hour: "hour" },
    undefined,
    "only raw samples, or only buckets of a minute or of an hour",
  ),
  name: textParam(LIMITS.name, "only this metric"),
  project: textParam(LIMITS.project, "only this project"),
};

export type ExportFilter = ReturnType<typeof readExportFilter>;

export function readExportFilter(url: string) {
  return readQuery(url, exportParams);
}

/**
 * Everything that is kept, oldest first: hours, then minutes, then raw samples, each with its `tier`. From a
 * database file that may be in use.
 */
export function* exportMetrics(path: string, filter: ExportFilter): Generator<unknown> {
  const reads = new ExportReads(path, filter);
  try {
    for (const tier of ["hour", "minute"] as const) {
      if (filter.tier !== undefined && filter.tier !== tier) continue;
      for (const bucket of reads.buckets(tier)) yield { tier, ...bucket };
    }
    if (filter.tier !== undefined && filter.tier !== "raw") return;
    for (const { time, value, series, id } of reads.samples()) {
      const { project, name, type, labels } = series;
      yield { tier: "raw", id, timestamp: isoTime(time), project, name, type, labels, value };
    }
  } finally {
    reads.close();
  }
}

import type { SourceMap } from "../../../core/relay/model.ts";

/** The source maps of one release of a project. */
export interface ReleaseMaps {
  readonly project: string;
  readonly release: string;
  /** By address. */
  readonly maps: readonly SourceMap[];
  /** Bytes of all of them. */
  readonly size: number;
  /** When the newest came, ISO 8601. */
  readonly uploadedAt: string;
}

/** Puts maps (the newest first) together by project and release; the release of the newest comes first. */
export function byRelease(maps: readonly SourceMap[]): readonly ReleaseMaps[] {
  const groups = Map.groupBy(maps, ({ project, release }) => JSON.stringify([project, release]));
  return [...groups.values()].flatMap((members) => {
    const [newest] = members;
    if (!newest) return [];
    return [{
      project: newest.project,
      release: newest.release,
      maps: members.toSorted((one, other) => one.file_url < other.file_url ? -1 : 1),
      size: members.reduce((sum, { size }) => sum + size, 0),
      uploadedAt: newest.uploaded_at,
    }];
  });
}

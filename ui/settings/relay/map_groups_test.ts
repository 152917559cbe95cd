import assert from "node:assert/strict";
import type { SourceMap } from "../../../core/relay/model.ts";
import { byRelease } from "./map_groups.ts";

function uploaded(id: number, project: string, release: string, file_url: string): SourceMap {
  return {
    id,
    project,
    release,
    file_url,
    size: 10 * id,
    uploaded_at: `2026-11-20T10:00:0${id}.000Z`,
  };
}

Deno.test("byRelease() puts the maps of a release together, the newest release first", () => {
  const groups = byRelease([
    uploaded(5, "shop", "2", "/b.js"),
    uploaded(4, "blog", "2", "/b.js"),
    uploaded(3, "shop", "1", "/a.js"),
    uploaded(2, "shop", "2", "/a.js"),
  ]);
  assert.deepEqual(
    groups.map(({ project, release, maps, size, uploadedAt }) => [
      ...[project, release, maps.map((map) => map.file_url).join(" "), size, uploadedAt],
    ]),
    [
      ["shop", "2", "/a.js /b.js", 70, "2026-11-20T10:00:05.000Z"],
      ["blog", "2", "/b.js", 40, "2026-11-20T10:00:04.000Z"],
      ["shop", "1", "/a.js", 30, "2026-11-20T10:00:03.000Z"],
    ],
  );
});

Deno.test("byRelease() of nothing is nothing", () => {
  assert.deepEqual(byRelease([]), []);
});

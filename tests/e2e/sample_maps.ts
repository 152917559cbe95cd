/** Source maps to look at. */
import assert from "node:assert/strict";
import type { Program } from "../support/program.ts";

const MAP = { version: 3, sources: ["app.ts"], names: [], mappings: "AAAA" };

/** Uploads a map that must be taken. */
export async function uploadMap(
  program: Program,
  map: { readonly project: string; readonly release: string; readonly file_url: string },
): Promise<void> {
  const response = await program.fetch("/api/source-maps", {
    method: "POST",
    body: JSON.stringify({ ...map, map_content: JSON.stringify(MAP) }),
  });
  assert.equal(response.status, 201, await response.text());
}

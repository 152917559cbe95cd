import { readFileSync } from "node:fs";
import type { BuiltAssets } from "./assets.ts";

/**
 * What `ui/build.ts` built. The bundle of the program replaces this module by one that has the table
 * inlined. Throws when the web interface has not been built.
 */
export function builtAssets(): BuiltAssets {
  try {
    return JSON.parse(readFileSync(new URL("../dist/ui.json", import.meta.url), "utf8"));
  } catch (cause) {
    throw new Error("The web UI is not built: run `deno task build:ui`", { cause });
  }
}

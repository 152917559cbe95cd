/** Holds the pages of `docs/` that `deno task docs` writes to what it would write now. */
import assert from "node:assert/strict";
import { generatedPages } from "../docs/generate.ts";

Deno.test("docs/: the reference is what the program tells of itself", async () => {
  for (const [name, text] of await generatedPages()) {
    const written = await Deno.readTextFile(new URL(`../docs/${name}`, import.meta.url));
    assert.equal(written, text, `docs/${name} is out of date: run \`deno task docs\``);
  }
});

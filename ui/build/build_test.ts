import assert from "node:assert/strict";
import { buildAssets } from "./assets_build.ts";
import { hashInputs, readInputs } from "./inputs.ts";

// esbuild ends its process a little after it says so.
const options = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "buildAssets() names every entry's file by its content, the same each time",
  options,
  async () => {
    const sources = await readInputs();
    const first = await buildAssets(sources);
    const second = await buildAssets(sources);
    assert.deepEqual(second, first);
    for (const [entry, path] of Object.entries(first.entries)) {
      assert.match(path, new RegExp(`^/assets/${entry}-[0-9A-Z]{8}\\.(js|css|svg)$`));
      assert.ok(first.files[path]?.body);
    }
  },
);

Deno.test("hashInputs() tells any change of a source, not of a test", options, async () => {
  const sources = await readInputs();
  assert.ok([...sources.keys()].every((path) => !path.includes("_test.")));
  const hash = hashInputs(sources);
  assert.equal(hashInputs(await readInputs()), hash);
  assert.notEqual(hashInputs(new Map([...sources, ["styles/main.css", "a"]])), hash);
});

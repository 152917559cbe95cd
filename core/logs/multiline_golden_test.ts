import assert from "node:assert/strict";
import { joinLines } from "./multiline_test_support.ts";

const GOLDEN = new URL("../../tests/golden/tracebacks/", import.meta.url);
/** What is printed to a container's log, not in a browser or on a telephone. */
const PRINTED = /^(?:deno|dotnet|go|java|kotlin|mixed|node|php|python|ruby|rust|scala)_/;
/** Messages of many lines that nothing tells from lines of their own, and a notebook's page. */
const SEVERAL = [
  "python_dataclass",
  "python_message_quotes_traceback",
  "python_notebook",
  "rust_new",
];

for (const { name } of Deno.readDirSync(GOLDEN)) {
  if (!PRINTED.test(name) || SEVERAL.some((one) => name === `${one}.txt`)) continue;
  Deno.test(`LineJoiner makes one entry of tests/golden/tracebacks/${name}`, () => {
    const lines = Deno.readTextFileSync(new URL(name, GOLDEN)).split(/\r?\n/);
    const entries = joinLines([...lines, "after all"]).map(([, message]) => message);
    assert.deepEqual(entries, [lines.join("\n").replace(/^\n+|\n+$/g, ""), "after all"]);
  });
}

/** What the relay writes, the Error Tracker must read: the two know nothing of each other. */
import assert from "node:assert/strict";
import { failingFrame, parseTraceback } from "../core/errors/traceback.ts";
import { isLibrary, sourceName } from "../core/relay/source_names.ts";
import { readStack } from "../core/relay/stack_frames.ts";

const SOURCES = [
  "../../src/cart.ts",
  "src/(shop)/[id]/page.tsx",
  "src/my (old) files/a b.ts",
  "C:\\shop\\src\\cart.ts",
  "/home/ci/shop/cart.ts",
  "file:///srv/shop/src/cart.ts",
  "https://cdn.example/src/cart.ts?v=1",
  "webpack://shop/./src/cart.ts?a1b2",
  "webpack://shop/webpack/bootstrap",
  "webpack:///webpack/runtime/load script",
  "../node_modules/preact/dist/preact.mjs",
  "webpack:///./node_modules/react/index.js",
  "cart.ts",
  "src/größe.ts",
  "\0vite/preload-helper.js",
  "",
  `${"deep/".repeat(500)}cart.ts`,
];

for (const source of SOURCES) {
  Deno.test(`A mapped frame of ${JSON.stringify(source.slice(0, 60))} is read by the tracker`, () => {
    const file = sourceName(source, "");
    for (
      const name of ["total", "new Cart", "Cart.total", "Cart.#sum", "[Symbol.iterator]", null]
    ) {
      for (const called of ["at", "at async"]) {
        const place = `${file}:12:5`;
        const frame = name === null ? `    ${called} ${place}` : `    ${called} ${name} (${place})`;
        const [, part] = parseTraceback(`TypeError: x is undefined\n${frame}`);
        assert.ok(part?.kind === "frame", frame);
        const { file: read, line, column, inApp } = part.frame;
        assert.deepEqual({ read, line, column }, { read: file, line: 12, column: 5 });
        assert.equal(inApp, !isLibrary(file), file);
      }
    }
  });
}

const URL = "https://shop.example/app.js";

/** Lines of Firefox and Safari: in Chrome's words the tracker must find the same in them. */
const GECKO = [
  `load@${URL}:3:73`,
  `@${URL}:3:73`,
  `load/<@${URL}:3:73`,
  `async*load@${URL}:3:7`,
  `./src/@cart/total.js/total@${URL}:1:204`,
  `page@${URL} line 2 > eval:3:7`,
  `@${URL} line 9 > Function:3:1`,
  `global code@${URL}:5:15`,
];

for (const line of GECKO) {
  Deno.test(`The tracker reads ${line} in Chrome's words as it does in the browser's own`, () => {
    const [, read] = readStack({ type: "Error", message: "x", stack: line });
    const own = failingFrame(line)?.frame;
    const words = failingFrame(`Error: x\n${read?.text}`)?.frame;
    assert.ok(own && words, read?.text);
    assert.deepEqual([words.file, words.line], [own.file, own.line]);
    assert.equal(words.inApp, own.inApp);
  });
}

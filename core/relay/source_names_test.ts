import assert from "node:assert/strict";
import { isLibrary, sourceName } from "./source_names.ts";

const CASES: readonly (readonly [source: string | null, root: string, name: string])[] = [
  // Rollup, Vite, esbuild: relative to where the bundle lies.
  ["../../src/cart.ts", "", "src/cart.ts"],
  ["src/./cart/../total.ts", "", "src/total.ts"],
  ["../node_modules/preact/dist/preact.mjs", "", "node_modules/preact/dist/preact.mjs"],
  ["../../src/Cart.vue?vue&type=script&setup=true&lang.ts", "", "src/Cart.vue"],
  ["\0vite/preload-helper.js", "", "vite/preload-helper.js"],
  // webpack and those like it.
  ["webpack:///./src/cart.ts", "", "src/cart.ts"],
  ["webpack://shop/./src/cart.ts?a1b2", "", "src/cart.ts"],
  ["webpack://@acme/shop/./src/cart.ts", "", "src/cart.ts"],
  ["webpack:///src/App.vue?vue&type=script&lang=ts", "", "src/App.vue"],
  ["webpack-internal:///./src/cart.ts", "", "src/cart.ts"],
  ["webpack://_N_E/./node_modules/react/index.js", "", "node_modules/react/index.js"],
  ["webpack://shop/webpack/bootstrap", "", "webpack:///webpack/bootstrap"],
  ["webpack:///webpack/runtime/load script", "", "webpack:///webpack/runtime/load script"],
  ['webpack://shop/external "react"', "", 'webpack:///external "react"'],
  ["turbopack:///[project]/src/cart.ts", "", "src/cart.ts"],
  ["ng:///AppModule/cart.ngfactory.js", "", "AppModule/cart.ngfactory.js"],
  // Roots.
  ["cart.ts", "src", "src/cart.ts"],
  ["cart.ts", "src/", "src/cart.ts"],
  ["./cart.ts", "webpack:///./src/", "src/cart.ts"],
  ["cart.ts", "https://cdn.example/src/", "https://cdn.example/src/cart.ts"],
  ["/build/cart.ts", "src", "/build/cart.ts"],
  ["https://cdn.example/a/../cart.ts", "src", "https://cdn.example/cart.ts"],
  // Absolute paths.
  ["/home/ci/shop/../cart.ts", "", "/home/ci/cart.ts"],
  ["file:///srv/shop/src/cart.ts", "", "file:///srv/shop/src/cart.ts"],
  ["C:\\shop\\src\\cart.ts", "", "C:/shop/src/cart.ts"],
  ["..\\src\\cart.ts", "", "src/cart.ts"],
  ["../../../../../etc/passwd", "", "etc/passwd"],
  // Rubbish.
  [null, "", "<unknown>"],
  ["", "", "<unknown>"],
  ["..", "", "<unknown>"],
  ["a\n    at b (c.js:1:1)\r\u2028.ts", "", "a    at b (c.js:1:1).ts"],
  ["src/(shop)/[id]/page.tsx", "", "src/(shop)/[id]/page.tsx"],
];

for (const [source, root, name] of CASES) {
  Deno.test(`sourceName() of ${JSON.stringify(source)} in "${root}" is ${name}`, () => {
    assert.equal(sourceName(source, root), name);
  });
}

Deno.test("sourceName() cuts a long name at its front, where the least is told", () => {
  const name = sourceName(`${"folder/".repeat(1000)}cart.ts`, "");
  assert.equal(name.length, 400);
  assert.ok(name.startsWith("…") && name.endsWith("/cart.ts"));
});

Deno.test("isLibrary() tells packages and what bundlers add from the application", () => {
  const libraries = [
    "node_modules/preact/dist/preact.mjs",
    "/srv/shop/node_modules/a/index.js",
    "webpack:///webpack/bootstrap",
    "webpack:///webpack/runtime/load script",
    "/app/.yarn/cache/react.js",
    "<unknown>",
  ];
  const own = ["src/cart.ts", "src/webpack/config.ts", "src/node_modules.ts", "vendor/a.js"];
  assert.deepEqual(libraries.filter(isLibrary), libraries);
  assert.deepEqual(own.filter(isLibrary), []);
});

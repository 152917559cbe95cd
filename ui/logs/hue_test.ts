import assert from "node:assert/strict";
import { hueClass, huesOf } from "./hue.ts";

Deno.test("huesOf() keeps names apart, and gives each its own again", () => {
  const names = ["web", "shop-api", "worker", "postgres", "redis", "billing"];
  const hues = huesOf(names);
  const classes = names.map((name) => hueClass(name, hues));
  assert.equal(new Set(classes).size, names.length);
  assert.deepEqual(huesOf(names.toReversed()), hues);
  for (const one of classes) assert.match(one, /^hue-([0-9]|1[01])$/);
  const many = Array.from({ length: 40 }, (_, at) => `c${at}`);
  assert.match(hueClass("c39", huesOf(many)), /^hue-\d+$/);
});

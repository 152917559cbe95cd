import assert from "node:assert/strict";
import { nameWidthClass } from "./name_width.ts";

Deno.test("nameWidthClass() has room for the longest name, within reason", () => {
  assert.equal(nameWidthClass([]), "names-8");
  assert.equal(nameWidthClass(["web", "shop-api-2"]), "names-12");
  assert.equal(nameWidthClass(["x".repeat(60)]), "names-20");
});

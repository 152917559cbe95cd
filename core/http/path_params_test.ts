import assert from "node:assert/strict";
import { Failure } from "../failure.ts";
import { parseId } from "./path_params.ts";

Deno.test("parseId() takes what can be an id, and knows nothing else", () => {
  assert.equal(parseId("1"), 1);
  assert.equal(parseId("999999999999999"), 999_999_999_999_999);
  for (
    const bad of [undefined, "", "0", "01", "-1", "1.0", "1 ", "1e3", "a", "1".repeat(16), "１"]
  ) {
    assert.throws(
      () => parseId(bad),
      (error) => error instanceof Failure && error.code === "not_found",
    );
  }
});

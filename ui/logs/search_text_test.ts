import assert from "node:assert/strict";
import { searchWithField } from "./search_text.ts";

Deno.test("searchWithField() narrows a search to a value", () => {
  assert.equal(searchWithField(undefined, "user_id", "42"), "user_id:42");
  assert.equal(searchWithField("timeout", "http.status", "500"), "timeout http.status:500");
  assert.equal(searchWithField("timeout", "note", "two words"), 'timeout note:"two words"');
  assert.equal(searchWithField("user_id:42", "user_id", "42"), "user_id:42");
  assert.equal(searchWithField("a OR b", "user_id", "42"), "user_id:42");
  assert.equal(searchWithField(undefined, "user_id", 'a "quoted" one'), null);
  assert.equal(searchWithField(undefined, "no name", "42"), null);
  assert.equal(searchWithField("x".repeat(995), "user_id", "42"), "user_id:42");
});

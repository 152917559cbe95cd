import assert from "node:assert/strict";
import fc from "fast-check";
import { safeNext, withQuery } from "./links.ts";

Deno.test("safeNext() takes paths of this site", () => {
  for (
    const next of ["/", "/errors", "/errors/12?view=raw", "/errors?search=%2F%2Fx&project=a+b"]
  ) {
    assert.equal(safeNext(next, "/fallback"), next);
  }
});

Deno.test("safeNext() refuses what could lead elsewhere", () => {
  const refused = [
    null,
    undefined,
    "",
    "errors",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    "/.//evil.example",
    "/a/..//evil.example",
    "/errors\\..\\x",
    " /errors",
  ];
  for (const next of refused) assert.equal(safeNext(next, "/fallback"), "/fallback", `${next}`);
});

Deno.test("safeNext() never leaves the site, whatever it is given", () => {
  const parts = fc.constantFrom(
    "/",
    "\\",
    ".",
    "..",
    "evil.example",
    ":",
    "@",
    "%2f",
    "\t",
    "?",
    "#",
  );
  fc.assert(fc.property(fc.array(parts, { maxLength: 8 }), (pieces) => {
    const url = new URL(safeNext(pieces.join(""), "/"), "https://monlight.example/login");
    assert.equal(url.origin, "https://monlight.example");
  }));
});

Deno.test("withQuery() leaves out what has no value", () => {
  assert.equal(
    withQuery("/errors", { project: "a b&c", search: "", offset: undefined }),
    "/errors?project=a+b%26c",
  );
  assert.equal(withQuery("/errors", {}), "/errors");
});

import assert from "node:assert/strict";
import { boolean, byteSize, integer, key, list, number, url } from "./setting_kinds.ts";

Deno.test("integer() takes whole numbers within its bounds alone", () => {
  const { parse } = integer("N", { help: "", fallback: 0, min: -5, max: 1000 });
  assert.deepEqual(["0", "-5", "1000", "+7", "007"].map(parse), [0, -5, 1000, 7, 7]);
  for (
    const bad of ["-6", "1001", "1.0", "1e2", "0x1", "1_000", "", "1 0", "Infinity", "9".repeat(30)]
  ) {
    assert.equal(parse(bad), undefined, bad);
  }
});

Deno.test("number() takes fractions too, within its bounds", () => {
  const { parse } = number("N", { help: "", fallback: 2, min: 0.1, max: 60 });
  assert.deepEqual(["0.1", "2", "0.25", ".5", "7.", "+60.0"].map(parse), [
    0.1,
    2,
    0.25,
    0.5,
    7,
    60,
  ]);
  for (const bad of ["0.09", "60.1", "-1", "1e1", "1,5", ".", "", "NaN", "Infinity", "0x1"]) {
    assert.equal(parse(bad), undefined, bad);
  }
});

Deno.test("list() splits at commas, and takes all or nothing", () => {
  const { parse } = list("L", {
    help: "",
    wants: "letters",
    check: (item) => /^[a-z]$/.test(item),
  });
  assert.deepEqual(parse(" a, b ,,c,"), ["a", "b", "c"]);
  assert.deepEqual(parse(","), []);
  assert.equal(parse("a,B"), undefined);
});

Deno.test("byteSize() takes bytes and units of 1000 or 1024 within its bounds, and 0", () => {
  const { parse, wants } = byteSize("S", { help: "", fallback: 0, min: 1e6, max: 1e15 });
  const good = ["0", "0MB", "1000000", "1MB", "1.5 mb", "2g", "2GiB", "2gi", "1TB", "1048576B"];
  assert.deepEqual(good.map(parse), [
    ...[0, 0, 1e6, 1e6, 1.5e6, 2e9, 2 * 2 ** 30, 2 * 2 ** 30, 1e12, 1048576],
  ]);
  for (const bad of ["", "-1", "999999", "1PB", "2 apples", "1e9", "MB", "1,5GB", "1001TB"]) {
    assert.equal(parse(bad), undefined, bad);
  }
  assert.equal(wants, "0, or a size from 1MB to 1000TB such as 500MB or 2GiB");
});

Deno.test("boolean() takes the usual words", () => {
  const { parse } = boolean("ON", { help: "", fallback: true });
  assert.deepEqual(["true", "1", "YES", "On"].map(parse), [true, true, true, true]);
  assert.deepEqual(["false", "0", "No", "OFF"].map(parse), [false, false, false, false]);
  assert.equal(parse("2"), undefined);
});

Deno.test("key() takes visible ASCII of 1 to 512 characters", () => {
  const { parse } = key("API_KEY", { help: "" });
  for (const good of ["k", "!~", "a".repeat(512)]) assert.equal(parse(good), good);
  for (const bad of ["", "a b", "é", "a\tb", "a".repeat(513)]) assert.equal(parse(bad), undefined);
});

Deno.test("url() takes http and https, and keeps no slash at the end", () => {
  const { parse } = url("BASE_URL", { help: "", fallback: "http://localhost" });
  assert.equal(parse("http://x:1/"), "http://x:1");
  for (const bad of ["x", "//x", "file:///x", "javascript:1", "http://"]) {
    assert.equal(parse(bad), undefined, bad);
  }
});

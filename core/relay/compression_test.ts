import assert from "node:assert/strict";
import { deflate, gunzip, gzip, inflate } from "./compression.ts";

/** Longer than what is compressed in a turn, with a pair of surrogates at each place where a turn may end. */
const LONG = ["x", "xx"].map((before) => before + "🙂".repeat(300_000));

for (const text of ["", "{}", "Grüße 🙂\n", ...LONG]) {
  const name = `${text.length} characters, ${JSON.stringify(text.slice(0, 9))}`;

  Deno.test(`gunzip() gives what gzip() took: ${name}`, async () => {
    assert.ok(await gunzip(await gzip(text)) === text);
  });

  Deno.test(`inflate() gives what deflate() took: ${name}`, async () => {
    assert.ok(await inflate(await deflate(text)) === text);
  });
}

Deno.test("gzip() takes a fraction of the text", async () => {
  const text = JSON.stringify(Array.from({ length: 50_000 }, (_, n) => ({ line: n, name: "x" })));
  assert.ok((await gzip(text)).length < text.length / 4);
});

Deno.test("gzip() takes a broken character as a mark in its place, as SQLite does", async () => {
  assert.equal(await gunzip(await gzip("a\ud83d")), "a\ufffd");
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { MapPaths } from "./map_paths.ts";

interface Case {
  readonly name: string;
  /** Uploaded, with ids from 1. */
  readonly files: readonly string[];
  readonly url: string;
  readonly id: number | null;
}

const CASES: readonly Case[] = [
  { name: "the same path", files: ["/app.js"], url: "https://shop.example/app.js", id: 1 },
  {
    name: "query and fragment do not count",
    files: ["/static/app.min.js?v=9"],
    url: "https://shop.example/static/app.min.js?v=3#a",
    id: 1,
  },
  {
    name: "another folder in front, as of a CDN",
    files: ["/static/app.min.js"],
    url: "https://cdn.example/assets/v2/app.min.js?v=3#a",
    id: 1,
  },
  {
    name: "a deploy's folder in front",
    files: ["/js/app.js", "/app.js"],
    url: "https://cdn.example/shop/8f3c/js/app.js",
    id: 1,
  },
  {
    name: "the mark of other tools",
    files: ["~/js/app.js"],
    url: "https://a.example/js/app.js",
    id: 1,
  },
  {
    name: "the map's own name",
    files: ["/js/app.js.map"],
    url: "https://a.example/js/app.js",
    id: 1,
  },
  {
    name: "a whole address",
    files: ["https://a.example/app.js", "https://b.example/app.js"],
    url: "https://a.example/app.js",
    id: 1,
  },
  {
    name: "the newest of the same path under other addresses",
    files: ["https://a.example/app.js", "https://b.example/app.js"],
    url: "https://c.example/app.js",
    id: 2,
  },
  {
    name: "the exact path before longer ones",
    files: ["/v1/app.js", "/app.js"],
    url: "https://a.example/app.js",
    id: 2,
  },
  {
    name: "the most parts in common",
    files: ["/a/main/index.js", "/b/admin/index.js"],
    url: "https://a.example/x/admin/index.js",
    id: 2,
  },
  {
    name: "one that is all in the path before one that differs",
    files: ["/js/app.js", "/app.js"],
    url: "https://a.example/css/app.js",
    id: 2,
  },
  {
    name: "none of two that fit alike",
    files: ["/a/index.js", "/b/index.js"],
    url: "https://a.example/c/index.js",
    id: null,
  },
  { name: "none of another name", files: ["/app.js"], url: "https://a.example/myapp.js", id: null },
  {
    name: "none by a part of a folder's name",
    files: ["/xa/b.js"],
    url: "https://e.example/a/c.js",
    id: null,
  },
  { name: "percent signs", files: ["/my app.js"], url: "https://a.example/my%20app.js", id: 1 },
  {
    name: "a percent sign that is none",
    files: ["/100%.js"],
    url: "https://a.example/100%.js",
    id: 1,
  },
  { name: "Windows", files: ["dist/app.js"], url: "C:\\shop\\dist\\app.js", id: 1 },
  { name: "a file", files: ["/dist/app.js"], url: "file:///srv/shop/dist/app.js", id: 1 },
  { name: "an app of Electron or Capacitor", files: ["/app.js"], url: "app:///app.js", id: 1 },
  {
    name: "a worker's blob",
    files: ["/2037c04d"],
    url: "blob:https://a.example/2037c04d",
    id: null,
  },
  {
    name: "an extension",
    files: ["/app.js"],
    url: "chrome-extension://abcdef/app.js",
    id: null,
  },
  { name: "a page", files: ["/app.js"], url: "https://a.example/", id: null },
  { name: "no name at all", files: ["", "/", "?v=1"], url: "https://a.example/", id: null },
  { name: "nothing uploaded", files: [], url: "https://a.example/app.js", id: null },
  {
    name: "names of objects' own",
    files: ["/a/constructor"],
    url: "https://a.example/__proto__",
    id: null,
  },
];

for (const { name, files, url, id } of CASES) {
  Deno.test(`MapPaths.find() matches ${name}`, () => {
    const names = files.map((fileUrl, index) => ({ id: index + 1, fileUrl }));
    assert.equal(new MapPaths(names).find(url), id);
  });
}

Deno.test("MapPaths.find() takes any text for an address", () => {
  fc.assert(fc.property(fc.array(fc.string()), fc.string(), (files, url) => {
    const names = files.map((fileUrl, index) => ({ id: index + 1, fileUrl }));
    new MapPaths(names).find(url);
  }));
});

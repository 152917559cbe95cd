import assert from "node:assert/strict";
import { encode } from "@jridgewell/sourcemap-codec";
import { Failure } from "../failure.ts";
import { createLogger } from "../logger.ts";
import { readSourceMap } from "./map_format.ts";
import { ParsedMap } from "./parsed_map.ts";
import { StackMapper, type StackRequest, type StoredMaps } from "./stack_mapper.ts";

const CART = ["export function total(cart) {", "  return sum(cart.items);", "}", "", "end"].join(
  "\n",
);

/** `function t(n){return e(n.items)}` and more of it, on one line. */
const MAP = {
  version: 3,
  sources: ["../src/cart.js", "../node_modules/sum/index.js", "../src/unknown.js"],
  sourcesContent: [CART, "export const sum = 1;"],
  names: ["total", "sum"],
  mappings: encode([[
    [0, 0, 0, 16, 0],
    [20, 0, 1, 9, 1],
    [40, 1, 0, 13],
    [60, 2, 4, 2],
    [80],
    [100, 0, 4, 0, 0],
  ]]),
};

const REQUEST: StackRequest = {
  project: "shop",
  release: "1.0",
  type: "TypeError",
  message: "x is undefined",
  stack: "",
};

const APP = "https://shop.example/assets/app.js";

Deno.test("StackMapper.map() makes a stack of Chrome readable", async () => {
  const { mapper } = world();
  const mapped = await mapper.map({
    ...REQUEST,
    stack: [
      "TypeError: x is undefined",
      `    at e (${APP}:1:41)`,
      "    at Array.map (<anonymous>)",
      `    at async t (${APP}:1:21)`,
      "    at https://other.example/lib.js:3:4",
      `    at new n (${APP}:1:65)`,
      `    at eval (eval at t (${APP}:1:21), <anonymous>:1:1)`,
      `    at t (${APP}:1:81)`,
    ].join("\n"),
  });
  assert.deepEqual(mapped, {
    traceback: [
      "TypeError: x is undefined",
      "    at node_modules/sum/index.js:1:14",
      "    at Array.map (<anonymous>)",
      "    at async total (src/cart.js:2:10)",
      "    at https://other.example/lib.js:3:4",
      "    at new n (src/unknown.js:5:3)",
      "    at eval (eval at t (src/cart.js:2:10), <anonymous>:1:1)",
      `    at t (${APP}:1:81)`,
    ].join("\n"),
    mappedFrames: 4,
    source: {
      file: "src/cart.js",
      line: 2,
      column: 10,
      before: ["export function total(cart) {"],
      text: "  return sum(cart.items);",
      after: ["}", "", "end"],
    },
  });
});

Deno.test("StackMapper.map() gives stacks of Firefox and Safari their first line", async () => {
  const { mapper } = world();
  const stack = `e@${APP}:1:41\nmap@[native code]\nt@${APP}:1:101\nglobal code@${APP}:1:65\n`;
  const mapped = await mapper.map({ ...REQUEST, stack });
  assert.equal(
    mapped.traceback,
    [
      "TypeError: x is undefined",
      "    at node_modules/sum/index.js:1:14",
      "    at map (<anonymous>)",
      "    at src/cart.js:5:1",
      "    at src/unknown.js:5:3",
      "",
    ].join("\n"),
  );
  assert.deepEqual(mapped.source?.before, ["  return sum(cart.items);", "}", ""]);
  assert.equal(mapped.source?.text, "end");
  assert.deepEqual(mapped.source?.after, []);
});

Deno.test("StackMapper.map() names functions by their callers where the source's text is not given", async () => {
  const { mapper, maps } = world();
  const map = { ...MAP, sourcesContent: undefined };
  maps.set(1, { fileUrl: "/assets/app.js", content: JSON.stringify(map) });
  const frames = [`e@${APP}:1:41`, `t@${APP}:1:21`, `n@${APP}:1:65`, `async*n@${APP}:1:101`];
  const { traceback, source } = await mapper.map({ ...REQUEST, stack: frames.join("\n") });
  assert.deepEqual(traceback.split("\n").slice(1), [
    "    at sum (node_modules/sum/index.js:1:14)",
    "    at t (src/cart.js:2:10)",
    "    at n (src/unknown.js:5:3)",
    "    at async n (src/cart.js:5:1)",
  ]);
  assert.equal(source, null);
});

const UNMAPPED: readonly (readonly [name: string, change: Partial<StackRequest>])[] = [
  ["of no release", { release: null }],
  ["of another release", { release: "2.0" }],
  ["of another project", { project: "blog" }],
  ["that is empty", { stack: "" }],
  ["without frames", { stack: "TypeError: x is undefined" }],
  ["of another script", { stack: "t@https://shop.example/other.js:1:21" }],
  ["of code that was made of nothing", { stack: `t@${APP}:1:81` }],
  ["of a line that there is not", { stack: `t@${APP}:2:1\r\n` }],
  ["of rubbish", { stack: "\0\ud800\n@@@\n   at ((((\r\r\n" }],
];

for (const [name, change] of UNMAPPED) {
  Deno.test(`StackMapper.map() lets a stack ${name} go on as it came`, async () => {
    const { mapper } = world();
    const request = { ...REQUEST, stack: `t@${APP}:1:21`, ...change };
    assert.deepEqual(await mapper.map(request), {
      traceback: request.stack,
      mappedFrames: 0,
      source: null,
    });
  });
}

Deno.test("StackMapper.map() lets a stack of a broken map go on as it came, and says so once", async () => {
  const { mapper, maps, logged } = world();
  maps.set(1, { fileUrl: "/assets/app.js", content: '{"version":3,"sources":[],"mappings":"!"}' });
  for (let time = 0; time < 3; time++) {
    const { traceback } = await mapper.map({ ...REQUEST, stack: `t@${APP}:1:21` });
    assert.equal(traceback, `t@${APP}:1:21`);
  }
  assert.equal(logged.length, 1);
  assert.match(logged.join(), /WARN.*Source map is broken.*"source_map":1.*no digit/);
});

Deno.test("StackMapper.map() lets a stack go on as it came when the store fails or lost the map", async () => {
  const { mapper, maps, logged } = world();
  const request = { ...REQUEST, stack: `t@${APP}:1:21` };
  maps.set(1, { fileUrl: "/assets/app.js", content: null });
  assert.equal((await mapper.map(request)).mappedFrames, 0);
  assert.deepEqual(logged, []);
  const failures = [new Error("disk I/O error"), new Failure("unavailable", "The disk is full")];
  for (const failure of failures) {
    maps.set(1, { fileUrl: "/assets/app.js", content: failure });
    assert.equal((await mapper.map(request)).mappedFrames, 0);
    assert.match(logged.pop() ?? "", new RegExp(`ERROR.*goes on as it came.*${failure.message}`));
  }
  maps.set(1, { fileUrl: "/assets/app.js", content: JSON.stringify(MAP) });
  assert.equal((await mapper.map(request)).mappedFrames, 1);
});

Deno.test("StackMapper.map() uses a map from when it is uploaded, and its replacement", async () => {
  const { mapper, maps } = world();
  const request = { ...REQUEST, stack: `t@${APP}:1:21` };
  maps.clear();
  assert.equal((await mapper.map(request)).mappedFrames, 0);
  maps.set(7, { fileUrl: "/assets/app.js", content: JSON.stringify(MAP) });
  assert.match((await mapper.map(request)).traceback, /src\/cart\.js:2:10/);
  maps.clear();
  const other = { ...MAP, sources: ["a.js", "b.js", "c.js"] };
  maps.set(8, { fileUrl: "/assets/app.js", content: JSON.stringify(other) });
  assert.match((await mapper.map(request)).traceback, /a\.js:2:10/);
});

Deno.test("StackMapper.map() parses a map once for stacks that come together", async () => {
  const { mapper, reads } = world();
  const request = { ...REQUEST, stack: `t@${APP}:1:21` };
  await Promise.all(Array.from({ length: 50 }, () => mapper.map(request)));
  await mapper.map(request);
  assert.deepEqual(reads, [1]);
});

Deno.test("StackMapper keeps the maps that were asked for last within its bound of memory", async () => {
  const { mapper, maps, reads } = world(20_000);
  for (let id = 1; id <= 100; id++) {
    maps.set(id, { fileUrl: `/assets/${id}.js`, content: JSON.stringify(MAP) });
  }
  const ask = async (id: number) => {
    const stack = `t@https://shop.example/assets/${id}.js:1:21`;
    assert.equal((await mapper.map({ ...REQUEST, stack })).mappedFrames, 1);
    assert.ok(mapper.bytes <= 20_000, `${mapper.bytes}`);
  };
  for (let id = 1; id <= 100; id++) {
    await ask(id);
    await ask(1);
  }
  assert.equal(reads.length, 100);
  await ask(100);
  assert.equal(reads.length, 100);
  await ask(2);
  assert.equal(reads.length, 101);
});

Deno.test("StackMapper.map() takes stacks of 10,000 lines and lines of 60 KB", async () => {
  const { mapper } = world();
  const deep = Array.from({ length: 10_000 }, () => `t@${APP}:1:21`).join("\n");
  const mapped = await mapper.map({ ...REQUEST, stack: deep });
  assert.equal(mapped.mappedFrames, 128);
  assert.equal(mapped.traceback.split("\n").length, 10_001);
  const wide = `t@${APP}:1:21\n${"x".repeat(60_000)}@${APP}:1:21\n`;
  assert.equal((await mapper.map({ ...REQUEST, stack: wide })).mappedFrames, 1);
});

Deno.test("StackMapper.map() asks for a few of a release's maps, however many a stack names", async () => {
  const { mapper, maps, reads } = world();
  for (let id = 1; id <= 100; id++) {
    maps.set(id, { fileUrl: `/${id}.js`, content: JSON.stringify(MAP) });
  }
  const stack = [...maps.keys()].map((id) => `t@https://shop.example/${id}.js:1:21`).join("\n");
  assert.equal((await mapper.map({ ...REQUEST, stack })).mappedFrames, 16);
  assert.equal(reads.length, 16);
});

Deno.test("StackMapper.map() loads so many maps at once, then ten a second, and says so once a minute", async () => {
  const { mapper, maps, reads, logged, time } = world(1000);
  for (let id = 1; id <= 300; id++) {
    maps.set(id, { fileUrl: `/${id}.js`, content: JSON.stringify(MAP) });
  }
  const mapAll = async () => {
    for (const id of maps.keys()) {
      await mapper.map({ ...REQUEST, stack: `t@https://shop.example/${id}.js:1:21` });
    }
    return reads.splice(0).length;
  };
  assert.equal(await mapAll(), 200);
  assert.equal(await mapAll(), 0);
  assert.equal(logged.length, 1);
  assert.match(logged.join(), /WARN.*Too many source maps.*"maps_in_memory":1,/);
  time.ms += 350;
  assert.equal(await mapAll(), 3);
  time.ms += 50;
  assert.equal(await mapAll(), 1);
  assert.equal(logged.length, 1);
  time.ms += 3_600_000;
  assert.equal(await mapAll(), 200);
  assert.equal(logged.length, 2);
});

interface Stored {
  readonly fileUrl: string;
  readonly content: string | null | Error;
}

/** A mapper over maps of release 1.0 of the project "shop". */
function world(maxBytes = 1_000_000) {
  const maps = new Map<number, Stored>([
    [1, { fileUrl: "/assets/app.js", content: JSON.stringify(MAP) }],
  ]);
  const reads: number[] = [];
  const stored: StoredMaps = {
    names: (project, release) =>
      project !== "shop" || release !== "1.0"
        ? []
        : [...maps].map(([id, { fileUrl }]) => ({ id, fileUrl })),
    async load(id) {
      reads.push(id);
      const content = maps.get(id)?.content ?? null;
      if (content instanceof Error) throw content;
      if (content === null) return null;
      // As it comes from the database.
      return await ParsedMap.fromBytes(
        await (await ParsedMap.parse(readSourceMap(content))).toBytes(),
      );
    },
  };
  const logged: string[] = [];
  const logger = createLogger({
    service: "relay",
    level: "DEBUG",
    write: (line) => logged.push(line),
  });
  const time = { ms: 0 };
  const mapper = new StackMapper({ maps: stored, maxBytes, logger, elapsed: () => time.ms });
  return { mapper, maps, reads, logged, time };
}

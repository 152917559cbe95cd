import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { captureLog } from "../../tests/support/captured_log.ts";
import { SourceMaps } from "./source_maps.ts";
import { openRelayStore } from "./sqlite_store.ts";
import { StackMapper } from "./stack_mapper.ts";

const AT = "2026-01-01T00:00:00.000Z";

function newMap(fields: Readonly<Record<string, unknown>> = {}) {
  const map = {
    ...{ version: 3, sources: ["../src/cart.js"], names: ["total"], mappings: "AAAAA" },
    ...{ sourcesContent: ["function total() {}"], ...fields },
  };
  const content = JSON.stringify(map);
  return { project: "shop", release: "1", fileUrl: "/app.js", content };
}

/** Maps in a new database, and what can be done to that behind their back. */
async function open() {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/relay.db`;
  const { logger } = captureLog();
  const store = openRelayStore(path, logger);
  const query = (sql: string) => {
    using database = new DatabaseSync(path);
    return database.prepare(sql).all();
  };
  const change = (sql: string) => {
    using database = new DatabaseSync(path);
    database.exec(sql);
  };
  const maps = new SourceMaps(store, logger);
  return {
    maps,
    mapper: new StackMapper({ maps, maxBytes: 1_000_000, logger }),
    /** Lets nobody else write, until it is disposed of. */
    lock() {
      const database = new DatabaseSync(path);
      database.exec("BEGIN IMMEDIATE");
      return { [Symbol.dispose]: () => database.close() };
    },
    query,
    change,
    async [Symbol.asyncDispose]() {
      store.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("SourceMaps parses a map as it is put, and gives it from the database", async () => {
  await using world = await open();
  const { id } = await world.maps.put(newMap(), AT);
  // What was parsed is stored by itself.
  world.change("UPDATE source_maps SET content_gzip = x'00'");
  const loaded = await world.maps.load(id);
  assert.equal(loaded?.map.find(1, 1)?.functionName, "total");
  assert.deepEqual(await loaded?.texts.lines(0, 1, 1), ["function total() {}"]);
});

for (
  const [name, sql] of [
    ["that is not there parsed", "DELETE FROM parsed_maps"],
    [
      "of an earlier release, which kept its text and nothing parsed",
      `UPDATE source_maps SET content_gzip = NULL, map_content = '${newMap().content}';
       DELETE FROM parsed_maps`,
    ],
    ["whose parsed form is damaged", "UPDATE parsed_maps SET parsed = x'ff0f00'"],
  ] as const
) {
  Deno.test(`SourceMaps parses a map ${name}, once`, async () => {
    await using world = await open();
    const { id } = await world.maps.put(newMap(), AT);
    world.change(sql);
    assert.equal((await world.maps.load(id))?.map.find(1, 1)?.file, "src/cart.js");
    world.change("UPDATE source_maps SET content_gzip = x'00', map_content = 'x'");
    assert.equal((await world.maps.load(id))?.map.find(1, 1)?.file, "src/cart.js");
  });
}

Deno.test("SourceMaps reads one map at a time, between which others have their turn", async () => {
  await using world = await open();
  const ids: number[] = [];
  for (let number = 0; number < 5; number++) {
    ids.push((await world.maps.put({ ...newMap(), fileUrl: `/${number}.js` }, AT)).id);
  }
  let turns = 0;
  const count = () => {
    turns++;
    timer = setTimeout(count, 0);
  };
  let timer = setTimeout(count, 0);
  const readAt = await Promise.all(ids.map((id) => world.maps.load(id).then(() => turns)));
  clearTimeout(timer);
  assert.equal(new Set(readAt).size, ids.length, `read in turns ${readAt}`);
});

const STACK = {
  ...{ project: "shop", release: "1", type: "TypeError", message: "x" },
  stack: "TypeError: x\n    at t (https://shop.example/app.js:1:1)",
};

Deno.test("SourceMaps gives a map that it parsed where that cannot be stored", async () => {
  await using world = await open();
  await world.maps.put(newMap(), AT);
  world.change("DELETE FROM parsed_maps");
  {
    using _ = world.lock();
    assert.equal((await world.mapper.map(STACK)).mappedFrames, 1);
  }
  assert.deepEqual(world.query("SELECT map_id FROM parsed_maps"), []);
});

Deno.test("SourceMaps takes a map whose content is damaged for broken", async () => {
  await using world = await open();
  const { id } = await world.maps.put(newMap(), AT);
  world.change("DELETE FROM parsed_maps; UPDATE source_maps SET content_gzip = x'1f8b'");
  await assert.rejects(world.maps.load(id), { name: "Failure", code: "invalid" });
});

Deno.test("SourceMaps keeps nothing of a map that is broken", async () => {
  await using world = await open();
  await assert.rejects(
    world.maps.put(newMap({ mappings: "AAAA,AAAAAAAA" }), AT),
    /Not a valid source map/,
  );
  assert.deepEqual(world.query("SELECT id FROM source_maps"), []);
});

Deno.test("SourceMaps forgets what was parsed of a map that is deleted or replaced", async () => {
  await using world = await open();
  const first = await world.maps.put(newMap(), AT);
  const second = await world.maps.put(newMap({ names: ["sum"] }), AT);
  assert.equal(await world.maps.load(first.id), null);
  assert.equal(world.query("SELECT map_id FROM parsed_maps").length, 1);
  world.maps.delete(second.id);
  assert.equal(await world.maps.load(second.id), null);
  assert.deepEqual(world.query("SELECT map_id FROM parsed_maps"), []);
});

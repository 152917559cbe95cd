import assert from "node:assert/strict";
import { runCases } from "./support/cases.ts";
import { browserError, startTogether, submitError } from "./support/relay_api.ts";

const SOURCE = ["one", "two", "export function total(cart) {", "  return cart.price;", "}"];

/** A map that puts the beginning of the script's first line at this line of the source. */
function mapTo(line: number, name = "../src/cart.ts") {
  return JSON.stringify({
    version: 3,
    sources: [name],
    sourcesContent: [SOURCE.join("\n")],
    names: ["total"],
    mappings: `AA${vlq(line)}AA`,
  });
}

/** A small number as base 64 VLQ. */
function vlq(number: number): string {
  return "ACEGIKMOQSUWYaceg"[number] ?? "A";
}

function upload(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    project: "shop",
    release: "1.4.2",
    file_url: "https://shop.example/assets/app.js",
    map_content: mapTo(3),
    ...fields,
  };
}

Deno.test("Source maps are uploaded, replaced, listed and deleted", async (t) => {
  await using api = await startTogether();
  const list = async (query = "") => (await api.get(`/api/source-maps${query}`)).json();
  /** What the tracker has of an error that is submitted now. */
  const traceback = async (release: string | undefined, type: string) => {
    const { id } = (await submitError(api, browserError({ release, type }))).json();
    return await api.detail(id);
  };

  await t.step("POST /api/source-maps keeps a map, and it is used at once", async () => {
    assert.ok((await traceback("1.4.2", "Before")).traceback.includes("app.js:1:20"));
    const answer = await api.post("/api/source-maps", upload());
    assert.equal(answer.status, 201);
    const { status, id, size, ...rest } = answer.json();
    assert.deepEqual([status, id, size], ["uploaded", 1, mapTo(3).length]);
    assert.equal(rest.file_url, "https://shop.example/assets/app.js");
    assert.ok(!("map_content" in rest));
    const { traceback: mapped, occurrences: [{ extra }] } = await traceback("1.4.2", "After");
    assert.match(mapped, /^TypeError.*\n {4}at total \(.*src\/cart\.ts:4:1\)$/m);
    assert.match(extra.raw_stack, /app\.js:1:20/);
    assert.equal(extra.source.text, "  return cart.price;");
    assert.deepEqual(extra.source.before, SOURCE.slice(0, 3));
    assert.equal(extra.release, "1.4.2");
  });

  await t.step("POST /api/source-maps of the same triple replaces, with a new id", async () => {
    const answer = await api.post("/api/source-maps", upload({ map_content: mapTo(2) }));
    assert.equal(answer.json().id, 2);
    assert.equal((await list()).total, 1);
    assert.match((await traceback("1.4.2", "Replaced")).traceback, /cart\.ts:3:1/);
  });

  await t.step("A map of another project or release is not used", async () => {
    await api.post("/api/source-maps", upload({ release: "2", map_content: mapTo(1) }));
    await api.post("/api/source-maps", upload({ project: "blog", release: "3" }));
    assert.match((await traceback("2", "Second")).traceback, /cart\.ts:2:1/);
    for (const release of ["3", "4", undefined]) {
      const type = `Other${release}`;
      assert.match((await traceback(release, type)).traceback, /app\.js:1:20/, type);
    }
  });

  await t.step("GET /api/source-maps lists without content, the newest first", async () => {
    const all = await list();
    assert.equal(all.total, 3);
    assert.deepEqual(all.source_maps.map((map: { id: number }) => map.id), [4, 3, 2]);
    assert.ok(!JSON.stringify(all).includes("mappings"));
    const { source_maps, total } = await list("?project=shop&limit=1&offset=1");
    assert.deepEqual([source_maps.length, source_maps[0].id, total], [1, 2, 2]);
    assert.equal((await list("?project=shop&release=2")).total, 1);
    assert.deepEqual(await list("?project=none"), { source_maps: [], total: 0 });
  });

  await t.step("DELETE /api/source-maps/{id} deletes, and it is not used any more", async () => {
    const answer = await api.send({ method: "DELETE", path: "/api/source-maps/2" });
    assert.deepEqual([answer.status, answer.json()], [200, { status: "deleted" }]);
    assert.equal((await api.send({ method: "DELETE", path: "/api/source-maps/2" })).status, 404);
    assert.match((await traceback("1.4.2", "Deleted")).traceback, /app\.js:1:20/);
  });

  await t.step("Many uploads of one triple at once leave one", async () => {
    const answers = await Promise.all(
      Array.from(
        { length: 10 },
        () => api.post("/api/source-maps", upload({ release: "at once" })),
      ),
    );
    assert.ok(answers.every(({ status }) => status === 201));
    assert.equal((await list("?release=at+once")).total, 1);
  });

  await t.step("POST /api/source-maps takes nearly 5 MiB, and no more", async () => {
    const mapOf = (bytes: number) =>
      JSON.stringify({ version: 3, sources: [], names: [], mappings: "", x: "x".repeat(bytes) });
    const most = 5 * 1024 * 1024 - JSON.stringify(upload({ map_content: mapOf(0) })).length;
    const taken = await api.post("/api/source-maps", upload({ map_content: mapOf(most) }));
    assert.equal(taken.status, 201, taken.text);
    const refused = await api.post("/api/source-maps", upload({ map_content: mapOf(most + 1) }));
    assert.equal(refused.status, 413);
  });

  const map = "Field 'map_content'";
  await runCases(
    t,
    api,
    ([
      ["no project", { project: undefined }, "Field 'project' is required"],
      ["a long project", { project: "x".repeat(101) }, "Field 'project' must be at most 100"],
      ["no release", { release: null }, "Field 'release' is required"],
      ["a blank release", { release: "  " }, "Field 'release' must not be blank"],
      ["a long release", { release: "x".repeat(201) }, "Field 'release' must be at most 200"],
      ["no file_url", { file_url: undefined }, "Field 'file_url' is required"],
      ["a long file_url", { file_url: "x".repeat(2049) }, "Field 'file_url' must be at most 2048"],
      ["no map", { map_content: undefined }, `${map} is required`],
      ["a map that is an object", { map_content: {} }, `${map} must be a string`],
      ["an empty map", { map_content: "" }, "JSON"],
      ["a page", { map_content: "<!doctype html>" }, "JSON"],
      ["version 2", { map_content: '{"version":2}' }, "version"],
      ["no mappings", { map_content: '{"version":3,"sources":[]}' }, "mappings"],
      [
        "broken mappings",
        { map_content: '{"version":3,"sources":[],"names":[],"mappings":"!!"}' },
        "mappings",
      ],
      ["deep arrays", { map_content: "[".repeat(100_000) }, "JSON"],
    ] as const).map(([name, fields, has]) => ({
      name: `POST /api/source-maps refuses ${name}`,
      method: "POST",
      path: "/api/source-maps",
      body: upload(fields),
      status: 400,
      has,
    })),
  );
});

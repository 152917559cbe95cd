import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { startProgram } from "../support/program.ts";
import { runCases } from "./support/cases.ts";
import { browserError, SHOP_KEY, startTogether, submitError } from "./support/relay_api.ts";

Deno.test("DSN keys are made, listed and deactivated", async (t) => {
  await using api = await startTogether();
  const keys = async () => (await api.get("/api/dsn-keys")).json().keys;
  let key = "";

  await t.step("POST /api/dsn-keys makes a key of 32 hexadecimal digits", async () => {
    const answer = await api.post("/api/dsn-keys", { project: " café 😀 " });
    assert.equal(answer.status, 201);
    key = answer.json().public_key;
    assert.match(key, /^[0-9a-f]{32}$/);
    assert.deepEqual(answer.json(), { public_key: key, project: "café 😀" });
  });

  await t.step("POST /api/dsn-keys makes another for the same project", async () => {
    const another = (await api.post("/api/dsn-keys", { project: "café 😀" })).json().public_key;
    assert.notEqual(another, key);
  });

  await t.step("GET /api/dsn-keys lists all, the seeded ones first", async () => {
    const all = await keys();
    assert.deepEqual(
      all.map((one: { project: string; active: boolean }) => [one.project, one.active]),
      [["shop", true], ["blog", true], ["café 😀", true], ["café 😀", true]],
    );
    assert.equal(all[0].public_key, SHOP_KEY);
  });

  await t.step("A key submits for its project as soon as it is made", async () => {
    const answer = await submitError(api, browserError({ project: "shop" }), key);
    assert.equal(answer.status, 201);
    assert.equal((await api.detail(answer.json().id)).project, "café 😀");
  });

  await t.step("DELETE /api/dsn-keys/{id} deactivates at once, and again", async () => {
    for (let times = 0; times < 2; times++) {
      const answer = await api.send({ method: "DELETE", path: "/api/dsn-keys/3" });
      assert.deepEqual([answer.status, answer.json()], [200, { status: "deactivated" }]);
      assert.equal((await submitError(api, browserError(), key)).status, 401);
    }
    assert.equal((await keys())[2].active, false);
  });

  await t.step(
    "A key that is deactivated while a body arrives takes nothing any more",
    async () => {
      const { public_key } = (await api.post("/api/dsn-keys", { project: "late" })).json();
      const id = (await keys()).at(-1).id;
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      const text = JSON.stringify(browserError({ message: "too late" }));
      const sent = submitError(api, readable, public_key);
      await writer.write(new TextEncoder().encode(text.slice(0, 20)));
      assert.equal((await api.send({ method: "DELETE", path: `/api/dsn-keys/${id}` })).status, 200);
      await writer.write(new TextEncoder().encode(text.slice(20)));
      await writer.close();
      assert.equal((await sent).status, 401);
      assert.equal((await api.get("/api/errors?search=too+late")).json().total, 0);
    },
  );

  const project = "Field 'project'";
  await runCases(t, api, [
    ...["99", "0", "-1", "x", "1.5", "9".repeat(30)].map((id) => ({
      name: `DELETE /api/dsn-keys/${id} is unknown`,
      method: "DELETE",
      path: `/api/dsn-keys/${id}`,
      status: 404,
    })),
    ...([
      ["no body", "", "Request body is empty"],
      ["no JSON", "{", "Request body is not valid JSON"],
      ["an array", [], "Request body must be a JSON object"],
      ["no project", {}, `${project} is required`],
      ["null", { project: null }, `${project} is required`],
      ["a number", { project: 7 }, `${project} must be a string`],
      ["a blank", { project: " \n" }, `${project} must not be blank`],
      ["too long", { project: "😀".repeat(101) }, `${project} must be at most 100 characters`],
    ] as const).map(([name, body, has]) => ({
      name: `POST /api/dsn-keys refuses ${name}`,
      method: "POST",
      path: "/api/dsn-keys",
      body,
      status: 400,
      has,
    })),
    {
      name: "POST /api/dsn-keys takes a project of 100 characters",
      method: "POST",
      path: "/api/dsn-keys",
      body: { project: "😀".repeat(100) },
      status: 201,
    },
  ]);
});

Deno.test("DSN_KEYS are seeded, and stay what they became", async () => {
  await using folder = await makeFolder();
  const options = (keys: string) => ({
    dataDir: folder.path,
    env: { DSN_KEYS: keys },
    args: ["--only", "errors,metrics,relay"],
  });
  const list = async (program: { fetch: (path: string) => Promise<Response> }) =>
    (await (await program.fetch("/api/dsn-keys")).json()).keys
      .map((key: { id: number; project: string; active: boolean }) =>
        `${key.id} ${key.project} ${key.active}`
      );
  {
    await using program = await startProgram(
      options("a:key-of-a-1,a:key-of-a-1,with:colon:key-of-c-1"),
    );
    assert.deepEqual(await list(program), ["1 a true", "2 with:colon true"]);
    await (await program.fetch("/api/dsn-keys/1", { method: "DELETE" })).body?.cancel();
    assert.equal(await program.stop(), 0);
  }
  await using program = await startProgram(options("a:key-of-a-1,b:key-of-b-1,c:key-of-c-1"));
  assert.deepEqual(await list(program), ["1 a false", "2 with:colon true", "3 b true"]);
  const warnings = program.logs().filter(({ level }) => level === "WARN").map(({ msg }) => msg);
  assert.deepEqual(warnings, [
    "DSN key of DSN_KEYS stays deactivated",
    "DSN key of DSN_KEYS stays with the project that it was made for",
  ]);
});

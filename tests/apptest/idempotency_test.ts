import assert from "node:assert/strict";
import { Api, reportAt } from "./support/api.ts";
import { makeFolder } from "../cli/commands.ts";

const KEY = "0f8fad5b-d9cb-469f-a165-70867728950e";
const BATCH = [{ name: "orders", type: "counter", value: 3 }, {
  name: "orders",
  type: "counter",
  value: 4,
}];

function keyed(key: string) {
  return { headers: { "idempotency-key": key } };
}

Deno.test("POST /api/errors with an Idempotency-Key counts what is sent again once", async (t) => {
  await using folder = await makeFolder();
  const options = { command: ["errors", "serve"], dataDir: folder.path };
  let first = "";

  {
    await using api = await Api.start(options);

    await t.step("The same key gets the same answer, whatever happened meanwhile", async () => {
      const answer = await api.post("/api/errors", reportAt(1), keyed(KEY));
      first = answer.text;
      assert.equal(answer.status, 201);
      await api.report({}, 1);
      const again = await api.post("/api/errors", reportAt(1), keyed(KEY));
      assert.deepEqual([again.status, again.text], [201, first]);
      assert.equal((await api.detail(answer.json().id)).count, 2);
    });

    await t.step("Another key, or none, counts", async () => {
      const another = await api.post("/api/errors", reportAt(1), keyed(`${KEY}2`));
      assert.equal(another.json().count, 3);
      assert.equal((await api.report({}, 1)).json().count, 4);
    });

    await t.step("The same key at once, many times, counts once", async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => api.post("/api/errors", reportAt(2), keyed("at-once"))),
      );
      assert.deepEqual(new Set(answers.map(({ text }) => text)).size, 1);
      assert.equal((await api.detail(answers[0]?.json().id)).count, 1);
    });

    await t.step("A wrong report does not use its key up", async () => {
      const refused = await api.post("/api/errors", { project: "" }, keyed("later-right"));
      assert.equal(refused.status, 400);
      assert.equal((await api.post("/api/errors", reportAt(3), keyed("later-right"))).status, 201);
    });

    await t.step("A key that is none is refused", async () => {
      for (const key of ["a b", "x".repeat(129), "é"]) {
        const answer = await api.post("/api/errors", reportAt(4), keyed(key));
        assert.equal(answer.status, 400, key);
        assert.match(answer.json().detail, /^Header 'Idempotency-Key' must be 1 to 128 visible/);
      }
    });
  }

  await t.step("A key is known after kill -9", async () => {
    await using api = await Api.start(options);
    const again = await api.post("/api/errors", reportAt(1), keyed(KEY));
    assert.deepEqual([again.status, again.text], [201, first]);
  });
});

Deno.test("POST /api/metrics with an Idempotency-Key records what is sent again once", async (t) => {
  await using folder = await makeFolder();
  const options = { command: ["metrics", "serve"], dataDir: folder.path };
  const sum = async (api: Api) => {
    const { data } = (await api.get("/api/metrics?name=orders&period=1h")).json();
    return data.reduce((total: number, point: { sum: number }) => total + point.sum, 0);
  };
  {
    await using api = await Api.start(options);

    await t.step("The same key gets the same answer", async () => {
      for (let times = 0; times < 3; times++) {
        const answer = await api.post("/api/metrics", BATCH, keyed(KEY));
        assert.deepEqual([answer.status, answer.json().count], [202, 2]);
      }
      assert.equal(await sum(api), 7);
    });

    await t.step("The same key at once, among batches without one", async () => {
      const answers = await Promise.all(
        Array.from(
          { length: 20 },
          (_, n) =>
            n % 2 === 0
              ? api.post("/api/metrics", BATCH, keyed("at-once"))
              : api.post("/api/metrics", BATCH),
        ),
      );
      assert.ok(answers.every(({ status }) => status === 202));
      assert.equal(await sum(api), 7 + 7 + 10 * 7);
    });

    await t.step("A wrong batch does not use its key up", async () => {
      const answer = await api.post("/api/metrics", [...BATCH, {}], keyed("later-right"));
      assert.equal(answer.status, 400);
      await api.post("/api/metrics", BATCH, keyed("later-right"));
      assert.equal(await sum(api), 13 * 7);
    });
  }

  await t.step("A key is known after kill -9", async () => {
    await using api = await Api.start(options);
    await api.post("/api/metrics", BATCH, keyed(KEY));
    assert.equal(await sum(api), 13 * 7);
  });
});

import assert from "node:assert/strict";
import { Api } from "./support/api.ts";
import { type Case, runCases } from "./support/cases.ts";

const UNKNOWN_IDS = [
  "999",
  "0",
  "-1",
  "1.5",
  "01",
  "1e0",
  "abc",
  "%31%30",
  "1%00",
  "%zz",
  "٣",
  "999999999999999",
  "9007199254740993",
  "99999999999999999999999",
];

const UNKNOWN: readonly Case[] = UNKNOWN_IDS.flatMap((id) => {
  const path = `/api/errors/${id}`;
  const unknown = { status: 404, has: '{"detail":"Not found"}' } as const;
  return [
    { name: `GET ${path} is not found`, path, ...unknown },
    {
      name: `POST ${path}/resolve is not found`,
      method: "POST",
      path: `${path}/resolve`,
      ...unknown,
    },
    {
      name: `POST ${path}/reopen is not found`,
      method: "POST",
      path: `${path}/reopen`,
      ...unknown,
    },
  ];
});

Deno.test("POST /api/errors/{id}/resolve and /reopen", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });
  const { id } = (await api.report({}, 1)).json();
  const other = (await api.report({}, 2)).json().id;
  let resolvedAt = "";

  await t.step("POST /api/errors/{id}/resolve marks a group resolved", async () => {
    const answer = await api.post(`/api/errors/${id}/resolve`);
    assert.equal(answer.status, 200);
    assert.equal(answer.text, `{"status":"resolved","id":${id}}`);
    const detail = await api.detail(id);
    assert.equal(detail.resolved, true);
    resolvedAt = detail.resolved_at;
    assert.ok(resolvedAt >= detail.last_seen);
  });

  await t.step("POST /api/errors/{id}/resolve leaves the others alone", async () => {
    assert.equal((await api.detail(other)).resolved, false);
    assert.equal((await api.get("/api/errors")).json().total, 1);
    assert.equal((await api.get("/api/errors?resolved=true")).json().total, 1);
  });

  await t.step("POST /api/errors/{id}/resolve again changes nothing", async () => {
    const answer = await api.post(`/api/errors/${id}/resolve`);
    assert.equal(answer.status, 200);
    assert.equal(answer.text, `{"status":"resolved","id":${id}}`);
    assert.equal((await api.detail(id)).resolved_at, resolvedAt);
  });

  await t.step("POST /api/errors/{id}/resolve ignores a body", async () => {
    const answer = await api.post(`/api/errors/${id}/resolve`, "not JSON");
    assert.equal(answer.status, 200);
  });

  await t.step("POST /api/errors/{id}/resolve keeps count and occurrences", async () => {
    const detail = await api.detail(id);
    assert.equal(detail.count, 1);
    assert.equal(detail.occurrences.length, 1);
    assert.deepEqual(detail.environments, { production: 1 });
  });

  await t.step("POST /api/errors/{id}/reopen marks a group unresolved, twice too", async () => {
    for (let time = 0; time < 2; time++) {
      const answer = await api.post(`/api/errors/${id}/reopen`);
      assert.equal(answer.status, 200);
      assert.equal(answer.text, `{"status":"reopened","id":${id}}`);
      const detail = await api.detail(id);
      assert.equal(detail.resolved, false);
      assert.equal(detail.resolved_at, null);
      assert.equal(detail.reopened_at, null, "it did not come back by itself");
    }
  });

  await t.step("POST /api/errors counts a reopened group on as unresolved", async () => {
    assert.equal((await api.report({}, 1)).json().status, "incremented");
  });

  await runCases(t, api, UNKNOWN);

  await t.step("GET /api/errors/{id} reads a percent-encoded id", async () => {
    assert.equal((await api.get(`/api/errors/%3${id}`)).json().id, id);
  });

  await t.step("POST /api/errors/{id}/resolve 20 times at once resolves once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.post(`/api/errors/${other}/resolve`)),
    );
    assert.ok(answers.every(({ status }) => status === 200));
    assert.equal((await api.get("/api/errors?resolved=true")).json().total, 1);
  });
});

Deno.test("The Error Tracker keeps everything over a restart", async () => {
  const dataDir = await Deno.makeTempDir();
  try {
    const before = [];
    let id = 0;
    {
      await using api = await Api.start({ dataDir });
      id = (await api.report({ extra: { n: 1 } }, 1)).json().id;
      await api.report({ environment: "staging" }, 1);
      await api.post(`/api/errors/${(await api.report({}, 2)).json().id}/resolve`);
      before.push(await api.detail(id), (await api.get("/api/errors?resolved=all")).json());
      assert.equal(await api.program.stop(), 0);
    }
    await using api = await Api.start({ dataDir });
    const after = [await api.detail(id), (await api.get("/api/errors?resolved=all")).json()];
    assert.deepEqual(after, before);
    assert.deepEqual((await api.report({}, 1)).json().count, 3);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});

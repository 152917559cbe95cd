import assert from "node:assert/strict";
import { Api, reportAt } from "./support/api.ts";

Deno.test("POST /api/errors counts reports into groups", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });

  await t.step("POST /api/errors makes a group of a new fingerprint", async () => {
    const before = Date.now();
    const answer = await api.report({}, 1);
    assert.equal(answer.status, 201);
    const { id, fingerprint } = answer.json();
    assert.deepEqual(answer.json(), { status: "created", id, fingerprint, count: 1 });
    const detail = await api.detail(id);
    assert.equal(detail.fingerprint, fingerprint);
    assert.equal(detail.fingerprint_version, 1);
    assert.equal(detail.resolved, false);
    assert.equal(detail.resolved_at, null);
    assert.equal(detail.reopened_at, null);
    assert.equal(detail.first_seen, detail.last_seen);
    const seen = Date.parse(detail.first_seen);
    assert.ok(seen >= before && seen <= Date.now(), detail.first_seen);
    assert.equal(detail.occurrences[0].timestamp, detail.first_seen);
  });

  await t.step("POST /api/errors fingerprints by MD5 of project, type, file and line", async () => {
    const answer = await api.report({}, 1);
    // echo -n 'shop:ValueError:/srv/app/main.py:1' | md5sum
    assert.equal(answer.json().fingerprint, "09c155b1663cf55af37b1b59d9d35540");
  });

  await t.step("POST /api/errors increments an unresolved group", async () => {
    const first = (await api.report({}, 2)).json();
    const answer = await api.report({ message: "another message" }, 2);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json(), { ...first, status: "incremented", count: 2 });
    const detail = await api.detail(first.id);
    assert.equal(detail.message, "bad value");
    assert.ok(detail.last_seen >= detail.first_seen);
  });

  await t.step("POST /api/errors sets apart by project, type, file and line", async () => {
    const ids = await Promise.all([
      api.report({}, 3),
      api.report({}, 4),
      api.report({ project: "blog" }, 3),
      api.report({ exception_type: "TypeError" }, 3),
    ]);
    assert.equal(new Set(ids.map((answer) => answer.json().id)).size, 4);
  });

  await t.step("POST /api/errors reopens a resolved group", async () => {
    const { id, fingerprint } = (await api.report({}, 5)).json();
    await api.post(`/api/errors/${id}/resolve`);
    const answer = await api.report({}, 5);
    assert.equal(answer.status, 201);
    assert.deepEqual(answer.json(), { status: "reopened", id, fingerprint, count: 2 });
    const detail = await api.detail(id);
    assert.equal(detail.resolved, false);
    assert.equal(detail.resolved_at, null);
    assert.equal(detail.reopened_at, detail.last_seen);
    assert.equal((await api.report({}, 5)).json().status, "incremented");
  });

  await t.step("GET /api/errors/{id} keeps the newest five occurrences, newest first", async () => {
    let id = 0;
    for (let n = 1; n <= 8; n++) {
      const fields = {
        environment: n % 2 ? "production" : "staging",
        request_url: `/page/${n}`,
        request_method: "GET",
        request_headers: { "X-N": `${n}` },
        user_id: `user ${n}`,
        extra: { n },
        traceback: reportAt(6).traceback + `\nNote ${n}`,
      };
      id = (await api.report(fields, 6)).json().id;
    }
    const { occurrences, count, traceback } = await api.detail(id);
    assert.equal(count, 8);
    assert.ok(traceback.endsWith("Note 1"));
    assert.deepEqual(occurrences.map(({ extra }: { extra: unknown }) => extra), [
      { n: 8 },
      { n: 7 },
      { n: 6 },
      { n: 5 },
      { n: 4 },
    ]);
    const { id: _, timestamp: __, ...newest } = occurrences[0];
    assert.deepEqual(newest, {
      environment: "staging",
      request_url: "/page/8",
      request_method: "GET",
      request_headers: { "X-N": "8" },
      user_id: "user 8",
      extra: { n: 8 },
      traceback: reportAt(6).traceback + "\nNote 8",
    });
  });

  await t.step("GET /api/errors/{id} counts a group's environments", async () => {
    let id = 0;
    for (const environment of ["production", "staging", "production", "dev", undefined]) {
      id = (await api.report({ environment }, 7)).json().id;
    }
    const detail = await api.detail(id);
    assert.equal(detail.environment, "production");
    assert.deepEqual(detail.environments, { production: 3, dev: 1, staging: 1 });
  });

  await t.step(
    "GET /api/errors/{id} tells days and GET /api/errors hours, the latest last",
    async () => {
      const { id } = (await api.report({}, 8)).json();
      await api.report({}, 8);
      const detail = await api.detail(id);
      assert.equal(detail.daily_counts.length, 30);
      // Over two days, where it is midnight just now.
      const [yesterday = 0, today = 0] = detail.daily_counts.slice(-2);
      assert.equal(yesterday + today, 2);
      const { errors } = (await api.get("/api/errors")).json();
      const listed = errors.find((one: { id: number }) => one.id === id);
      assert.equal(listed.hourly_counts.length, 24);
      assert.equal(listed.hourly_counts.reduce((sum: number, n: number) => sum + n, 0), 2);
    },
  );

  await t.step("POST /api/errors keeps a group's source, whoever reports next", async () => {
    const { id } = (await api.report({ request_method: "BROWSER" }, 9)).json();
    await api.report({ request_method: "GET" }, 9);
    assert.equal((await api.detail(id)).source, "browser");
  });

  await t.step("POST /api/errors with no location groups by the whole traceback", async () => {
    const one = (await api.report({ traceback: "it broke" })).json();
    const same = (await api.report({ traceback: "it broke", message: "other" })).json();
    const other = (await api.report({ traceback: "it broke again" })).json();
    const none = (await api.report({ traceback: "" })).json();
    assert.equal(same.id, one.id);
    assert.equal(new Set([one.id, other.id, none.id]).size, 3);
    assert.equal((await api.detail(one.id)).location, null);
  });
});

Deno.test("POST /api/errors at the same time makes one group", async (t) => {
  await using api = await Api.start();
  for (const [line, reports] of [[1, 2], [2, 50], [3, 300]] as const) {
    await t.step(`POST /api/errors ${reports} times at once counts each once`, async () => {
      const answers = await Promise.all(
        Array.from({ length: reports }, (_, n) => api.report({ extra: { n } }, line)),
      );
      const recorded = answers.map((answer) => answer.json());
      const [{ id }] = recorded;
      assert.ok(recorded.every((one) => one.id === id));
      assert.equal(recorded.filter(({ status }) => status === "created").length, 1);
      assert.equal(answers.filter(({ status }) => status === 201).length, 1);
      const counts = recorded.map(({ count }) => count).sort((a, b) => a - b);
      assert.deepEqual(counts, Array.from({ length: reports }, (_, n) => n + 1));
      const detail = await api.detail(id);
      assert.equal(detail.count, reports);
      assert.equal(detail.occurrences.length, Math.min(reports, 5));
      assert.equal((await api.get("/api/errors")).json().total, line);
    });
  }

  await t.step("POST /api/errors and resolve at once leave counts that add up", async () => {
    const { id } = (await api.report({}, 4)).json();
    const answers = await Promise.all(
      Array.from(
        { length: 60 },
        (_, n) => n % 3 ? api.report({}, 4) : api.post(`/api/errors/${id}/resolve`),
      ),
    );
    assert.ok(answers.every(({ status }) => status < 300));
    const { count } = await api.detail(id);
    assert.equal(count, 41);
    const [open, resolved, all] = await Promise.all(
      ["false", "true", "all"].map(async (state) =>
        (await api.get(`/api/errors?resolved=${state}`)).json().total
      ),
    );
    assert.equal(open + resolved, all);
  });
});

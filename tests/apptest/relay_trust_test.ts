import assert from "node:assert/strict";
import type { Api, Request } from "./support/api.ts";
import { signIn } from "./support/browser_session.ts";
import {
  browserError,
  browserMetrics,
  SHOP_KEY,
  startRelay,
  startTogether,
  withDsn,
} from "./support/relay_api.ts";

/** Requests of a kind, with what each must be answered. */
async function expectStatuses(
  api: Api,
  paths: readonly string[],
  request: Omit<Request, "path">,
  status: number,
): Promise<void> {
  for (const path of paths) {
    const [method = "GET", where = ""] = path.split(" ");
    const answer = await api.send({ ...request, method, path: where });
    assert.equal(answer.status, status, `${path} with ${JSON.stringify(request)}: ${answer.text}`);
  }
}

const ADMINISTRATION = [
  "GET /api/dsn-keys",
  "POST /api/dsn-keys",
  "DELETE /api/dsn-keys/1",
  "DELETE /api/dsn-keys/99",
  "GET /api/source-maps",
  "POST /api/source-maps",
  "DELETE /api/source-maps/1",
];
const SUBMISSION = ["POST /api/browser/errors", "POST /api/browser/metrics"];
const OTHERS = [
  "GET /api/errors",
  "POST /api/errors",
  "GET /api/errors/1",
  "POST /api/errors/1/resolve",
  "GET /api/projects",
  "POST /api/metrics",
  "GET /api/metrics",
  "GET /api/dashboard",
  "GET /api/logs",
  "GET /api/logs/tail",
  "GET /api/none",
  "GET /api",
  "GET /errors",
  "GET /logs",
  "GET /dashboard",
  "GET /.env",
  "GET /none?%",
];
const HIDDEN = ["GET /metrics", "GET /api/openapi.json"];

Deno.test("monlight relay serve tells strangers nothing", async (t) => {
  await using api = await startRelay();

  await t.step("/health needs no key", async () => {
    const answer = await api.get("/health", { key: null });
    assert.deepEqual([answer.status, answer.json()], [200, {
      status: "ok",
      queued_errors: 0,
      queued_metrics: 0,
    }]);
  });

  await t.step("Administration wants the admin key, and nothing else will do", async () => {
    for (const key of [null, "wrong", SHOP_KEY]) {
      await expectStatuses(api, ADMINISTRATION, { key }, 401);
    }
    await expectStatuses(api, ADMINISTRATION, withDsn(SHOP_KEY), 401);
    await expectStatuses(api, ["GET /api/dsn-keys", "GET /api/source-maps"], {}, 200);
    await expectStatuses(api, ["DELETE /api/dsn-keys/99", "DELETE /api/source-maps/1"], {}, 404);
  });

  await t.step("Submission wants a DSN key, and nothing else will do", async () => {
    for (const key of [null, "", "wrong", SHOP_KEY.toUpperCase(), ` ${SHOP_KEY}x`, "__proto__"]) {
      await expectStatuses(api, [...SUBMISSION, "GET /api/browser/none"], withDsn(key), 401);
    }
    // The admin key administrates.
    await expectStatuses(api, SUBMISSION, {}, 401);
    await expectStatuses(api, ["GET /api/browser/none"], withDsn(SHOP_KEY), 404);
    await expectStatuses(api, ["GET /api/browser/errors"], withDsn(SHOP_KEY), 405);
  });

  await t.step("Everything else is 404, the same as a path that nobody has", async () => {
    const paths = [...OTHERS, ...HIDDEN, "POST /metrics", "GET /metrics?%", "HEAD /metrics"];
    for (const request of [{ key: null }, { key: "wrong" }, withDsn(SHOP_KEY)]) {
      await expectStatuses(api, paths, request, 404);
    }
    const none = await api.get("/api/none", { key: null });
    for (const path of ["/metrics", "/api/openapi.json", "/api/errors"]) {
      const answer = await api.get(path, { key: null });
      assert.equal(answer.text, none.text);
      const names = (headers: Headers) => [...headers.keys()].sort();
      assert.deepEqual(names(answer.headers), names(none.headers));
    }
    await expectStatuses(api, OTHERS, {}, 404);
  });

  await t.step("A large body does not tell one from the other", async () => {
    const body = "x".repeat(100_000);
    for (const path of ["/metrics", "/api/openapi.json", "/none", "/api/none"]) {
      const answer = await api.post(path, body, { key: null });
      assert.equal(answer.status, 413, path);
    }
  });

  await t.step("/metrics and the API's description are there with the admin key", async () => {
    await expectStatuses(api, HIDDEN, {}, 200);
    const { paths } = (await api.get("/api/openapi.json")).json();
    assert.ok("/api/browser/errors" in paths && !("/api/errors" in paths));
  });

  await t.step("The settings page is there by the admin key", async () => {
    const front = await api.get("/", { key: null });
    assert.ok(front.text.includes("<code>ADMIN_API_KEY</code>"));
    assert.equal((await api.get("/settings", { key: null })).status, 303);
    const headers = { cookie: await signIn(api), "sec-fetch-site": "same-origin" };
    assert.equal((await api.get("/", { key: null, headers })).headers.get("location"), "/settings");
    assert.equal((await api.get("/settings", { key: null, headers })).status, 200);
    assert.equal((await api.get("/api/dsn-keys", { key: null, headers })).status, 200);
    assert.equal((await api.get("/metrics", { key: null, headers })).status, 200);
    // Only from its own pages.
    const foreign = { ...headers, "sec-fetch-site": "cross-site" };
    const answer = await api.post("/api/dsn-keys", { project: "x" }, {
      key: null,
      headers: foreign,
    });
    assert.equal(answer.status, 403);
  });

  await t.step("OPTIONS is answered for pages alone", async () => {
    await expectStatuses(api, ["OPTIONS /api/dsn-keys", "OPTIONS /api/source-maps"], {
      key: null,
    }, 401);
    await expectStatuses(api, ["OPTIONS /metrics", "OPTIONS /api/none"], { key: null }, 404);
  });
});

Deno.test("In monlight serve each has its own rules", async (t) => {
  await using api = await startTogether();

  await t.step("The API key is the admin key", async () => {
    await expectStatuses(api, ["GET /api/dsn-keys", "GET /api/source-maps"], {}, 200);
    await expectStatuses(api, ADMINISTRATION, { key: null }, 401);
    await expectStatuses(api, [...ADMINISTRATION, ...HIDDEN], withDsn(SHOP_KEY), 401);
  });

  await t.step("A signed-in session administrates", async () => {
    const headers = { cookie: await signIn(api), "sec-fetch-site": "same-origin" };
    const answer = await api.post("/api/dsn-keys", { project: "blog" }, { key: null, headers });
    assert.equal(answer.status, 201);
  });

  await t.step("Submission wants a DSN key, whatever else there is", async () => {
    const cookie = await signIn(api);
    await expectStatuses(api, SUBMISSION, {}, 401);
    await expectStatuses(api, SUBMISSION, { key: null, headers: { cookie } }, 401);
    assert.equal(
      (await api.post("/api/browser/errors", browserError(), withDsn(SHOP_KEY))).status,
      201,
    );
    assert.equal(
      (await api.post(`/api/browser/metrics?key=${SHOP_KEY}`, browserMetrics(), { key: null }))
        .status,
      202,
    );
  });

  await t.step("A DSN key opens nothing else", async () => {
    const paths = OTHERS.filter((path) => path.startsWith("GET /api/"));
    await expectStatuses(api, paths, withDsn(SHOP_KEY), 401);
    await expectStatuses(api, paths, { key: SHOP_KEY }, 401);
    const pages = ["GET /errors", "GET /dashboard", "GET /settings"];
    await expectStatuses(api, pages, withDsn(SHOP_KEY), 303);
  });
});

Deno.test("With ADMIN_API_KEY in monlight serve, API_KEY does not administrate", async () => {
  await using api = await startTogether({ env: { ADMIN_API_KEY: "another-key-of-ours" } });
  await expectStatuses(api, ["GET /api/dsn-keys"], {}, 401);
  await expectStatuses(api, ["GET /api/dsn-keys"], { key: "another-key-of-ours" }, 200);
  await expectStatuses(api, ["GET /api/errors"], { key: "another-key-of-ours" }, 401);
  await expectStatuses(api, ["GET /api/errors"], {}, 200);
});

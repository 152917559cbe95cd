import assert from "node:assert/strict";
import { Api } from "./support/api.ts";
import { cookieOf, signedValue, signIn } from "./support/browser_session.ts";
import { type Case, runCases } from "./support/cases.ts";

const INVALID = '{"detail":"Invalid API key"}';
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];
const PATHS = [
  "/api/errors",
  "/api/errors/1",
  "/api/errors/1/resolve",
  "/api/projects",
  "/api/environments",
  "/api/test-alert",
  "/api/openapi.json",
  "/api/none",
  "/api/",
  "/api/errors/",
  "/api/../api/errors",
  "/%61pi/errors",
  "/api/errors?limit=zzz",
  "/metrics",
];

const KEYS: readonly (readonly [what: string, key: string | null])[] = [
  ["no key", null],
  ["an empty key", ""],
  ["a wrong key", "wrong"],
  ["a key cut short", "test-key-012345678"],
  ["a key with more", "test-key-01234567890"],
  ["a key in capitals", "TEST-KEY-0123456789"],
  ["a long key", "k".repeat(5000)],
];

const UNAUTHORIZED: readonly Case[] = [
  ...METHODS.flatMap((method) =>
    PATHS.map((path): Case => ({
      name: `${method} ${path} without a key is unauthorized`,
      method,
      path,
      key: null,
      status: 401,
      has: INVALID,
    }))
  ),
  ...KEYS.map(([what, key]): Case => ({
    name: `GET /api/errors with ${what} is unauthorized`,
    path: "/api/errors",
    key,
    status: 401,
    has: INVALID,
  })),
  {
    name: "GET /api/errors does not take the key from the query",
    path: "/api/errors?key=test-key-0123456789&api_key=test-key-0123456789",
    key: null,
    status: 401,
  },
  {
    name: "GET /api/errors does not take the key as a bearer token",
    path: "/api/errors",
    headers: { authorization: "Bearer test-key-0123456789" },
    key: null,
    status: 401,
  },
  {
    name: "POST /api/errors without a key does not look at the body",
    method: "POST",
    path: "/api/errors",
    body: "not JSON",
    key: null,
    status: 401,
  },
  { name: "GET /health needs no key", path: "/health", key: null, status: 200 },
  { name: "GET /health minds no wrong key", path: "/health", key: "wrong", status: 200 },
  { name: "GET /login needs no key", path: "/login", key: null, status: 200 },
];

Deno.test("Under /api authentication comes before everything", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });
  await runCases(t, api, UNAUTHORIZED);
  await t.step("HEAD /api/errors without a key is unauthorized", async () => {
    assert.equal((await api.send({ method: "HEAD", path: "/api/errors", key: null })).status, 401);
  });
});

Deno.test("A session cookie opens the API to this site's own pages alone", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });
  const { apiKey } = api.program;
  const cookie = await signIn(api);
  const [name = "", value = ""] = cookie.split("=");
  const { id } = (await api.report()).json();
  const host = new URL(api.program.url).host;
  const ask = (headers: Record<string, string>, method = "GET", path = "/api/errors") =>
    api.send({ method, path, key: null, headers });

  await t.step("GET /api/errors takes the cookie", async () => {
    assert.equal((await ask({ cookie })).json().total, 1);
    assert.equal((await ask({ cookie: `a=b; ${cookie}; c=d` })).status, 200);
  });
  await t.step(
    "GET /api/errors takes the cookie from another site, which cannot read it",
    async () => {
      const answer = await ask({
        cookie,
        origin: "https://evil.example",
        "sec-fetch-site": "cross-site",
      });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
    },
  );
  await t.step("GET /api/errors refuses a wrong key, whatever the cookie", async () => {
    assert.equal((await api.get("/api/errors", { key: "wrong", headers: { cookie } })).status, 401);
  });

  const resolve = `/api/errors/${id}/resolve`;
  const origins: readonly (readonly [string, Record<string, string>, number])[] = [
    ["its own page, as browsers tell", { "sec-fetch-site": "same-origin" }, 200],
    ["its own page by origin", { origin: `http://${host}` }, 200],
    ["its own page behind HTTPS", { origin: `https://${host}` }, 200],
    ["no page at all", {}, 403],
    ["another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }, 403],
    ["a sibling site", { "sec-fetch-site": "same-site", origin: `http://x.${host}` }, 403],
    ["an address typed in", { "sec-fetch-site": "none" }, 403],
    ["another origin", { origin: "https://evil.example" }, 403],
    ["another port", { origin: "http://127.0.0.1:1" }, 403],
    ["a sandboxed page", { origin: "null" }, 403],
    ["an origin that is none", { origin: "evil" }, 403],
    ["an origin that begins alike", { origin: `http://${host}.evil.example` }, 403],
    ["an origin with a user", { origin: `http://${host}@evil.example` }, 403],
  ];
  for (const [from, headers, status] of origins) {
    await t.step(`POST ${resolve} with the cookie from ${from} is ${status}`, async () => {
      const answer = await ask({ cookie, ...headers }, "POST", resolve);
      assert.equal(answer.status, status, answer.text);
      if (status === 403) {
        assert.equal(
          answer.json().detail,
          "Request with a session must come from this site's own pages",
        );
      }
    });
  }
  await t.step("POST with the key needs no origin, cookie or not", async () => {
    const headers = { cookie, origin: "https://any.example" };
    assert.equal((await api.post(resolve, undefined, { headers })).status, 200);
  });

  const later = Date.now() + 60_000;
  const [sessionId = "", expiry = "", signature = ""] = value.split(".");
  const forged: readonly (readonly [string, string])[] = [
    ["expired", await signedValue(apiKey, sessionId, Date.now() - 1)],
    ["expired in 1970", await signedValue(apiKey, sessionId, 0)],
    ["signed with another key", await signedValue("other-key", sessionId, later)],
    ["with a longer life", `${sessionId}.${Number(expiry) + 1}.${signature}`],
    ["of another session", `${"0".repeat(24)}.${expiry}.${signature}`],
    ["with a wrong signature", `${sessionId}.${expiry}.${"0".repeat(64)}`],
    ["with a signature cut short", value.slice(0, -1)],
    ["without a signature", `${sessionId}.${expiry}`],
    ["with an empty signature", `${sessionId}.${expiry}.`],
    ["that never expires", await signedValue(apiKey, sessionId, NaN)],
    ["that is empty", ""],
    ["of dots", "..."],
    ["that is the key", apiKey],
    ["too long to be one", "x".repeat(4000)],
  ];
  for (const [what, wrong] of forged) {
    await t.step(`GET /api/errors refuses a cookie ${what}`, async () => {
      const answer = await ask({ cookie: `${name}=${wrong}` });
      assert.equal(answer.status, 401);
      assert.equal(answer.text, INVALID);
    });
  }
  await t.step("GET /api/errors refuses the cookie under another name", async () => {
    assert.equal((await ask({ cookie: `x${name}=${value}` })).status, 401);
    assert.equal((await ask({ cookie: `${name}x=${value}` })).status, 401);
  });
  await t.step(
    "GET /api/errors takes a cookie that was signed like that and is in time",
    async () => {
      const good = await signedValue(apiKey, sessionId, later);
      assert.equal((await ask({ cookie: `${name}=${good}` })).status, 200);
    },
  );
});

Deno.test("A new API key ends every session", async () => {
  await using before = await Api.start({ env: { API_KEY: "the-old-key" } });
  const cookie = await signIn(before);
  await using after = await Api.start({ env: { API_KEY: "the-new-key" } });
  assert.equal(cookieOf(new Headers({ "set-cookie": cookie })), cookie);
  assert.equal((await before.get("/api/errors", { key: null, headers: { cookie } })).status, 200);
  assert.equal((await after.get("/api/errors", { key: null, headers: { cookie } })).status, 401);
});

import assert from "node:assert/strict";
import type { Answer, Api } from "./support/api.ts";
import {
  browserError,
  ORIGIN,
  SHOP_KEY,
  startRelay,
  startTogether,
  withDsn,
} from "./support/relay_api.ts";

const OTHER = "https://admin.shop.example:8443";
const APP = "capacitor://localhost";

/** What an answer lets pages of other sites do. */
function shared({ headers }: Answer) {
  const names = ["allow-origin", "allow-methods", "allow-headers", "max-age", "allow-credentials"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers.get(`access-control-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function ask(api: Api, method: string, path: string, origin: string | null, key: string | null) {
  const headers = origin === null ? {} : { origin };
  const body = method === "POST" ? { body: browserError() } : {};
  return api.send({ method, path, ...withDsn(key, { headers }), ...body });
}

Deno.test("Pages of listed origins may read answers below /api/browser/", async (t) => {
  await using api = await startTogether({
    env: { CORS_ORIGINS: `${ORIGIN}, ${OTHER},${APP}`, RELAY_RATE_LIMIT: "40" },
  });

  await t.step(
    "A preflight is answered 204, without a key, also of a path that is unknown",
    async () => {
      for (const origin of [ORIGIN, OTHER, APP]) {
        for (const path of ["errors", "metrics", "errors?key=wrong", "none", "a/b"]) {
          const answer = await ask(api, "OPTIONS", `/api/browser/${path}`, origin, null);
          assert.deepEqual([answer.status, answer.text], [204, ""]);
          assert.deepEqual(shared(answer), {
            "allow-origin": origin,
            "allow-methods": "POST, OPTIONS",
            "allow-headers": "X-Monlight-Key, Content-Type",
            "max-age": "86400",
          });
          assert.equal(answer.headers.get("vary"), "Origin");
        }
      }
    },
  );

  await t.step("Origins that only look alike get nothing", async () => {
    const origins = [
      "null",
      "http://shop.example",
      "https://shop.example.evil.example",
      "https://evil-shop.example",
      "https://xshop.example",
      "https://www.shop.example",
      "https://shop.example:443",
      "https://shop.example:8443",
      "https://shop.example/",
      "https://SHOP.example",
      "https://shop.example, https://evil.example",
      "https://shop.example@evil.example",
      "https://admin.shop.example",
      "HTTPS://shop.example",
      "*",
      "",
      "x".repeat(5000),
    ];
    for (const origin of origins) {
      const preflight = await ask(api, "OPTIONS", "/api/browser/errors", origin, null);
      assert.deepEqual([preflight.status, shared(preflight)], [204, {}], origin);
      assert.equal(preflight.headers.get("vary"), "Origin");
    }
    for (const origin of origins.slice(0, 5)) {
      const answer = await ask(api, "POST", "/api/browser/errors", origin, SHOP_KEY);
      assert.ok(answer.status < 300);
      assert.deepEqual(shared(answer), {}, origin);
      assert.equal(answer.headers.get("vary"), "Origin");
    }
  });

  await t.step("Every answer can be read: success, and each failure", async () => {
    const large = "x".repeat(70_000);
    const expected: readonly (readonly [number, Promise<Answer>])[] = [
      [200, ask(api, "POST", "/api/browser/errors", ORIGIN, SHOP_KEY)],
      [
        400,
        api.post("/api/browser/errors", "{", withDsn(SHOP_KEY, { headers: { origin: ORIGIN } })),
      ],
      [400, ask(api, "POST", "/api/browser/errors?%", ORIGIN, null)],
      [401, ask(api, "POST", "/api/browser/errors", ORIGIN, "wrong")],
      [404, ask(api, "POST", "/api/browser/none", ORIGIN, SHOP_KEY)],
      [405, ask(api, "GET", "/api/browser/errors", ORIGIN, SHOP_KEY)],
      [
        413,
        api.post("/api/browser/errors", large, withDsn(SHOP_KEY, { headers: { origin: ORIGIN } })),
      ],
    ];
    for (const [status, asked] of expected) {
      const answer = await asked;
      assert.equal(answer.status, status, answer.text);
      assert.deepEqual(shared(answer), { "allow-origin": ORIGIN });
      assert.equal(answer.headers.get("vary"), "Origin");
    }
  });

  await t.step("So that a page can read how long to wait", async () => {
    let answer = await ask(api, "POST", "/api/browser/errors", ORIGIN, SHOP_KEY);
    while (answer.status < 300) {
      answer = await ask(api, "POST", "/api/browser/errors", ORIGIN, SHOP_KEY);
    }
    assert.equal(answer.status, 429);
    assert.ok(answer.json().retry_after > 0);
    assert.deepEqual(shared(answer), { "allow-origin": ORIGIN });
  });

  await t.step("Without an origin there is only Vary", async () => {
    const answer = await ask(api, "POST", "/api/browser/errors", null, "wrong");
    assert.deepEqual(shared(answer), {});
    assert.equal(answer.headers.get("vary"), "Origin");
  });

  await t.step("Nothing else is shared with anyone", async () => {
    const paths = [
      ...["/health", "/", "/login", "/metrics", "/none", "/api/none", "/api/browserx"],
      ...["/api/dsn-keys", "/api/source-maps", "/api/errors", "/api/openapi.json"],
    ];
    for (const path of paths) {
      for (const method of ["GET", "OPTIONS", "POST"]) {
        const answer = await api.send({ method, path, headers: { origin: ORIGIN } });
        assert.deepEqual(shared(answer), {}, `${method} ${path}`);
        assert.notEqual(answer.status, 204, `${method} ${path}`);
      }
    }
  });
});

Deno.test("Without CORS_ORIGINS nothing is shared, and submitting works", async () => {
  await using api = await startTogether({ env: { CORS_ORIGINS: "" } });
  const preflight = await ask(api, "OPTIONS", "/api/browser/errors", api.program.url, null);
  assert.deepEqual([preflight.status, shared(preflight)], [204, {}]);
  const answer = await ask(api, "POST", "/api/browser/errors", api.program.url, SHOP_KEY);
  assert.deepEqual([answer.status, shared(answer)], [201, {}]);
});

Deno.test("A page can read that the upstream is not there", async () => {
  await using api = await startRelay();
  const answer = await ask(api, "POST", "/api/browser/errors", ORIGIN, SHOP_KEY);
  assert.equal(answer.status, 502);
  assert.deepEqual(shared(answer), { "allow-origin": ORIGIN });
});

import assert from "node:assert/strict";
import { withinAMinute } from "../support/one_minute.ts";
import { Api } from "./support/api.ts";
import { cookieOf, signIn } from "./support/browser_session.ts";
import { type Case, runCases } from "./support/cases.ts";

const html = { accept: "text/html,application/xhtml+xml" };

const page = (path: string, location: string): Case => ({
  name: `GET ${path} without a session redirects to ${location}`,
  path,
  key: null,
  headers: html,
  status: 303,
  answerHeaders: { location },
});

Deno.test("Pages want a session", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });
  await runCases(t, api, [
    {
      name: "GET / without a session answers the sign-in page",
      path: "/",
      key: null,
      status: 200,
      has: ['action="/login"', 'type="password"'],
      answerHeaders: { "content-type": /^text\/html/, "cache-control": "no-store" },
    },
    { name: "GET / minds no API key", path: "/", status: 200, has: 'action="/login"' },
    ...["POST", "DELETE", "OPTIONS"].map((method): Case => ({
      name: `${method} / without a session is 405`,
      method,
      path: "/",
      key: null,
      status: 405,
      answerHeaders: { allow: "GET, HEAD" },
    })),
    page("/errors", "/login?next=%2Ferrors"),
    page(
      "/errors?project=a%26b&search=%22x%22",
      "/login?next=%2Ferrors%3Fproject%3Da%2526b%26search%3D%2522x%2522",
    ),
    page("/errors/1", "/login?next=%2Ferrors%2F1"),
    page("/errors/1/traceback", "/login?next=%2Ferrors%2F1%2Ftraceback"),
    page("/settings", "/login?next=%2Fsettings"),
    ...["/errors/resolve", "/errors/1/resolve", "/settings/test-alert", "/logout"].map((
      path,
    ): Case => ({
      name: `POST ${path} without a session redirects to /login`,
      method: "POST",
      path,
      key: null,
      body: new URLSearchParams({ ids: "1" }),
      status: 303,
      answerHeaders: { location: "/login" },
    })),
    {
      name: "GET an unknown page answers a page that says so",
      path: "/none",
      key: null,
      headers: html,
      status: 404,
      has: "Not found",
      answerHeaders: { "content-type": /^text\/html/ },
    },
    {
      name: "GET an unknown page answers JSON to a program",
      path: "/none",
      key: null,
      status: 404,
      has: '{"detail":"Not found"}',
    },
    {
      name: "PUT /login answers 405 with what it allows",
      method: "PUT",
      path: "/login",
      key: null,
      status: 405,
      answerHeaders: { allow: /POST/ },
    },
    {
      name: "PUT /login answers a browser 405 with what it allows",
      method: "PUT",
      path: "/login",
      key: null,
      headers: html,
      status: 405,
      answerHeaders: { allow: /POST/, "content-type": /^text\/html/ },
    },
  ]);
});

Deno.test("POST /login signs a browser in", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });
  const { apiKey } = api.program;
  const login = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    api.post("/login", new URLSearchParams(fields), { key: null, headers });

  await t.step("POST /login with the key sets a session cookie and goes on", async () => {
    const answer = await login({ key: apiKey, next: "/errors?project=shop" });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get("location"), "/errors?project=shop");
    const cookie = answer.headers.get("set-cookie") ?? "";
    const [pair, ...attributes] = cookie.split("; ");
    assert.match(pair ?? "", /^monlight_errors=[0-9a-f]{24}\.\d{13}\.[0-9a-f]{64}$/);
    assert.deepEqual(attributes, ["Path=/", "Max-Age=1209600", "HttpOnly", "SameSite=Strict"]);
  });
  await t.step("POST /login behind HTTPS makes the cookie Secure", async () => {
    for (const proto of ["https", "https, http"]) {
      const answer = await login({ key: apiKey }, { "x-forwarded-proto": proto });
      assert.ok(answer.headers.get("set-cookie")?.endsWith("; Secure"));
    }
  });
  await t.step("POST /login takes a key that was pasted with blanks around it", async () => {
    assert.equal((await login({ key: ` ${apiKey}\r\n` })).status, 303);
  });
  for (
    const [what, fields] of [["a wrong key", { key: "wrong" }], ["an empty key", { key: "" }], [
      "no key",
      {},
    ]] as const
  ) {
    await t.step(`POST /login refuses ${what} and stays on its page`, async () => {
      const answer = await login({ ...fields, next: "/settings" });
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get("set-cookie"), null);
      assert.match(answer.headers.get("content-type") ?? "", /^text\/html/);
      assert.ok(answer.text.includes('value="/settings"'));
      assert.ok(!answer.text.includes("wrong"));
    });
  }
});

Deno.test("POST /login from another site is refused", async (t) => {
  await using api = await Api.start();
  const body = () => new URLSearchParams({ key: api.program.apiKey });
  for (
    const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }, {
      origin: "null",
    }]
  ) {
    await t.step(`POST /login with ${JSON.stringify(headers)} is 403`, async () => {
      const answer = await api.post("/login", body(), { key: null, headers });
      assert.equal(answer.status, 403);
      assert.equal(answer.headers.get("set-cookie"), null);
    });
  }
  await t.step("POST /login from its own page is taken", async () => {
    const headers = { "sec-fetch-site": "same-origin", origin: api.program.url };
    assert.equal((await api.post("/login", body(), { key: null, headers })).status, 303);
  });
});

const NOT_OURS = [
  "https://evil.example/",
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "/.//evil.example",
  "/x/..//evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "evil.example",
  " //evil.example",
  "http:evil.example",
  "/errors\r\nset-cookie: x=1",
];

Deno.test("After signing in nobody is sent to another site", async (t) => {
  await using api = await Api.start();
  const { url } = api.program;
  const cookie = await signIn(api);
  const staysHere = (location: string) => {
    assert.ok(location.startsWith("/"), location);
    assert.equal(new URL(location, url).origin, url);
    assert.equal(new URL(location, url).pathname.startsWith("//"), false);
  };
  for (const next of NOT_OURS) {
    await t.step(`GET /login?next=${JSON.stringify(next)} stays on this site`, async () => {
      const path = `/login?next=${encodeURIComponent(next)}`;
      const answer = await api.get(path, { key: null, headers: { cookie } });
      staysHere(answer.headers.get("location") ?? "");
      const form = await api.get(path, { key: null });
      assert.ok(form.text.includes('name="next" value="/"'), form.text.slice(-600));
    });
  }
});

Deno.test("POST /login to any next stays on this site", async (t) => {
  for (let from = 0; from < NOT_OURS.length; from += 8) {
    // Eight at a time: signing in is limited.
    await using api = await Api.start();
    for (const next of NOT_OURS.slice(from, from + 8)) {
      await t.step(`POST /login with next ${JSON.stringify(next)} goes to /`, async () => {
        const body = new URLSearchParams({ key: api.program.apiKey, next });
        const answer = await api.post("/login", body, { key: null });
        assert.equal(answer.status, 303);
        assert.equal(answer.headers.get("location"), "/");
      });
    }
  }
});

Deno.test("POST /login is limited per address, even with the right key", () =>
  withinAMinute(async () => {
    await using api = await Api.start({ env: { TRUST_PROXY: "true" } });
    const login = (key: string, address: string, headers: Record<string, string> = {}) =>
      api.post("/login", new URLSearchParams({ key }), {
        key: null,
        headers: { "x-forwarded-for": address, ...headers },
      });
    for (let n = 0; n < 10; n++) assert.equal((await login("wrong", "10.0.0.1")).status, 401);
    const answer = await login(api.program.apiKey, "10.0.0.1");
    assert.equal(answer.status, 429);
    assert.equal(answer.headers.get("set-cookie"), null);
    const { detail, retry_after } = answer.json();
    assert.equal(detail, "Rate limit exceeded");
    assert.equal(answer.headers.get("retry-after"), String(retry_after));
    assert.ok(retry_after >= 1 && retry_after <= 61, `${retry_after}`);

    const page = await login("wrong", "10.0.0.1", html);
    assert.equal(page.status, 429, "a browser is told on a page");
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    assert.match(page.headers.get("retry-after") ?? "", /^\d+$/);

    const another = await login(api.program.apiKey, "10.0.0.2");
    assert.equal(another.status, 303, "another address is taken meanwhile");
    const headers = { "x-forwarded-for": "10.0.0.1" };
    assert.equal((await api.get("/login", { key: null, headers })).status, 200);
  }));

Deno.test("The web interface works with a session", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });
  const cookie = await signIn(api);
  const { id } = (await api.report()).json();
  const same = { cookie, "sec-fetch-site": "same-origin" };
  const get = (path: string) => api.get(path, { key: null, headers: { cookie, ...html } });
  const post = (
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = same,
  ) => api.post(path, new URLSearchParams(fields), { key: null, headers });

  await t.step("GET / goes to the list", async () => {
    assert.equal((await get("/")).headers.get("location"), "/errors");
  });
  const assets = new Set<string>();
  for (
    const path of [
      "/errors",
      `/errors/${id}`,
      "/settings",
      `/errors/${id}/markdown`,
      `/errors/${id}/traceback`,
    ]
  ) {
    await t.step(`GET ${path} answers, is kept nowhere, and does not tell the key`, async () => {
      const answer = await get(path);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      assert.ok(!answer.text.includes(api.program.apiKey));
      for (const [, asset] of answer.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
        assets.add(asset ?? "");
      }
    });
  }
  await t.step("GET /assets/… needs no session", async () => {
    assert.ok(assets.size > 0);
    for (const asset of assets) {
      const answer = await api.get(asset, { key: null });
      assert.equal(answer.status, 200);
      assert.ok(!answer.text.includes(api.program.apiKey));
    }
  });
  await t.step("POST /errors/{id}/resolve by a form of its own resolves", async () => {
    assert.equal((await post(`/errors/${id}/resolve`, {})).status, 303);
    assert.equal((await api.detail(id)).resolved, true);
  });
  await t.step("POST /errors/{id}/reopen from elsewhere is refused", async () => {
    for (
      const headers of [{ cookie }, { cookie, origin: "https://evil.example" }, {
        cookie,
        "sec-fetch-site": "same-site",
      }]
    ) {
      assert.equal((await post(`/errors/${id}/reopen`, {}, headers)).status, 403);
    }
    assert.equal((await api.detail(id)).resolved, true);
  });
  await t.step("POST /errors/resolve goes on to a page of this site alone", async () => {
    const answer = await post("/errors/reopen", { ids: `${id}`, next: "//evil.example" });
    assert.equal(answer.headers.get("location"), `/errors?done=reopened&ids=${id}`);
  });
  await t.step("GET /errors/{id} of an unknown id is a page that says so", async () => {
    const answer = await get("/errors/999");
    assert.equal(answer.status, 404);
    assert.match(answer.headers.get("content-type") ?? "", /^text\/html/);
  });
  await t.step("GET /errors refuses a bad parameter on a page", async () => {
    assert.equal((await get("/errors?limit=0")).status, 400);
    assert.equal((await get("/errors?search=%zz")).status, 400);
  });
  await t.step("POST /logout ends the session in the browser", async () => {
    const answer = await post("/logout", {});
    assert.equal(answer.status, 303);
    assert.match(answer.headers.get("set-cookie") ?? "", /^monlight_errors=; Path=\/; Max-Age=0;/);
    assert.equal(cookieOf(answer.headers), "monlight_errors=");
  });
});

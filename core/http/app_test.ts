import assert from "node:assert/strict";
import { captureLog } from "../../tests/support/captured_log.ts";
import { ManualClock } from "../../tests/support/manual_clock.ts";
import { Failure } from "../failure.ts";
import { Telemetry } from "../telemetry.ts";
import { createApp } from "./app.ts";
import { Authenticator } from "./auth.ts";
import { json } from "./respond.ts";
import type { ApiRoute, Handler, Site } from "./route.ts";
import { Sessions } from "./session.ts";

const SITE: Site = {
  routes: [],
  signedOut: () => new Response("sign in"),
  failure: (_context, status, detail) =>
    new Response(`<p>${detail}`, { status, headers: { "content-type": "text/html" } }),
};

function route(path: string, handle: Handler, access: ApiRoute["access"] = "key"): ApiRoute {
  const operation = { id: path, summary: path, responses: {} };
  return { method: "GET", path, access, operation, handle };
}

/** An application with these routes, and what it logs. */
function start(routes: readonly ApiRoute[], options: { site?: Site; rateLimit?: number } = {}) {
  const { logger, lines } = captureLog("ERROR");
  const clock = new ManualClock();
  const telemetry = new Telemetry();
  const sessions = new Sessions({ apiKey: "key", scope: "test", clock });
  const app = createApp({
    services: [{ name: "test", routes, maxBodyBytes: 1024, rateLimit: options.rateLimit ?? 0 }],
    common: [],
    site: options.site ?? null,
    authenticator: new Authenticator({ apiKey: "key", sessions, trustProxy: false }),
    clock,
    logger,
    telemetry,
  });
  const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    app.fetch(
      new Request(`http://x${path}`, { headers: { "x-api-key": "key", ...headers }, ...init }),
      { peer: () => "10.0.0.1" },
    );
  return { ask, lines, telemetry, clock };
}

Deno.test("createApp() answers a bug with 500, logs its cause and shows nothing of it", async () => {
  const { ask, lines } = start([
    route("/api/throws", () => {
      throw new TypeError("the s3cret cause");
    }),
    route("/api/rejects", () => Promise.reject(new Error("the s3cret cause"))),
    route("/api/odd", () => {
      throw "the s3cret cause";
    }),
  ]);
  for (const path of ["/api/throws", "/api/rejects", "/api/odd"]) {
    const answer = await ask(path);
    assert.equal(answer.status, 500);
    assert.equal(await answer.text(), '{"detail":"Internal server error"}');
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    const line = lines.at(-1);
    assert.equal(line?.level, "ERROR");
    assert.equal(line?.path, path);
    assert.equal(line?.request_id, answer.headers.get("x-request-id"));
    assert.match(String(line?.error), /the s3cret cause/);
  }
});

Deno.test("createApp() answers a Failure with its status, and logs none of them", async () => {
  const codes = [
    ["invalid", 400],
    ["unauthorized", 401],
    ["forbidden", 403],
    ["not_found", 404],
    ["method_not_allowed", 405],
    ["timeout", 408],
    ["conflict", 409],
    ["too_large", 413],
    ["rate_limited", 429],
    ["unavailable", 503],
  ] as const;
  const { ask, lines } = start(codes.map(([code]) =>
    route(`/api/${code}`, () => {
      throw new Failure(code, "a sentence");
    })
  ));
  for (const [code, status] of codes) {
    const answer = await ask(`/api/${code}`);
    assert.equal(answer.status, status);
    assert.equal(await answer.text(), '{"detail":"a sentence"}');
  }
  assert.deepEqual(lines, []);
});

Deno.test("createApp() tells a browser on a page, with the headers that belong to the failure", async () => {
  const { ask } = start([], {
    site: {
      ...SITE,
      routes: [{
        method: "GET",
        path: "/busy",
        access: "open",
        handle: () => {
          throw new Failure("rate_limited", "Slow down", { retryAfterSeconds: 7 });
        },
      }],
    },
  });
  const answer = await ask("/busy", { accept: "text/html" });
  assert.equal(answer.status, 429);
  assert.equal(await answer.text(), "<p>Slow down");
  assert.equal(answer.headers.get("retry-after"), "7");
  const program = await ask("/busy");
  assert.equal(await program.text(), '{"detail":"Slow down","retry_after":7}');
  assert.equal(program.headers.get("retry-after"), "7");
});

Deno.test("createApp() answers under /api with JSON, whatever a browser wants", async () => {
  const { ask } = start([], { site: SITE });
  const answer = await ask("/api/none", { accept: "text/html" });
  assert.equal(await answer.text(), '{"detail":"Not found"}');
});

Deno.test("createApp() limits the key's requests, and lets them pass again after retry_after", async () => {
  const { ask, clock } = start([route("/api/x", () => json({}))], { rateLimit: 3 });
  for (let n = 0; n < 3; n++) assert.equal((await ask("/api/x")).status, 200);
  const answer = await ask("/api/x");
  const { retry_after } = await answer.json();
  assert.equal(answer.status, 429);
  assert.equal(answer.headers.get("retry-after"), `${retry_after}`);
  clock.advance(retry_after * 1000);
  assert.equal((await ask("/api/x")).status, 200);
});

Deno.test("createApp() limits strangers per address, apart from the key", async () => {
  const { ask } = start([route("/api/x", () => json({}))], { rateLimit: 2 });
  const stranger = async () => (await ask("/api/x", { "x-api-key": "wrong" })).status;
  assert.deepEqual([await stranger(), await stranger(), await stranger()], [401, 401, 429]);
  assert.equal((await ask("/api/x")).status, 200);
});

Deno.test("createApp() measures a request by its route, not its path", async () => {
  const { ask, telemetry } = start([route("/api/things/{id}", () => json({}))]);
  await ask("/api/things/17");
  await ask("/api/none/17");
  const text = await telemetry.render();
  assert.match(text, /route="\/api\/things\/\{id\}",status="200"\} 1\n/);
  assert.match(text, /route="unknown",status="404"\} 1\n/);
  assert.doesNotMatch(text, /17"/);
});

Deno.test("createApp() frees a stream that HEAD asks for, since nobody reads it", async () => {
  let cancelled = false;
  const { ask } = start([
    route(
      "/api/stream",
      () => new Response(new ReadableStream({ cancel: () => void (cancelled = true) })),
    ),
  ]);
  const answer = await ask("/api/stream", {}, { method: "HEAD" });
  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), "");
  assert.ok(cancelled);
});

Deno.test("createApp() logs nothing where work ends because its client went away", async () => {
  const client = new AbortController();
  const { ask, lines } = start([
    route("/api/search", (context) => {
      client.abort();
      context.req.raw.signal.throwIfAborted();
      return json({});
    }),
    route("/api/broken", () => {
      throw new Error("a mistake of ours");
    }),
  ]);
  await ask("/api/search", {}, { signal: client.signal });
  assert.deepEqual(lines, []);
  await ask("/api/broken", {}, { signal: client.signal });
  assert.equal(lines.length, 1);
});

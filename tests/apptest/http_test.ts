import assert from "node:assert/strict";
import { Api } from "./support/api.ts";
import { type Case, runCases } from "./support/cases.ts";
import { sendRaw } from "./support/raw.ts";

const NOT_FOUND = '{"detail":"Not found"}';

const notAllowed = (path: string, allow: string, methods: readonly string[]): Case[] =>
  methods.map((method) => ({
    name: `${method} ${path} is not allowed, ${allow} is`,
    method,
    path,
    status: 405,
    has: '{"detail":"Method not allowed"}',
    answerHeaders: { allow },
  }));

const NOT_ALLOWED: readonly Case[] = [
  ...notAllowed("/api/errors", "POST, GET, HEAD", ["PUT", "PATCH", "DELETE", "OPTIONS", "FOO"]),
  ...notAllowed("/api/errors/1", "GET, HEAD", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
  ...notAllowed("/api/errors/none", "GET, HEAD", ["DELETE"]),
  ...notAllowed("/api/errors/1/resolve", "POST", ["GET", "PUT", "DELETE"]),
  ...notAllowed("/api/errors/1/reopen", "POST", ["GET", "PUT", "DELETE"]),
  ...notAllowed("/api/projects", "GET, HEAD", ["POST", "DELETE"]),
  ...notAllowed("/api/environments", "GET, HEAD", ["POST", "DELETE"]),
  ...notAllowed("/api/test-alert", "POST", ["GET", "PUT"]),
  ...notAllowed("/api/openapi.json", "GET, HEAD", ["POST", "PUT"]),
  ...notAllowed("/health", "GET, HEAD", ["POST", "DELETE"]),
  ...notAllowed("/metrics", "GET, HEAD", ["POST", "DELETE"]),
];

const NOWHERE: readonly Case[] = [
  "/api/",
  "/api",
  "/api/none",
  "/api/errors/",
  "/api/errors/1/",
  "/api/errors/1/none",
  "/api/Errors",
  "/api/errors%2F1",
  "/api//errors",
  "/api/errors;x=1",
  "/API/errors",
  "//api/errors",
  "/none",
  "/health/",
  "/metrics/",
  "/.git/config",
  "/assets/../../etc/passwd",
  "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
  "/%00",
  "/%",
  "/%zz",
  `/${"x".repeat(5000)}`,
].map((path) => ({
  name: `GET ${path.slice(0, 60)} is not found`,
  path,
  status: 404,
  has: NOT_FOUND,
}));

const MALFORMED: readonly Case[] = [
  "/api/projects?x=%zz",
  "/api/errors/1?%",
  "/api/environments?a=%ff",
].map((path) => ({
  name: `GET ${path} has a malformed query`,
  path,
  status: 400,
  has: "malformed percent-encoding",
}));

Deno.test("Every path has its methods", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });
  await runCases(t, api, [...NOT_ALLOWED, ...NOWHERE, ...MALFORMED]);
  for (
    const path of [
      "/",
      "/health",
      "/login",
      "/metrics",
      "/api/errors",
      "/api/errors/1",
      "/api/projects",
    ]
  ) {
    await t.step(`HEAD ${path} answers as GET does, without the body`, async () => {
      await api.report();
      const get = await api.get(path);
      const head = await api.send({ method: "HEAD", path });
      assert.equal(head.status, get.status);
      assert.equal(head.headers.get("content-type"), get.headers.get("content-type"));
    });
  }
  await t.step("HEAD /api/test-alert is not allowed", async () => {
    const answer = await api.send({ method: "HEAD", path: "/api/test-alert" });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get("allow"), "POST");
  });
  await t.step("GET /api/errors tells no CORS header to anyone", async () => {
    for (const method of ["GET", "OPTIONS"]) {
      const headers = { origin: "https://x.example", "access-control-request-method": "GET" };
      const answer = await api.send({ method, path: "/api/errors", headers });
      for (const [name] of answer.headers) assert.ok(!name.startsWith("access-control"), name);
    }
  });
  await t.step("Each answer has a request id of its own", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.get("/health")));
    const ids = answers.map(({ headers }) => headers.get("x-request-id"));
    assert.equal(new Set(ids).size, 10);
  });
  await t.step("The server does not tell what it is made with", async () => {
    const { headers } = await api.get("/health");
    assert.equal(headers.get("server"), null);
    assert.equal(headers.get("x-powered-by"), null);
  });
});

Deno.test("Bytes that are no good HTTP harm nothing", async (t) => {
  await using api = await Api.start();
  const { url, apiKey } = api.program;
  const head = (...lines: readonly string[]) => [...lines, "", ""].join("\r\n");
  await t.step("A request line that is none is a 400", async () => {
    assert.equal((await sendRaw(url, head("GARBAGE"))).status, 400);
  });
  await t.step("A header with a NUL is a 400", async () => {
    assert.equal(
      (await sendRaw(url, head("GET /health HTTP/1.1", "Host: x", "A: \0"))).status,
      400,
    );
  });
  await t.step("A chunk length that is none is refused", async () => {
    const refused = sendRaw(
      url,
      head(
        "POST /api/errors HTTP/1.1",
        "Host: x",
        `X-API-Key: ${apiKey}`,
        "Transfer-Encoding: chunked",
      ),
      "zz\r\n{}\r\n",
    );
    // The runtime may end the connection before there is an answer.
    const status = await refused.then(({ status }) => status, (error) => {
      assert.match(error.message, /^Connection ended within the answer/);
      return 400;
    });
    assert.ok(status >= 400 && status < 500, `${status}`);
  });
  await t.step("The absolute form of a request target is understood", async () => {
    const answer = await sendRaw(url, head("GET http://x.example/health HTTP/1.1", "Host: x"));
    assert.equal(answer.status, 200);
  });
  await t.step("HTTP/1.0 is answered", async () => {
    assert.equal((await sendRaw(url, head("GET /health HTTP/1.0"))).status, 200);
  });
  await t.step("Two keys are no key", async () => {
    const key = `X-API-Key: ${apiKey}`;
    const answer = await sendRaw(url, head("GET /api/errors HTTP/1.1", "Host: x", key, key));
    assert.equal(answer.status, 401);
  });
  await t.step("The program works on", async () => {
    assert.equal((await api.get("/health")).status, 200);
  });
});

Deno.test("GET /health tells the shape of the command", async (t) => {
  await t.step("monlight errors serve tells its own state", async () => {
    await using api = await Api.start({ command: ["errors", "serve"] });
    assert.equal((await api.get("/health", { key: null })).text, '{"status":"ok"}');
  });
  await t.step("monlight serve tells each service's state", async () => {
    await using api = await Api.start();
    const health = (await api.get("/health", { key: null })).json();
    assert.equal(health.status, "ok");
    assert.deepEqual(health.services.errors, { status: "ok" });
  });
  await t.step("monlight serve --only errors runs it alone", async () => {
    await using api = await Api.start({ args: ["--only", "errors"] });
    const health = (await api.get("/health", { key: null })).json();
    assert.deepEqual(health, { status: "ok", services: { errors: { status: "ok" } } });
    assert.equal((await api.report()).status, 201);
  });
});

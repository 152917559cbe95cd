import assert from "node:assert/strict";
import { Api, reportAt } from "./support/api.ts";
import { sendRaw } from "./support/raw.ts";

const LIMIT = 256 * 1024;
const TOO_LARGE = JSON.stringify({ detail: "Request body exceeds maximum size" });

/** A report of exactly so many bytes. */
function reportOf(bytes: number, line: number): Uint8Array {
  const empty = JSON.stringify(reportAt(line, { message: "" })).length;
  return new TextEncoder().encode(
    JSON.stringify(reportAt(line, { message: "m".repeat(bytes - empty) })),
  );
}

/** The same bytes in pieces, so that `fetch` sends them chunked, without a length. */
function streamed(bytes: Uint8Array, piece = 10_000): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes.slice(at, at += piece));
      if (at >= bytes.length) controller.close();
    },
  });
}

Deno.test("POST /api/errors takes a body up to the limit and no byte more", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });
  const { url, apiKey } = api.program;
  const head = (...lines: readonly string[]) =>
    ["POST /api/errors HTTP/1.1", "Host: localhost", ...lines, "", ""]
      .join("\r\n");
  const key = `X-API-Key: ${apiKey}`;

  await t.step("POST /api/errors takes 256 KiB with a Content-Length", async () => {
    const answer = await api.post("/api/errors", reportOf(LIMIT, 1));
    assert.equal(answer.status, 201, answer.text);
    assert.ok((await api.detail(answer.json().id)).message.length > LIMIT - 1000);
  });
  await t.step("POST /api/errors takes 256 KiB chunked", async () => {
    const answer = await api.post("/api/errors", streamed(reportOf(LIMIT, 2)));
    assert.equal(answer.status, 201, answer.text);
  });
  await t.step("POST /api/errors refuses a byte more by Content-Length, unread", async () => {
    // Not a byte of the body is sent: the answer cannot have waited for it.
    const answer = await sendRaw(url, head(key, `Content-Length: ${LIMIT + 1}`));
    assert.equal(answer.status, 413);
    assert.equal(answer.body, TOO_LARGE);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  });
  await t.step("POST /api/errors refuses a Content-Length past every number", async () => {
    const answer = await sendRaw(url, head(key, "Content-Length: 99999999999999999"));
    assert.equal(answer.status, 413);
  });
  await t.step("POST /api/errors refuses a byte more in chunks while they stream in", async () => {
    // The last chunk never comes: the answer cannot have waited for it.
    const body = reportOf(LIMIT + 1, 3);
    const chunk = [`${body.length.toString(16)}\r\n`, body, "\r\n"];
    const answer = await sendRaw(url, head(key, "Transfer-Encoding: chunked"), ...chunk);
    assert.equal(answer.status, 413);
    assert.equal(answer.body, TOO_LARGE);
    assert.equal(answer.headers.get("connection"), "close");
  });
  await t.step("POST /api/errors answers requests after such ones", async () => {
    const answer = await api.get("/api/errors?resolved=all");
    assert.equal(answer.json().total, 2);
  });
});

Deno.test("MAX_BODY_SIZE sets another limit", async (t) => {
  await using api = await Api.start({ env: { ERRORS_MAX_BODY_SIZE: "2000" } });
  await t.step("POST /api/errors takes a body of MAX_BODY_SIZE", async () => {
    assert.equal((await api.post("/api/errors", reportOf(2000, 1))).status, 201);
  });
  for (const path of ["/api/errors", "/api/errors/1/resolve", "/api/none", "/health"]) {
    await t.step(`POST ${path} refuses a body over MAX_BODY_SIZE`, async () => {
      const answer = await api.post(path, reportOf(2001, 2));
      assert.equal(answer.status, 413);
      assert.equal(answer.text, TOO_LARGE);
    });
  }
});

Deno.test("MAX_BODY_SIZE beyond what all bodies may hold together can be used", async () => {
  const env = { MAX_BODY_SIZE: `${32 * 1024 * 1024}` };
  await using api = await Api.start({ command: ["errors", "serve"], env });
  assert.equal((await api.post("/api/errors", reportOf(20 * 1024 * 1024, 1))).status, 201);
});

import assert from "node:assert/strict";
import { type Answer, Api } from "./support/api.ts";
import { signIn } from "./support/browser_session.ts";

function isLimited(answer: Answer): void {
  assert.equal(answer.status, 429, answer.text);
  const { detail, retry_after, ...rest } = answer.json();
  assert.equal(detail, "Rate limit exceeded");
  assert.deepEqual(rest, {});
  assert.ok(Number.isInteger(retry_after) && retry_after >= 1 && retry_after <= 61, answer.text);
  assert.equal(answer.headers.get("retry-after"), String(retry_after));
}

/** Sends the same request until it is limited; gives how many passed. */
async function passed(send: () => Promise<Answer>, most: number): Promise<number> {
  for (let count = 0; count < most; count++) {
    const answer = await send();
    if (answer.status === 429) {
      isLimited(answer);
      return count;
    }
  }
  return most;
}

/** The window slides, so a minute that turns within a test may let one more request pass or two. */
function isAbout(count: number, limit: number): void {
  assert.ok(count >= limit && count <= limit + 2, `${count} requests passed a limit of ${limit}`);
}

Deno.test("RATE_LIMIT limits the API key's requests a minute", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"], env: { RATE_LIMIT: "5" } });
  // Asking for the API's document was the first.
  await t.step("GET /api/errors is limited", async () => {
    isAbout(1 + await passed(() => api.get("/api/errors"), 20), 5);
  });
  await t.step("POST /api/errors is limited with it, and counts nothing then", async () => {
    isLimited(await api.report());
    isLimited(await api.post("/api/errors", "not JSON"));
  });
  await t.step("An unknown path under /api and /metrics are limited with it", async () => {
    isLimited(await api.get("/api/none"));
    isLimited(await api.get("/metrics"));
  });
  await t.step("GET /health is not limited", async () => {
    assert.equal(await passed(() => api.get("/health"), 30), 30);
  });
  await t.step("The web interface is counted apart", async () => {
    const cookie = await signIn(api);
    const request = { key: null, headers: { cookie, "sec-fetch-site": "same-origin" } };
    assert.equal(await passed(() => api.get("/errors", request), 30), 30);
    assert.equal(await passed(() => api.get("/api/errors", request), 30), 30);
    isLimited(await api.get("/api/errors"));
    const { total } = (await api.get("/api/errors?resolved=all", request)).json();
    assert.equal(total, 0);
  });
});

Deno.test("Requests without a key are limited per address", async (t) => {
  await using api = await Api.start({ env: { ERRORS_RATE_LIMIT: "5", TRUST_PROXY: "true" } });
  const stranger = (address: string) =>
    api.get("/api/errors", { key: "wrong", headers: { "x-forwarded-for": `1.2.3.4, ${address}` } });
  await t.step("GET /api/errors answers 401, then 429", async () => {
    isAbout(await passed(() => stranger("10.0.0.1"), 20), 5);
  });
  await t.step("GET /api/errors of another address is not held up", async () => {
    assert.equal((await stranger("10.0.0.2")).status, 401);
  });
  await t.step("GET /api/errors with the key is not held up by strangers", async () => {
    const headers = { "x-forwarded-for": "10.0.0.1" };
    assert.equal((await api.get("/api/errors", { headers })).status, 200);
  });
});

Deno.test("Without TRUST_PROXY nobody chooses an address", async () => {
  await using api = await Api.start({ env: { ERRORS_RATE_LIMIT: "5" } });
  let n = 0;
  const stranger = () =>
    api.get("/api/errors", { key: null, headers: { "x-forwarded-for": `10.0.0.${n++}` } });
  isAbout(await passed(stranger, 20), 5);
});

Deno.test("RATE_LIMIT is 100 unless given, and 0 turns it off", async (t) => {
  await t.step("RATE_LIMIT is 100 requests a minute", async () => {
    await using api = await Api.start({ command: ["errors", "serve"], env: { RATE_LIMIT: "" } });
    isAbout(1 + await passed(() => api.get("/api/projects"), 300), 100);
  });
  await t.step("RATE_LIMIT=0 limits nothing", async () => {
    await using api = await Api.start({ command: ["errors", "serve"], env: { RATE_LIMIT: "0" } });
    assert.equal(await passed(() => api.get("/api/projects"), 300), 300);
  });
});

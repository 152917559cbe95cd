import assert from "node:assert/strict";
import { withinAMinute } from "../support/one_minute.ts";
import { type Answer, Api } from "./support/api.ts";
import { signIn } from "./support/browser_session.ts";

/** A test of a program with these settings, started anew where the minute turns. */
function limitTest(
  name: string,
  options: {
    readonly command?: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  },
  test: (api: Api) => Promise<void>,
): void {
  Deno.test(name, () =>
    withinAMinute(async () => {
      await using api = await Api.start(options);
      await test(api);
    }));
}

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

const errorsAlone = (limit: string) => ({
  command: ["errors", "serve"],
  env: { RATE_LIMIT: limit },
});

limitTest(
  "RATE_LIMIT limits what is under /api and /metrics, together",
  errorsAlone("5"),
  async (api) => {
    // Asking for the API's document was the first.
    assert.equal(1 + await passed(() => api.get("/api/errors"), 20), 5);
    isLimited(await api.report());
    isLimited(await api.post("/api/errors", "not JSON"));
    isLimited(await api.get("/api/none"));
    isLimited(await api.get("/metrics"));
    // What was refused is not counted.
    const cookie = await signIn(api);
    const request = { key: null, headers: { cookie, "sec-fetch-site": "same-origin" } };
    assert.equal((await api.get("/api/errors?resolved=all", request)).json().total, 0);
  },
);

limitTest("RATE_LIMIT leaves GET /health alone", errorsAlone("5"), async (api) => {
  assert.equal(await passed(() => api.get("/health"), 30), 30);
});

limitTest("RATE_LIMIT counts the web interface apart", errorsAlone("5"), async (api) => {
  await passed(() => api.get("/api/errors"), 20);
  const cookie = await signIn(api);
  const request = { key: null, headers: { cookie, "sec-fetch-site": "same-origin" } };
  assert.equal(await passed(() => api.get("/errors", request), 30), 30);
  assert.equal(await passed(() => api.get("/api/errors", request), 30), 30);
  isLimited(await api.get("/api/errors"));
});

const STRANGERS = { ERRORS_RATE_LIMIT: "5", TRUST_PROXY: "true" };

limitTest("Requests without a key are limited per address", { env: STRANGERS }, async (api) => {
  const stranger = (address: string) =>
    api.get("/api/errors", { key: "wrong", headers: { "x-forwarded-for": `1.2.3.4, ${address}` } });
  assert.equal(await passed(() => stranger("10.0.0.1"), 20), 5);
  // Neither another address nor the key is held up by that.
  assert.equal((await stranger("10.0.0.2")).status, 401);
  const headers = { "x-forwarded-for": "10.0.0.1" };
  assert.equal((await api.get("/api/errors", { headers })).status, 200);
});

limitTest(
  "Without TRUST_PROXY nobody chooses an address",
  { env: { ERRORS_RATE_LIMIT: "5" } },
  async (api) => {
    let n = 0;
    const stranger = () =>
      api.get("/api/errors", { key: null, headers: { "x-forwarded-for": `10.0.0.${n++}` } });
    assert.equal(await passed(stranger, 20), 5);
  },
);

limitTest("RATE_LIMIT is 100 requests a minute unless given", errorsAlone(""), async (api) => {
  assert.equal(1 + await passed(() => api.get("/api/projects"), 300), 100);
});

limitTest("RATE_LIMIT=0 limits nothing", errorsAlone("0"), async (api) => {
  assert.equal(await passed(() => api.get("/api/projects"), 300), 300);
});

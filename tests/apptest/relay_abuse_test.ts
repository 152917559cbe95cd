import assert from "node:assert/strict";
import { connect, connectMany, head, statusOf } from "../faults/raw.ts";
import { residentMemory } from "../faults/memory.ts";
import type { Api } from "./support/api.ts";
import {
  BLOG_KEY,
  browserError,
  browserMetrics,
  ORIGIN,
  SHOP_KEY,
  startTogether,
  submitError,
  submitMetrics,
  withDsn,
} from "./support/relay_api.ts";

/** Sends until it is limited; gives how many passed. */
async function passed(send: () => Promise<{ readonly status: number }>): Promise<number> {
  for (let count = 0; count < 100; count++) if ((await send()).status === 429) return count;
  return 100;
}

function isAbout(count: number, limit: number): void {
  assert.ok(count >= limit && count <= limit + 2, `${count} requests passed a limit of ${limit}`);
}

Deno.test("A stolen DSN key cannot exceed its rate, and holds up nobody else", async (t) => {
  await using api = await startTogether({ env: { RELAY_RATE_LIMIT: "10", TRUST_PROXY: "true" } });
  let address = 0;
  /** From another address each time. */
  const submit = (key: string) =>
    api.post(
      "/api/browser/errors",
      browserError(),
      withDsn(key, { headers: { "x-forwarded-for": `10.0.0.${address++ % 250}` } }),
    );

  await t.step("Errors and metrics count together, from wherever they come", async () => {
    await submitMetrics(api, browserMetrics());
    isAbout(1 + await passed(() => submit(SHOP_KEY)), 10);
    assert.equal((await submitMetrics(api, browserMetrics())).status, 429);
    assert.equal(
      (await api.post(`/api/browser/errors?key=${SHOP_KEY}`, {}, { key: null })).status,
      429,
    );
  });

  await t.step("Another key, and the API key, are not held up", async () => {
    assert.ok((await submit(BLOG_KEY)).status < 300);
    assert.equal((await api.get("/api/dsn-keys")).status, 200);
    assert.equal((await api.get("/api/errors")).status, 200);
  });

  await t.step("Wrong keys are limited by address", async () => {
    const wrong = (from: string, key: string) =>
      api.post(
        "/api/browser/errors",
        browserError(),
        withDsn(key, { headers: { "x-forwarded-for": from } }),
      );
    isAbout(await passed(() => wrong("10.1.0.1", crypto.randomUUID())), 10);
    assert.equal((await wrong("10.1.0.2", "wrong")).status, 401);
    assert.ok((await wrong("10.1.0.1", BLOG_KEY)).status < 300);
  });

  await t.step("The tracker's own rate is not used up by what pages submit", async () => {
    await using busy = await startTogether({ env: { ERRORS_RATE_LIMIT: "3" } });
    for (let n = 0; n < 20; n++) assert.ok((await submitError(busy, browserError())).status < 300);
    assert.equal((await busy.get("/api/errors")).status, 200);
  });
});

Deno.test("Ten thousand random keys cost neither memory nor time", async () => {
  await using api = await startTogether();
  const attack = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const key = crypto.randomUUID().replaceAll("-", "");
      const response = await fetch(`${api.program.url}/api/browser/errors?key=${key}`, {
        method: "POST",
        body: "{}",
      });
      assert.equal(response.status, 401);
      await response.body?.cancel();
    }
  };
  const many = (count: number) => Promise.all(Array.from({ length: 20 }, () => attack(count / 20)));
  // What the runtime takes once.
  await many(2000);
  const before = await residentMemory(api.program.pid);
  await many(10_000);
  const grown = await residentMemory(api.program.pid) - before;
  assert.ok(grown < 20, `grew by ${grown} MB`);
  assert.ok((await submitError(api, browserError())).status < 300);
  assert.equal((await api.get("/api/dsn-keys")).json().keys.length, 2);
});

Deno.test("Bodies that are too large, too deep, too slow or broken harm nobody", async (t) => {
  await using api = await startTogether();
  const post = (body: unknown, path = "errors") =>
    api.post(`/api/browser/${path}`, body, withDsn(SHOP_KEY));
  const begin = head("POST", "/api/browser/errors", {
    "x-monlight-key": SHOP_KEY,
    "content-length": "1000",
  });
  await using slow = await connect(api.program.url);
  await slow.send(`${begin}{"type":`);

  await t.step("64 KiB are taken, one byte more is not", async () => {
    const body = JSON.stringify(browserError({ type: "Large", message: "" }));
    const fill = (size: number) => body.replace('"message":""', `"message":"${"x".repeat(size)}"`);
    const most = 64 * 1024 - body.length;
    assert.equal((await post(fill(most))).status, 201);
    assert.equal((await post(fill(most + 1))).status, 413);
  });

  await t.step("A large body without a length is refused while it arrives", async () => {
    const chunk = new TextEncoder().encode("x".repeat(10_000));
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(chunk) });
    assert.equal((await post(body)).status, 413);
  });

  await t.step("Nesting without end is refused, wherever it is", async () => {
    const deep = "[".repeat(10_000) + "]".repeat(10_000);
    const objects = '{"a":'.repeat(5000) + "1" + "}".repeat(5000);
    for (const nest of [deep, objects]) {
      assert.equal((await post(nest)).status, 400);
      for (const field of ["type", "message", "stack", "context", "event_id"]) {
        const body = `{"type":"Deep","message":"","${field}":${nest}}`;
        assert.equal((await post(body)).status, 400, field);
      }
      const context = `{"type":"Deep","message":"","context":{"a":${nest}}}`;
      assert.equal((await post(context)).status, 400);
      // What nobody reads may be as it will.
      assert.ok((await post(`{"type":"Deep","message":"","other":${nest}}`)).status < 300);
      const metric = (fields: string) =>
        `{"metrics":[{"name":"m","type":"gauge","value":1,${fields}}]}`;
      for (const fields of [`"labels":${nest}`, `"labels":{"a":${nest}}`, `"timestamp":${nest}`]) {
        assert.equal((await post(metric(fields), "metrics")).status, 400, fields.slice(0, 20));
      }
      assert.equal((await post(`{"metrics":${nest}}`, "metrics")).status, 400);
    }
  });

  await t.step("Broken bodies are a 400", async () => {
    for (const body of ['{"type":', "\u0000", "undefined", '{"type":"\ud800"', "[1,", "\ufeff"]) {
      assert.equal((await post(body)).status, 400, JSON.stringify(body));
    }
    const deflated = await api.post("/api/browser/errors", new Uint8Array([31, 139, 8, 0]), {
      ...withDsn(SHOP_KEY, { headers: { "content-encoding": "gzip" } }),
    });
    assert.equal(deflated.status, 400);
  });

  await t.step("Odd characters arrive as what can be stored", async () => {
    const body = '{"type":"Odd","message":"a\\u0000b\\ud800","context":{"k\\u0000":"\\udc00"}}';
    const { id } = (await post(body)).json();
    assert.equal((await api.detail(id)).message, "a\u2400b\ufffd");
  });

  await t.step("A body that stops arriving is given up", async () => {
    assert.equal(statusOf(await slow.until(/\r\n\r\n/)), 408);
  });
});

Deno.test("Pages that hold bodies back take no room from others", async () => {
  await using api = await startTogether();
  const begun = head("POST", "/api/browser/errors", {
    "x-monlight-key": SHOP_KEY,
    origin: ORIGIN,
    "content-length": "65536",
  }) + " ".repeat(65_000);
  // More than what pages may hold all together.
  await using connections = await connectMany(api.program.url, 140);
  for (const one of connections) await one.send(begun);
  const refused = await Promise.any(
    connections.map(async (one) => {
      const answer = await one.until(/too many large/i);
      return statusOf(answer) === 503 ? answer : Promise.reject(new Error(answer));
    }),
  );
  assert.match(refused, /access-control-allow-origin: https:\/\/shop\.example\r/i);
  const others = await Promise.all(Array.from({ length: 20 }, (_, line) => api.report({}, line)));
  assert.ok(others.every(({ status }) => status < 300));
  assert.equal((await api.post("/api/metrics", [])).status, 400);
});

Deno.test("Names of prototypes are names like others", async (t) => {
  await using api = await startTogether();
  const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];

  await t.step("In a context", async () => {
    const fields = names.map((name) => `"${name}":{"project":"blog","polluted":true}`).join(",");
    const body = `{"type":"Names","message":"","context":{${fields},"a":1}}`;
    const { id } = (await submitError(api, body)).json();
    const { project, occurrences: [{ extra }] } = await api.detail(id);
    assert.equal(project, "shop");
    for (const name of names) assert.ok(Object.hasOwn(extra, name), name);
    assert.deepEqual(extra.constructor, { project: "blog", polluted: true });
  });

  await t.step("As fields of the body, which are ignored or missed", async () => {
    const body = '{"__proto__":{"type":"Inherited","message":"m"}}';
    const answer = await submitError(api, body);
    assert.deepEqual([answer.status, answer.json().detail], [400, "Field 'type' is required"]);
    const metrics = '{"__proto__":{"metrics":[]},"metrics":[{"__proto__":{"name":"m"}}]}';
    assert.match((await submitMetrics(api, metrics)).json().detail, /^Item 0: 'name'/);
  });

  await t.step("As labels", async () => {
    const labels = names.map((name) => `"${name}":"x"`).join(",");
    const body = `{"metrics":[{"name":"proto","type":"counter","value":1,"labels":{${labels}}}]}`;
    assert.equal((await submitMetrics(api, body)).status, 202);
    const told = (await api.get("/api/metrics/labels?name=proto")).json().labels;
    const all = [...names, "project", "source"].sort();
    assert.deepEqual(told.map((label: { name: string }) => label.name).sort(), all);
  });

  await t.step("As a release, a project and a key", async () => {
    for (const name of names) {
      assert.equal((await submitError(api, browserError(), name)).status, 401);
      assert.ok((await submitError(api, browserError({ release: name }))).status < 300);
      await checkProject(api, name);
    }
  });
});

/** Makes a key for a project of this name, and submits with it. */
async function checkProject(api: Api, name: string): Promise<void> {
  const { public_key } = (await api.post("/api/dsn-keys", { project: name })).json();
  const { id } = (await submitError(api, browserError(), public_key)).json();
  assert.equal((await api.detail(id)).project, name);
}

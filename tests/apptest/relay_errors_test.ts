import assert from "node:assert/strict";
import { runCases } from "./support/cases.ts";
import {
  BLOG_KEY,
  browserError,
  SHOP_KEY,
  stackAt,
  startTogether,
  submitError,
  withDsn,
} from "./support/relay_api.ts";

Deno.test("POST /api/browser/errors reports a page's error to the tracker", async (t) => {
  await using api = await startTogether();

  await t.step("The answer is the tracker's", async () => {
    const first = await submitError(api, browserError());
    assert.equal(first.status, 201);
    const { id, fingerprint } = first.json();
    assert.deepEqual(first.json(), { status: "created", id, fingerprint, count: 1 });
    const second = await submitError(api, browserError());
    assert.equal(second.status, 200);
    assert.deepEqual(second.json(), { status: "incremented", id, fingerprint, count: 2 });
    await api.post(`/api/errors/${id}/resolve`);
    const third = await submitError(api, browserError());
    assert.deepEqual([third.status, third.json().status], [201, "reopened"]);
  });

  await t.step("Everything the page says arrives where it belongs", async () => {
    const { id } = (await submitError(
      api,
      browserError({
        stack: stackAt(2),
        release: "1.4.2",
        environment: "staging",
        context: {
          user_id: "ann",
          breadcrumbs: [{ kind: "click", target: "button#pay" }],
          cart: { items: [1, 2] },
        },
      }),
    )).json();
    const { occurrences: [occurrence], ...group } = await api.detail(id);
    assert.equal(group.project, "shop");
    assert.equal(group.source, "browser");
    assert.equal(group.exception_type, "TypeError");
    assert.equal(group.environment, "staging");
    assert.equal(group.location, "https://shop.example/assets/app.js:2 in total");
    assert.equal(group.traceback, stackAt(2));
    assert.equal(occurrence.request_method, "BROWSER");
    assert.equal(occurrence.request_url, "https://shop.example/cart/1042?step=pay");
    assert.deepEqual(occurrence.request_headers, {
      "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0",
    });
    assert.equal(occurrence.user_id, "ann");
    assert.deepEqual(occurrence.extra, {
      breadcrumbs: [{ kind: "click", target: "button#pay" }],
      cart: { items: [1, 2] },
      release: "1.4.2",
      session_id: "8d1c0f5e",
      raw_stack: stackAt(2),
    });
  });

  await t.step("The project is the key's, whatever the page says", async () => {
    const body = browserError({
      stack: stackAt(3),
      project: "blog",
      request_method: "GET",
      labels: { project: "blog" },
      context: { project: "blog" },
    });
    const { id } = (await submitError(api, body)).json();
    const group = await api.detail(id);
    assert.deepEqual([group.project, group.source], ["shop", "browser"]);
    assert.notEqual((await submitError(api, body, BLOG_KEY)).json().id, id);
  });

  await t.step("What only the relay knows is not the page's to say", async () => {
    const { id } = (await submitError(
      api,
      browserError({
        stack: stackAt(4),
        context: { raw_stack: "made up", session_id: "made up", release: "from the context" },
      }),
    )).json();
    const { occurrences: [{ extra }] } = await api.detail(id);
    assert.equal(extra.raw_stack, stackAt(4));
    assert.equal(extra.session_id, "8d1c0f5e");
  });

  await t.step("Type and message are enough; a stack may be missing", async () => {
    const answer = await submitError(api, { type: "Error", message: "" });
    assert.equal(answer.status, 201);
    const { occurrences: [one], environment, traceback } = await api.detail(answer.json().id);
    assert.deepEqual([environment, traceback, one.request_url], ["production", "", null]);
    // The browser's own header stands in.
    assert.match(one.request_headers["User-Agent"], /Deno/);
  });

  await t.step("null is the same as absent, and a number can be a user", async () => {
    const names = [
      "stack",
      "url",
      "user_agent",
      "session_id",
      "release",
      "environment",
      "event_id",
    ];
    const nothing = Object.fromEntries(names.map((name) => [name, null]));
    const body = { ...browserError(nothing), type: "Nulls", context: { user_id: 42 } };
    const { id } = (await submitError(api, body)).json();
    const { occurrences: [one] } = await api.detail(id);
    assert.deepEqual([one.user_id, one.extra], ["42", { raw_stack: "" }]);
    const without = await submitError(api, { ...body, context: null });
    assert.equal(without.status, 200);
  });

  await t.step("A beacon sends text/plain, and its key in the address", async () => {
    const answer = await api.post(
      `/api/browser/errors?key=${SHOP_KEY}`,
      JSON.stringify(browserError({ type: "Beacon" })),
      { key: null, headers: { "content-type": "text/plain;charset=UTF-8" } },
    );
    assert.equal(answer.status, 201);
  });

  await t.step("The same event_id counts once in its project, and once in another", async () => {
    const id = "ABCDEF0123456789abcdef0123456789";
    const body = browserError({ stack: stackAt(5), event_id: id });
    const first = await submitError(api, body);
    const again = await submitError(api, { ...body, event_id: id.toLowerCase() });
    assert.deepEqual([again.status, again.text], [first.status, first.text]);
    assert.equal((await api.detail(first.json().id)).count, 1);
    assert.notEqual((await submitError(api, body, BLOG_KEY)).json().id, first.json().id);
  });

  await t.step("A message that is long is cut, never refused", async () => {
    const message = "😀".repeat(10_000);
    const { id } = (await submitError(api, browserError({ type: "Long", message }))).json();
    assert.equal((await api.detail(id)).message, "😀".repeat(5000));
  });

  await runCases(
    t,
    api,
    ([
      ["no body", "", "Request body is empty"],
      ["no JSON", "{", "Request body is not valid JSON"],
      ["no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), "Request body is not valid UTF-8"],
      ["an array", [], "Request body must be a JSON object"],
      ["null", "null", "Request body must be a JSON object"],
      ["no type", { message: "m" }, "Field 'type' is required"],
      ["a blank type", { type: " ", message: "m" }, "Field 'type' must not be blank"],
      ["a long type", { type: "x".repeat(201), message: "m" }, "Field 'type' must be at most 200"],
      ["no message", { type: "t" }, "Field 'message' is required"],
      ["a message that is an object", { type: "t", message: {} }, "Field 'message' must be a str"],
      ["a stack that is an array", browserError({ stack: [] }), "Field 'stack' must be a string"],
      ["a url that is a number", browserError({ url: 1 }), "Field 'url' must be a string"],
      ["a long session", browserError({ session_id: "x".repeat(201) }), "Field 'session_id' must"],
      ["a long release", browserError({ release: "x".repeat(201) }), "Field 'release' must be at"],
      ["a long environment", browserError({ environment: "x".repeat(101) }), "Field 'environment'"],
      ["a context that is an array", browserError({ context: [] }), "Field 'context' must be an o"],
      ["a context that is a text", browserError({ context: "x" }), "Field 'context' must be an o"],
      ["a wrong event_id", browserError({ event_id: "x" }), "Field 'event_id' must be 32 hexa"],
      ["a deep context", browserError({ context: nested(33) }), "Field 'context' must not be nes"],
    ] as const).map(([name, body, has]) => ({
      name: `POST /api/browser/errors refuses ${name}`,
      method: "POST",
      path: "/api/browser/errors",
      ...withDsn(SHOP_KEY),
      body,
      status: 400,
      has,
    })),
  );

  await t.step("A context of the depth that is allowed arrives whole", async () => {
    const { id } = (await submitError(
      api,
      browserError({ type: "Deep", context: { a: nested(31) } }),
    )).json();
    assert.deepEqual((await api.detail(id)).occurrences[0].extra.a, nested(31));
  });
});

Deno.test("The tracker never refuses a report for its size", async (t) => {
  // Bodies far larger than the relay takes by default.
  await using api = await startTogether({ env: { RELAY_MAX_BODY_SIZE: "2000000" } });
  const submit = async (type: string, fields: Readonly<Record<string, unknown>>) => {
    const answer = await submitError(api, browserError({ type, ...fields }));
    assert.equal(answer.status, 201, answer.text);
    return (await api.detail(answer.json().id)).occurrences[0];
  };

  await t.step("Breadcrumbs go first", async () => {
    const { extra } = await submit("Breadcrumbs", {
      context: { breadcrumbs: ["x".repeat(300_000)], cart: 7 },
    });
    assert.deepEqual([extra.left_out, extra.cart], [["breadcrumbs"], 7]);
    assert.ok(!("breadcrumbs" in extra) && extra.raw_stack !== "");
  });

  await t.step("Then all of the context, and what the relay adds", async () => {
    const { extra } = await submit("Context", { context: { a: "\u0001".repeat(100_000) } });
    assert.deepEqual(extra, {
      left_out: ["context", "raw_stack", "source"],
      session_id: "8d1c0f5e",
    });
  });

  await t.step(
    "Stack, message and address at their longest, of what takes six bytes each",
    async () => {
      const worst = "\u0001";
      const { traceback, request_url } = await submit(worst.repeat(200), {
        message: worst.repeat(70_000),
        stack: worst.repeat(70_000),
        url: worst.repeat(70_000),
        user_agent: worst.repeat(70_000),
        session_id: worst.repeat(200),
        release: worst.repeat(200),
        environment: worst.repeat(100),
        context: { user_id: worst.repeat(10_000), [worst]: worst.repeat(10_000) },
      });
      assert.equal(traceback.length, 16_000);
      assert.equal(request_url.length, 8192);
    },
  );
});

/** Objects within objects, so many. */
function nested(levels: number): unknown {
  return levels === 0 ? 1 : { a: nested(levels - 1) };
}

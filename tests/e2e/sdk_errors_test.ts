import assert from "node:assert/strict";
import { servePages } from "../support/page_server.ts";
import { Site } from "./sdk_visitor.ts";
import { e2e } from "./visitor.ts";

e2e("the SDK reports an error that is thrown, with where and by whom", async () => {
  await using site = await Site.open({ config: `release: "1.2.3", environment: "staging"` });
  await site.page.goto(`${site.server.url}/?token=secret#part`);
  await site.runLoose(`function pay() { throw new TypeError("no card") }\npay();`);
  const { stack, event_id, session_id, user_agent, ...error } = await site.receiver.error(1);
  assert.deepEqual({ ...error, context: { ...error.context, breadcrumbs: [] } }, {
    type: "TypeError",
    message: "no card",
    url: `${site.server.url}/`,
    release: "1.2.3",
    environment: "staging",
    context: { captured_by: "onerror", breadcrumbs: [] },
  });
  assert.match(
    stack,
    /^TypeError: no card\n {4}at pay \(http:\/\/127\.0\.0\.1:\d+\/code-1\.js:1:24\)/,
  );
  assert.match(event_id, /^[\da-f]{32}$/);
  assert.match(session_id, /^[\da-f]{32}$/);
  assert.match(user_agent, /Chrome/);
});

/** What a page may throw or reject with, and what is told of it. */
const THROWN: readonly (readonly [string, string, string, RegExp])[] = [
  [`throw "gone"`, "Error", "gone", /^Error: gone\n {4}at http:.*:1:1$/],
  [`throw { code: 7 }`, "Error", `{"code":7}`, /:1:1$/],
  [`throw undefined`, "Error", "undefined", /:1:1$/],
  [`throw null`, "Error", "null", /:1:1$/],
  [`let = 1 +`, "SyntaxError", "Unexpected end of input", /\n {4}at http:.*:1:\d+$/],
  [`Promise.reject(new RangeError("far"))`, "RangeError", "far", /\n {4}at http:.*:1:16/],
  [`Promise.reject("gone")`, "UnhandledRejection", "gone", /^UnhandledRejection: gone$/],
  [`Promise.reject({ code: 7 })`, "UnhandledRejection", `{"code":7}`, /./],
  [`Promise.reject()`, "UnhandledRejection", "undefined", /./],
  [`Promise.reject(new DOMException("no", "DataError"))`, "DataError", "no", /./],
  [
    `Promise.reject({ get message() { throw 1 } })`,
    "UnhandledRejection",
    "[object Object]",
    /./,
  ],
  [
    `throw new Error("outer", { cause: new TypeError("inner") })`,
    "Error",
    "outer",
    /\nCaused by: TypeError: inner\n {4}at http/,
  ],
  [`throw Object.assign(new Error(""), { name: "" })`, "Error", "", /./],
  [
    `document.querySelector("!")`,
    "SyntaxError",
    "Failed to execute 'querySelector' on 'Document': '!' is not a valid selector.",
    /:1:10/,
  ],
];

e2e("the SDK reports whatever is thrown", async (t) => {
  await using site = await Site.open();
  let count = 0;
  for (const [script, type, message, stack] of THROWN) {
    await t.step(script, async () => {
      await site.runLoose(script);
      const error = await site.receiver.error(++count);
      assert.deepEqual([error.type, error.message], [type, message]);
      assert.match(error.stack, stack);
    });
  }
});

e2e("the SDK leaves out what an origin hides of its scripts, and tells what it shows", async () => {
  const script = `throw new Error("from elsewhere")`;
  const headers = { "content-type": "text/javascript", "access-control-allow-origin": "*" };
  await using other = servePages({
    "/a.js": script,
    "/b.js": () => new Response(script, { headers }),
  });
  await using site = await Site.open();
  const load = (path: string, attribute: string) =>
    site.run(`new Promise((resolve) => {
      const script = document.createElement("script");
      script.onload = resolve;
      ${attribute};
      script.src = "${other.url}${path}";
      document.body.append(script);
    }).then(() => {})`);
  await load("/a.js", "");
  await site.mark("hidden");
  await load("/b.js", `script.crossOrigin = "anonymous"`);
  await site.mark("shown");
  assert.deepEqual(site.types, ["Error"]);
  assert.ok(site.receiver.errors[1]?.stack.includes(`${other.url}/b.js:1:7`));
});

e2e("the SDK tells the same error once in a minute", async () => {
  await using site = await Site.open({ clock: true });
  await site.runLoose(`function fail() { throw new Error("same") }`);
  const throwSame = () => site.run(`queueMicrotask(fail)`);
  for (let i = 0; i < 3; i++) await throwSame();
  await site.runLoose(`throw new Error("other")`);
  await site.mark("first");
  // Far from the minute's end: the page's clock also runs by itself, and machines are slow.
  await site.page.clock.runFor(20_000);
  await throwSame();
  await site.mark("second");
  assert.deepEqual(site.types, ["Error", "Error"]);
  await site.page.clock.runFor(40_100);
  await throwSame();
  await site.mark("third");
  assert.deepEqual(site.types, ["Error", "Error", "Error"]);
  // An object that was told is not told again when it is thrown on, however much later.
  await site.runLoose(`window.kept = new Error("kept"); Monlight.captureError(kept);`);
  await site.page.clock.runFor(61_000);
  await site.runLoose(`throw kept`);
  await site.mark("fourth");
  assert.equal(site.types.length, 4);
});

e2e("the SDK tells what the page says of its user and state", async (t) => {
  await using site = await Site.open();
  const context = async (count: number) => {
    const { breadcrumbs: _, ...rest } = (await site.receiver.error(count)).context;
    return rest;
  };

  await t.step("and of the error", async () => {
    await site.run(`
      Monlight.setUser(42);
      Monlight.addContext("cart", { items: [1, 2], self: window });
      Monlight.addContext("plan", "pro");
      Monlight.captureError(new Error("first"), { step: 3, user_id: "of the page's own" });
    `);
    assert.deepEqual(await context(1), {
      cart: { items: [1, 2], self: "[object Window]" },
      plan: "pro",
      step: 3,
      user_id: "42",
    });
  });

  await t.step("until it takes that back", async () => {
    await site.run(`
      Monlight.setUser(null);
      Monlight.addContext("plan", undefined);
      Monlight.captureError("second");
    `);
    assert.deepEqual(await context(2), { cart: { items: [1, 2], self: "[object Window]" } });
  });

  await t.step("and sentences, from where they are said", async () => {
    await site.runLoose(
      `function say() { Monlight.captureMessage("low stock", "warning") }\nsay();`,
    );
    const { type, message, stack } = await site.receiver.error(3);
    assert.deepEqual([type, message], ["Message", "low stock"]);
    assert.match(stack, /^Message: low stock\n {4}at say \(http/);
    assert.equal((await context(3))["level"], "warning");
    await site.run(`Monlight.captureMessage("hello")`);
    assert.equal((await context(4))["level"], "info");
  });

  await t.step("whatever it gives", async () => {
    await site.run(`
      const round = {}; round.round = round;
      for (const value of [round, new Proxy({}, { ownKeys() { throw 1 } }), 1n, Symbol("s"), () => 1, window]) {
        Monlight.captureError(value, value);
        Monlight.captureMessage(value, value);
        Monlight.addContext(value, value);
        Monlight.setUser(value);
      }
      Monlight.addContext("huge", Array(50).fill("x".repeat(1e6)));
      Monlight.addContext("huger", Array(50).fill("x".repeat(1e6)));
    `);
    await site.run(`Monlight.captureError(new Error("y".repeat(1e6)), { more: "z".repeat(1e6) })`);
    const { context } = await site.receiver.errorSaying("y".repeat(2000));
    assert.equal(context["cut"], true);
    assert.ok(Math.max(...site.receiver.sizes) <= 60_000);
  });
});

e2e("the SDK captures what the console calls an error, if it is asked to", async () => {
  await using site = await Site.open({ config: "captureConsole: true" });
  await site.runLoose(`
    function log() { console.error("no stock of", 7, { id: 1 }) }
    log();
    console.warn("not this");
    console.error("save failed", new TypeError("no net"));
  `);
  const [line, error] = [await site.receiver.error(1), await site.receiver.error(2)];
  assert.deepEqual([line.type, line.message], ["ConsoleError", "no stock of 7 [object Object]"]);
  assert.match(line.stack, /\n {4}at log \(http/);
  assert.equal(line.stack.includes("monlight"), false);
  assert.deepEqual([error.type, error.message], ["TypeError", "no net"]);
  assert.equal(error.context["printed"], "save failed TypeError: no net");
  await site.mark("end");
  assert.equal(site.types.length, 2);
});

e2e("beforeSend changes or drops an error, and what it fails on is not sent", async () => {
  await using site = await Site.open({
    config: `captureConsole: true, beforeSend(report) {
      console.error("seen", report.message);
      if (report.message === "drop") return null;
      if (report.message === "fail") throw new Error("of beforeSend");
      if (report.message === "nothing") return;
      if (report.message === "later") return Promise.resolve(report);
      if (report.message === "round") report.context.round = report.context;
      if (report.message === "change") return { ...report, message: "changed", context: {} };
      return report;
    }`,
  });
  for (const message of ["drop", "fail", "nothing", "later", "round", "change"]) {
    await site.run(`Monlight.captureError(new Error("${message}"))`);
  }
  await site.mark("end");
  const [changed, mark] = site.receiver.errors;
  assert.deepEqual([changed?.message, changed?.context], ["changed", {}]);
  assert.equal(mark?.message, "end");
  const failures = site.complaints.filter((text) =>
    text.startsWith("[monlight] beforeSend failed")
  );
  assert.equal(failures.length, 4);
});

e2e("a sample rate sends a share of the errors, and all metrics", async () => {
  await using site = await Site.open({ config: "sampleRate: 0.5" });
  await site.run(`
    let next = 0;
    Math.random = () => [0.2, 0.7][next++ % 2];
    for (let i = 0; i < 10; i++) Monlight.captureError(new Error("error " + i));
  `);
  await site.run(`fetch("/").then(() => { dispatchEvent(new Event("pagehide")) })`);
  await site.receiver.metric("browser_http_requests_total");
  const messages = site.receiver.errors.map(({ message }) => message);
  assert.deepEqual(messages.sort(), ["error 0", "error 2", "error 4", "error 6", "error 8"]);
});

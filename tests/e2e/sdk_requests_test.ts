import assert from "node:assert/strict";
import { type Served, servePages } from "../support/page_server.ts";
import { KEY } from "./sdk_receiver.ts";
import { Site } from "./sdk_visitor.ts";
import { e2e } from "./visitor.ts";

const status = (code: number): Served => () => new Response("no", { status: code });
const never: Served = () => new Promise(() => {});

/** Does what a page may do with a request, and gives how it ends for the page. */
const DONE: readonly (readonly [string, string, string | null])[] = [
  [`fetch("/data?token=x#y").then((answer) => answer.text())`, "GET 200", null],
  [`fetch(new URL("/data", location)).then((answer) => answer.status)`, "GET 200", null],
  [
    `fetch(new Request("/data", { method: "post" })).then((answer) => answer.status)`,
    "POST 200",
    null,
  ],
  [`fetch("/data", { method: "put" }).then((answer) => answer.status)`, "PUT 200", null],
  [`fetch("/none").then((answer) => answer.status)`, "GET 404", null],
  [
    `fetch("/orders/17").then((answer) => answer.status)`,
    "GET 503",
    "GET {site}/orders/:id answered 503",
  ],
  [
    `fetch("http://127.0.0.1:1/a?b").catch((error) => String(error))`,
    "GET error",
    "GET http://127.0.0.1:1/a failed: Failed to fetch",
  ],
  [
    `fetch("/never", { signal: AbortSignal.abort() }).catch((error) => error.name)`,
    "GET aborted",
    null,
  ],
  [
    `(() => { const abort = new AbortController();
     setTimeout(() => abort.abort("own reason"), 20);
     return fetch("/never", { signal: abort.signal }).catch((error) => error) })()`,
    "GET aborted",
    null,
  ],
  [
    `fetch("/never", { signal: AbortSignal.timeout(20) }).catch((error) => error.name)`,
    "GET error",
    "GET {site}/never failed: signal timed out",
  ],
  [`fetch("{other}/data", { mode: "no-cors" }).then((answer) => answer.type)`, "GET opaque", null],
  [`xhr("GET", "/data?token=x")`, "GET 200", null],
  [`xhr("post", "/data")`, "POST 200", null],
  [`xhr("GET", "/orders/17")`, "GET 503", "GET {site}/orders/:id answered 503"],
  [`xhr("GET", "http://127.0.0.1:1/a")`, "GET error", "GET http://127.0.0.1:1/a failed: no answer"],
  [
    `xhr("GET", "/never", (one) => { one.timeout = 20 })`,
    "GET error",
    "GET {site}/never failed: timed out",
  ],
  [`xhr("GET", "/never", (one) => setTimeout(() => one.abort(), 20))`, "GET aborted", null],
  [
    `(() => { const one = new XMLHttpRequest(); one.open("GET", "/data", false); one.send(); return one.responseText })()`,
    "GET 200",
    null,
  ],
  [
    `(() => { const one = new XMLHttpRequest(); one.open("GET", "http://127.0.0.1:1/a", false);
     try { one.send() } catch (error) { return error.name } })()`,
    "GET error",
    "GET http://127.0.0.1:1/a failed: no answer",
  ],
];

const XHR = `function xhr(method, address, prepare = () => {}) {
  return new Promise((resolve) => {
    const one = new XMLHttpRequest();
    const seen = [];
    for (const type of ["readystatechange", "loadstart", "progress", "load", "error", "timeout", "abort", "loadend"]) {
      one.addEventListener(type, () => {
        seen.push(type + one.readyState);
        if (type === "loadend") resolve([one.status, one.responseText, ...seen].join());
      });
    }
    one.open(method, address);
    prepare(one);
    one.send();
  });
}`;

const PAGES: Readonly<Record<string, Served>> = {
  "/data": () => new Response("some data"),
  "/orders/17": status(503),
  "/never": never,
  "/xhr.js": XHR,
};

e2e(
  "requests of the page are counted and timed, end as without the SDK, and failures are told",
  async (t) => {
    await using other = servePages({ "/data": "some data" });
    await using site = await Site.open({ pages: PAGES, body: `<script src="/xhr.js"></script>` });
    site.server.serve("/plain", site.html(`<script src="/xhr.js"></script>`, null));
    const bare = await site.context.newPage();
    await bare.goto(`${site.server.url}/plain`);
    for (const [script, expected, failure] of DONE) {
      const code = script.replace("{other}", other.url);
      await t.step(code, async () => {
        const [before, metrics] = [site.receiver.errors.length, site.receiver.metrics.length];
        assert.deepEqual(await site.run(code), await bare.evaluate(code));
        // Hiding the page sends what is there.
        await site.run(
          `dispatchEvent(new Event("pagehide")); dispatchEvent(new Event("pageshow"))`,
        );
        await site.mark(code);
        const sent = site.receiver.metrics.slice(metrics).filter(({ name }) =>
          name.startsWith("browser")
        );
        const [count, duration] = sent;
        assert.equal(`${count?.labels["method"]} ${count?.labels["status"]}`, expected);
        assert.deepEqual([count?.name, count?.type, count?.value], [
          "browser_http_requests_total",
          "counter",
          1,
        ]);
        if (expected.endsWith("aborted")) assert.equal(sent.length, 1);
        else {
          assert.deepEqual([duration?.name, duration?.type], [
            "browser_http_request_duration_ms",
            "histogram",
          ]);
          assert.deepEqual(duration?.labels, count?.labels);
        }
        const told = site.receiver.errors.slice(before).filter(({ type }) =>
          type === "NetworkError"
        );
        assert.deepEqual(
          told.map(({ message }) => message),
          // The same failure was told already, by fetch().
          failure &&
            !site.receiver.errors.slice(0, before).some(({ message }) =>
              message === failure.replace("{site}", site.server.url)
            )
            ? [failure.replace("{site}", site.server.url)]
            : [],
        );
        assert.deepEqual(
          told.map(({ stack, message }) => stack === `NetworkError: ${message}`),
          told.map(() => true),
        );
      });
    }
    await t.step("its host is where it went, and no other origin's", () => {
      const hosts = new Set(
        site.receiver.metrics.map(({ labels }) => labels["host"]).filter(Boolean),
      );
      const all = [site.server.url, other.url, "http://127.0.0.1:1"].map((url) =>
        new URL(url).host
      );
      assert.deepEqual([...hosts].sort(), all.sort());
    });
  },
);

e2e(
  "a failed request that the page does not handle is told once, and stays unhandled",
  async () => {
    await using site = await Site.open();
    await site.run(
      `window.unhandled = [];
      addEventListener("unhandledrejection", ({ reason }) => { unhandled.push(String(reason)) })`,
    );
    await site.run(`void fetch("http://127.0.0.1:1/a")`);
    await site.run(`void fetch("/", { signal: AbortSignal.abort(new Error("of the page's own")) });
    void fetch("/", { signal: AbortSignal.abort() })`);
    await site.page.waitForFunction("unhandled.length === 3");
    assert.deepEqual((await site.run<string[]>("unhandled")).sort(), [
      "AbortError: signal is aborted without reason",
      "Error: of the page's own",
      "TypeError: Failed to fetch",
    ]);
    await site.mark("end");
    assert.deepEqual(site.types, ["NetworkError"]);
  },
);

e2e("patched functions are what the originals are", async (t) => {
  await using site = await Site.open({ pages: PAGES, body: `<script src="/xhr.js"></script>` });
  site.server.serve("/plain", site.html(`<script src="/xhr.js"></script>`, null));
  const bare = await site.context.newPage();
  await bare.goto(`${site.server.url}/plain`);
  const FUNCTIONS = [
    ...["fetch", "XMLHttpRequest.prototype.open", "XMLHttpRequest.prototype.send"],
    ...["history.pushState", "history.replaceState", "console.log", "console.error"],
  ];
  const same = [
    ...FUNCTIONS.flatMap((name) => [
      `[${name}.name, ${name}.length, typeof ${name}, "prototype" in ${name}]`,
      `/\\[native code\\]/.test(Function.prototype.toString.call(${name}))`,
      `(() => { try { new ${name}() } catch (error) { return error.name } })()`,
    ]),
    `JSON.stringify(Object.getOwnPropertyDescriptor(window, "fetch"))`,
    `JSON.stringify(Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, "send"))`,
    `Object.keys(window).includes("fetch")`,
    `fetch().catch((error) => error.message)`,
    `fetch.call(null, "/data").then((answer) => answer.text())`,
    `fetch.call({}, "/data").catch((error) => error.message)`,
    `fetch("http://[").catch((error) => error.message)`,
    `fetch("/data", { method: "GET", body: "x" }).catch((error) => error.message)`,
    `(() => { let made = 0; const address = { toString() { made++; return "/data" } };
       return fetch(address).then((answer) => answer.status + " " + made) })()`,
    `(() => { let made = 0; const address = { toString() { made++; return "/data" } };
       const one = new XMLHttpRequest(); one.open("GET", address, false); one.send(); return made })()`,
    `fetch("/data").constructor === Promise && fetch("/data") instanceof Promise`,
    `fetch("/data").then((answer) => [answer instanceof Response, answer.bodyUsed, answer.url])`,
    `fetch("/stream").then(async (answer) => { const reader = answer.body.getReader();
       const first = await reader.read(); await reader.cancel(); return new TextDecoder().decode(first.value) })`,
    `(() => { const body = new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode("x")); c.close() } });
       const request = new Request("/data", { method: "POST", body: "held" });
       return fetch(request).then(() => request.bodyUsed) })()`,
    `(() => { try { new XMLHttpRequest().send() } catch (error) { return error.name + error.message } })()`,
    `(() => { try { new XMLHttpRequest().open("BAD METHOD", "/") } catch (error) { return error.name } })()`,
    `(() => { try { XMLHttpRequest.prototype.send.call({}) } catch (error) { return error.name + error.message } })()`,
    `(() => { const one = new XMLHttpRequest(); one.open("GET", "/data"); one.send();
       try { one.send() } catch (error) { return error.name } })()`,
    `(() => { const one = new XMLHttpRequest(); one.open("GET", "/never"); one.send(); one.open("GET", "/data");
       return new Promise((resolve) => { one.onload = () => resolve(one.responseText); one.send() }) })()`,
    `(() => { const one = new XMLHttpRequest(); one.open("GET", "/data"); one.responseType = "blob";
       return new Promise((resolve) => { one.onload = () => resolve(one.response.size); one.send() }) })()`,
    `(() => { try { history.pushState() } catch (error) { return error.message } })()`,
    `(() => { history.pushState({ a: 1 }, "", "?x"); const found = [history.state.a, location.search]; history.back(); return found })()`,
    `(() => { try { history.pushState({}, "", "http://elsewhere.example/") } catch (error) { return error.name } })()`,
    `console.log.call(null, "x")`,
  ];
  const stream: Served = () => new Response(new Blob(["first"]).stream());
  site.server.serve("/stream", stream);
  for (const script of same) {
    await t.step(script.slice(0, 100), async () => {
      assert.deepEqual(await site.run(script), await bare.evaluate(script));
    });
  }
});

e2e(
  "destroy() takes everything back, and does nothing where something was put over it",
  async () => {
    await using site = await Site.open({ pages: PAGES });
    site.server.serve("/late", site.html("", null));
    await site.page.goto(`${site.server.url}/late`);
    const names =
      `[fetch, XMLHttpRequest.prototype.open, XMLHttpRequest.prototype.send, history.pushState,
    history.replaceState, console.log, console.error]`;
    await site.run(`window.before = ${names}; window.own = Object.hasOwn(history, "pushState")`);
    await site.page.addScriptTag({ url: "/monlight.min.js" });
    const options = `{ dsn: "${KEY}", endpoint: "${site.receiver.url}" }`;
    await site.run(`window.first = Monlight.init(${options}); first.destroy(); first.destroy()`);
    assert.equal(await site.run(`${names}.every((one, index) => one === before[index])`), true);
    assert.equal(await site.run(`Object.hasOwn(history, "pushState") === own`), true);

    await site.run(`Monlight.init(${options}); window.ours = fetch;
    window.fetch = function (...args) { window.through = true; return ours.apply(this, args) };
    window.theirs = fetch; Monlight.destroy();`);
    assert.equal(await site.run(`fetch === theirs`), true);
    assert.equal(await site.run(`fetch("/data").then((answer) => answer.text())`), "some data");
    await site.run(`Monlight.captureError(new Error("late")); first.captureError(new Error("late"));
    Monlight.setUser("x"); first.addContext("a", 1); first.captureMessage("late")`);
    await site.runLoose(`throw new Error("late")`);
    await site.run(`dispatchEvent(new Event("pagehide"))`);
    await site.run(`Monlight.init(${options})`);
    await site.mark("end");
    assert.deepEqual(site.types, []);
    assert.deepEqual(site.receiver.metrics.filter(({ name }) => name.startsWith("browser_")), []);
  },
);

e2e(
  "what a page has put in place of functions may give anything, or refuse to be changed",
  async () => {
    await using site = await Site.open();
    await site.page.addInitScript(`
    window.fetch = (address) => address === "/mock" ? Promise.resolve("a mock") : Promise.resolve();
    Object.defineProperty(XMLHttpRequest.prototype, "open", { get: () => function () {}, set() { throw 1 } });
    Object.freeze(console);
    PerformanceObserver = class { observe() { throw new Error("no") } static supportedEntryTypes = null };
  `);
    await site.page.reload();
    assert.deepEqual(await site.run(`Promise.all([fetch("/mock"), fetch("/data")])`), [
      "a mock",
      undefined,
    ]);
    const before = await site.run<string>(
      `console.log("still printed"); String(Object.isFrozen(console))`,
    );
    assert.equal(before, "true");
    await site.run(`history.pushState({}, "", "/other")`);
    assert.deepEqual(site.complaints.filter((text) => text.startsWith("[monlight]")), []);
  },
);

import assert from "node:assert/strict";
import { Site } from "./sdk_visitor.ts";
import { e2e } from "./visitor.ts";

const PAGES = { "/data": "some data" };
const leave = `dispatchEvent(new Event("pagehide"))`;

/** Waits until the page has read such an answer: the SDK says so. */
async function answered(site: Site, status: number): Promise<void> {
  await site.page.waitForEvent(
    "console",
    (message) => message.text().startsWith(`[monlight] answered ${status}`),
  );
}

e2e("metrics are sent when there are ten, or after five seconds", async () => {
  await using site = await Site.open({ clock: true, pages: PAGES });
  await site.page.clock.runFor(6_000);
  await site.mark("vitals are sent");
  const known = site.receiver.batches.length;
  // Each method is a counter and a duration of its own.
  await site.run(
    `Promise.all(["A", "B", "C", "D", "E"].map((method) => fetch("/data", { method }))).then(() => {})`,
  );
  const full = await site.receiver.batch(known + 1);
  assert.equal(full.metrics.length, 10);
  await site.run(`fetch("/data").then(() => fetch("/data")).then(() => {})`);
  await site.mark("before");
  assert.equal(site.receiver.batches.length, known + 1);
  await site.page.clock.runFor(5_100);
  const late = await site.receiver.batch(known + 2);
  // What is counted alike is added up.
  const told = late.metrics.map((
    { type, value, labels },
  ) => [type, type === "counter" && value, labels["method"]]);
  assert.deepEqual(told, [["counter", 2, "GET"], ["histogram", false, "GET"], [
    "histogram",
    false,
    "GET",
  ]]);
  assert.equal(full.session_id, late.session_id);
  assert.notEqual(full.event_id, late.event_id);
});

e2e("metrics of different pages of one application go apart", async () => {
  await using site = await Site.open({ pages: PAGES });
  await site.run(`fetch("/data").then(() => {
    history.pushState({}, "", "/orders/17?x=1");
    return fetch("/data");
  }).then(() => { ${leave} })`);
  const urls = await site.receiver.first(() => {
    const found = site.receiver.batches
      .filter(({ metrics }) => metrics.some(({ name }) => name === "browser_http_requests_total"))
      .map(({ url }) => url);
    return found.length === 2 ? found : undefined;
  });
  assert.deepEqual(urls.sort(), [`${site.server.url}/`, `${site.server.url}/orders/:id`]);
});

e2e("a relay that is full is left alone for as long as it asks", async () => {
  await using site = await Site.open({ clock: true, config: "debug: true" });
  await site.page.clock.runFor(6_000);
  await site.mark("vitals are sent");
  const known = site.receiver.sizes.length;
  site.receiver.answer = () =>
    Response.json({ detail: "Rate limit exceeded", retry_after: 30 }, { status: 429 });
  const refused = answered(site, 429);
  await site.run(`Monlight.captureError(new Error("first"))`);
  await refused;
  await site.run(`Monlight.captureError(new Error("second"))`);
  await site.page.clock.runFor(25_000);
  await site.run(`${leave}; fetch("/").then(() => {})`);
  assert.equal(site.receiver.sizes.length, known + 1);
  site.receiver.answer = () => Response.json({ status: "created" }, { status: 201 });
  await site.page.clock.runFor(10_000);
  await site.receiver.errorSaying("second");
  const first = site.receiver.errors.filter(({ message }) => message === "first");
  assert.equal(first.length, 2);
  assert.equal(first[0]?.event_id, first[1]?.event_id);
});

e2e("a relay that does not know the key is hardly asked again", async () => {
  await using site = await Site.open({ clock: true, config: "debug: true" });
  await site.page.clock.runFor(6_000);
  await site.mark("vitals are sent");
  const known = site.receiver.sizes.length;
  site.receiver.answer = () => Response.json({ detail: "Invalid API key" }, { status: 401 });
  const refused = answered(site, 401);
  await site.run(`Monlight.captureError(new Error("first"))`);
  await refused;
  await site.run(`for (let i = 0; i < 9; i++) Monlight.captureError(new Error("error " + i))`);
  await site.page.clock.runFor(290_000);
  assert.equal(site.receiver.sizes.length, known + 1);
  site.receiver.answer = () => Response.json({});
  await site.page.clock.runFor(11_000);
  await site.receiver.errorSaying("error 8");
});

e2e("what could not be sent is tried once more, and then left", async () => {
  await using site = await Site.open({ clock: true, config: "debug: true" });
  site.receiver.answer = () => Response.json({ detail: "no" }, { status: 503 });
  const first = answered(site, 503);
  await site.run(`Monlight.captureError(new Error("lost"))`);
  await first;
  const second = answered(site, 503);
  await site.page.clock.runFor(6_000);
  await second;
  await site.page.clock.runFor(600_000);
  site.receiver.answer = () => Response.json({});
  await site.mark("end");
  assert.deepEqual(site.receiver.errors.map(({ message }) => message), ["lost", "lost", "end"]);
});

e2e("what happens offline is told when the browser is online again, within bounds", async () => {
  await using site = await Site.open({ clock: true });
  await site.mark("begin");
  await site.context.setOffline(true);
  await site.run(`for (let i = 0; i < 200; i++) Monlight.captureError(new Error("offline " + i))`);
  for (let i = 0; i < 5; i++) await site.page.clock.runFor(400_000);
  await site.context.setOffline(false);
  await site.receiver.errorSaying("offline 199");
  await site.mark("end");
  const told = site.receiver.errors.filter(({ message }) => message.startsWith("offline"));
  assert.ok(told.length >= 46 && told.length <= 60, `${told.length}`);
  assert.equal(new Set(told.map(({ event_id }) => event_id)).size, told.length);
});

e2e("leaving the page sends what waits, in requests that browsers let outlive it", async () => {
  await using site = await Site.open({ pages: PAGES });
  site.server.serve("/next", site.html("", null));
  await site.run(`Promise.all(["A", "B"].map((method) => fetch("/data", { method }))).then(() => {
    for (let i = 0; i < 4; i++) {
      Monlight.captureError(new Error("large " + i), { text: Array(20).fill("x".repeat(600)) });
    }
  })`);
  await site.page.goto(`${site.server.url}/next`);
  await site.receiver.metric("browser_http_requests_total");
  for (let i = 0; i < 4; i++) await site.receiver.errorSaying(`large ${i}`);
  assert.deepEqual(site.complaints, []);
});

e2e("leaving the page sends by a beacon where requests cannot outlive it", async () => {
  await using site = await Site.open({ pages: PAGES });
  await site.page.addInitScript(`delete Request.prototype.keepalive;
    const { sendBeacon } = navigator;
    navigator.sendBeacon = (...args) => sessionStorage.beacon = sendBeacon.apply(navigator, args);`);
  site.server.serve("/next", site.html("", null));
  await site.page.reload();
  await site.run(`fetch("/data").then(() => {})`);
  await site.page.goto(`${site.server.url}/next`);
  await site.receiver.metric("browser_http_requests_total");
  assert.equal(await site.run("sessionStorage.beacon"), "true");
});

e2e(
  "a hidden page keeps to the browser's 64 KiB, and sends the rest when there is room",
  async () => {
    await using site = await Site.open();
    await site.mark("begin");
    const held: (() => void)[] = [];
    site.receiver.answer = () =>
      new Promise((resolve) => held.push(() => resolve(Response.json({}))));
    const known = site.receiver.sizes.length;
    await site.run(`
    Object.defineProperty(document, "visibilityState", { value: "hidden" });
    for (let i = 0; i < 8; i++) {
      Monlight.captureError(new Error("large " + i), { text: Array(20).fill("x".repeat(900)) });
    }
  `);
    await site.receiver.error(4);
    const inFlight = site.receiver.sizes.slice(known).reduce((sum, size) => sum + size, 0);
    assert.ok(inFlight <= 65_536, `${inFlight}`);
    site.receiver.answer = () => Response.json({});
    for (const answer of held) answer();
    for (let i = 0; i < 8; i++) await site.receiver.errorSaying(`large ${i}`);
    assert.equal(site.receiver.errors.length, 9);
  },
);

e2e("a page is unharmed by a relay that is away, slow or forbidden", async (t) => {
  const work = async (site: Site) => {
    await site.run(`queueMicrotask(() => { throw new Error("of the page") })`);
    assert.equal(await site.run(`fetch("/data").then((answer) => answer.text())`), "some data");
    await site.run(`for (let i = 0; i < 300; i++) Monlight.captureError(new Error("error " + i))`);
    await site.run(leave);
  };
  await t.step("away", async () => {
    await using site = await Site.open({ pages: PAGES, config: `endpoint: "http://127.0.0.1:1"` });
    await work(site);
    assert.deepEqual(site.complaints.filter((text) => !/ERR_|of the page/.test(text)), []);
  });
  await t.step("slow", async () => {
    await using site = await Site.open({ pages: PAGES, clock: true });
    site.receiver.answer = () => new Promise(() => {});
    await work(site);
    // It is not waited for longer than 10 s, and then hardly asked.
    await site.page.clock.runFor(120_000);
    assert.ok(site.receiver.sizes.length < 30, `${site.receiver.sizes.length}`);
    assert.deepEqual(site.complaints.filter((text) => !/of the page/.test(text)), []);
  });
  await t.step("forbidden", async () => {
    await using site = await Site.open({ pages: PAGES, clock: true });
    const policy = "default-src 'self' 'unsafe-inline'; connect-src 'self'";
    const headers = { "content-type": "text/html", "content-security-policy": policy };
    site.server.serve("/strict", () => new Response(site.html(), { headers }));
    await site.page.goto(`${site.server.url}/strict`);
    await work(site);
    await site.page.clock.runFor(600_000);
    const violations = site.complaints.filter((text) => /Content Security Policy/.test(text));
    assert.ok(violations.length > 0 && violations.length < 150, `${violations.length}`);
    assert.deepEqual(
      site.complaints.filter((text) => !/Content Security Policy|of the page|ERR_/.test(text)),
      [],
    );
  });
});

e2e(
  "nothing is sent, kept or patched when the SDK is disabled or its options are wrong",
  async () => {
    await using site = await Site.open({ config: "enabled: false", pages: PAGES });
    const untouched = `[/^function fetch\\(\\)/.test(String(fetch)), sessionStorage.length]`;
    assert.deepEqual(await site.run(untouched), [true, 0]);
    await site.run(
      `Monlight.captureError(new Error("x")); Monlight.setUser("x"); Monlight.destroy();
    for (const options of [undefined, null, {}, { dsn: "" }, { dsn: 7 }, { dsn: "x", sampleRate: "often" }]) {
      const client = Monlight.init(options);
      client.captureError(new Error("x")); client.captureMessage("x"); client.destroy();
    }`,
    );
    assert.deepEqual(await site.run(untouched), [true, 0]);
    await site.run(`fetch("/data").then(() => { ${leave} })`);
    const warnings = site.complaints.filter((text) =>
      text.startsWith("[monlight] nothing is reported")
    );
    assert.equal(warnings.length, 6);
    assert.equal(site.receiver.sizes.length, 0);
  },
);

e2e("starting twice, or loading the script twice, tells everything once", async () => {
  await using site = await Site.open({ pages: PAGES });
  await site.page.addScriptTag({ url: "/monlight.min.js" });
  await site.run(
    `window.second = Monlight.init(MonlightConfig); window.third = Monlight.init(MonlightConfig)`,
  );
  await site.runLoose(`throw new Error("once")`);
  await site.run(`fetch("/data").then(() => second.captureError("of one that has ended"))`);
  await site.run(`third.captureError("of one that runs"); ${leave}`);
  await site.receiver.metric("browser_http_requests_total");
  await site.mark("end");
  const messages = site.receiver.errors.map(({ message }) => message).sort();
  assert.deepEqual(messages, ["end", "of one that runs", "once"]);
  const names = site.receiver.metrics.map(({ name }) => name);
  assert.deepEqual(names.filter((name) => name === "browser_http_requests_total").length, 1);
  assert.equal(new Set(names).size, names.length);
});

e2e("a tab has one session, also where it cannot be kept", async () => {
  await using site = await Site.open();
  await site.mark("first");
  await site.page.reload();
  await site.mark("second");
  assert.deepEqual(await site.context.cookies(), []);
  await site.page.addInitScript(`Object.defineProperty(window, "sessionStorage", {
    get() { throw new DOMException("no", "SecurityError") } })`);
  await site.page.reload();
  await site.mark("third");
  const session = async (mark: string) => (await site.receiver.errorSaying(mark)).session_id;
  const [first, second] = [await session("first"), await session("second")];
  const third = await session("third");
  assert.equal(first, second);
  assert.notEqual(second, third);
  assert.match(third, /^[\da-f]{32}$/);
});

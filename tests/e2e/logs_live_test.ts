import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { LogVisitor, series } from "./log_visitor.ts";
import { e2e } from "./visitor.ts";

e2e("the live tail", async (t) => {
  await using person = await LogVisitor.arrive({ printed: series("old", 100) });
  const { visitor } = person;
  const { page } = visitor;
  const pill = page.locator("[data-pill]");
  const last = async () => (await person.messages()).at(-1);
  const atEnd = async () => {
    const { top, end } = await person.scrolled();
    return end - top < 2;
  };
  let printed = 100;
  const print = (...names: readonly string[]) => {
    person.print(...names.map((text) => ({ text })));
    printed += names.length;
  };
  await page.goto("/logs");
  await person.live();

  await t.step("new lines appear by themselves, and stay in view", async () => {
    print("new 1", "new 2", "new 3");
    await person.seesLast("new 3");
    await visitor.eventually(atEnd, true);
    await visitor.seesText(page.locator("#log-total"), "103 lines");
    await pill.waitFor({ state: "hidden" });
  });

  await t.step(
    "scrolling up holds the list; a pill counts what is new, and goes there",
    async () => {
      await person.scrollTo(400);
      const before = await topRow(page);
      print("new 4", "new 5");
      await visitor.seesText(pill, "2 new lines");
      await visitor.eventually(() => topRow(page), before);
      await pill.click();
      await person.seesLast("new 5");
      await visitor.eventually(atEnd, true);
      await pill.waitFor({ state: "hidden" });
      print("new 6");
      await person.seesLast("new 6");
    },
  );

  await t.step("so does the key f", async () => {
    await person.scrollTo(0);
    print("new 7");
    await visitor.seesText(pill, "1 new line");
    await page.keyboard.press("f");
    await person.seesLast("new 7");
    await visitor.eventually(atEnd, true);
  });

  await t.step("a line that comes late goes where it belongs", async () => {
    const now = Date.now();
    person.print({ container: "web", text: "at ten", at: now });
    await person.seesLast("at ten");
    person.print({ container: "late", text: "at nine", at: now - 1000 });
    await visitor.eventually(async () => (await person.messages()).slice(-2), [
      "at nine",
      "at ten",
    ]);
    printed += 2;
  });

  await t.step(
    "switched off, nothing comes, also after a reload; switched on, all of it does",
    async () => {
      await page.getByRole("button", { name: "Live", exact: true }).click();
      await visitor.seesAddress("/logs?live=off");
      const shown = await last();
      print("new 8");
      await person.stored(printed);
      assert.equal(await last(), shown);
      await page.reload();
      await person.seesLast("new 8");
      await person.scripted();
      print("new 9");
      await person.stored(printed);
      assert.equal(await last(), "new 8");
      await page.getByRole("button", { name: "Live", exact: true }).click();
      await person.seesLast("new 9");
      await visitor.seesAddress("/logs");
    },
  );

  await t.step("filters hold for what comes as well", async () => {
    await page.getByRole("searchbox").fill("wanted");
    await page.getByText("No line matches").waitFor();
    print("unwanted", "wanted 1", "not it");
    await person.sees("wanted 1");
    await person.live();
    print("no", "wanted 2");
    await person.sees("wanted 1", "wanted 2");
    await page.goto("/logs");
    await person.live();
  });

  await t.step(
    "a hidden page gives its stream back, and catches up when it is looked at",
    async () => {
      await setHidden(page, true);
      print("unseen 1", "unseen 2");
      await person.stored(printed);
      await visitor.eventually(() => tails(person), 0);
      assert.notEqual(await last(), "unseen 2");
      await setHidden(page, false);
      await person.seesLast("unseen 2");
      await visitor.eventually(() => tails(person), 1);
    },
  );

  await t.step("with the newest on top it is the same the other way round", async () => {
    await page.getByRole("switch", { name: "Newest on top", exact: true }).click();
    print("top 1");
    await person.seesFirst("top 1");
    await visitor.eventually(async () => (await person.scrolled()).top, 0);
    await person.scrollTo(600);
    const before = await topRow(page);
    print("top 2", "top 3");
    await visitor.seesText(pill, "2 new lines");
    await visitor.eventually(() => topRow(page), before);
    await pill.click();
    await person.seesFirst("top 3");
    await page.getByRole("switch", { name: "Newest on top", exact: true }).click();
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("a tail goes on after the server was away, without a line missing or doubled", async () => {
  const { port } = freePort();
  const dataDir = await Deno.makeTempDir();
  const args = ["--only", "logs", "--port", String(port)];
  await using person = await LogVisitor.arrive({
    printed: series("old", 20),
    program: { args, dataDir },
  });
  const { visitor } = person;
  const { page } = visitor;
  await page.goto("/logs");
  await person.live();
  person.print({ text: "before" });
  await person.seesLast("before");
  await visitor.program.stop();
  await page.locator('[data-live-switch][data-state="waiting"]').waitFor();
  await visitor.seesText(page.locator('[data-edge="newer"]'), /connection is lost/);
  for (let at = 0; at < 30; at++) person.print({ text: `meanwhile ${at}` });
  const env = { TAIL_BUFFER: "0", POLL_INTERVAL: "0.1" };
  await visitor.restart({ args, env, dataDir, logSources: person.logs.path });
  await person.live();
  person.print({ text: "after" });
  await person.seesLast("after");
  const expected = [
    ...series("old", 20).map(({ text }) => text),
    "before",
    ...Array.from({ length: 30 }, (_, at) => `meanwhile ${at}`),
    "after",
  ];
  // All of them are drawn where all of them have room.
  await page.setViewportSize({ width: 1280, height: 1800 });
  await person.sees(...expected);
  // That the server was away is what the browser complains of.
  const complaints = visitor.complaints.filter((one) => !/ERR_CONNECTION|ERR_INCOMPLETE/.test(one));
  assert.deepEqual(complaints, []);
  await Deno.remove(dataDir, { recursive: true });
});

e2e("where all streams are taken, the page says so and looks every few seconds", async () => {
  await using person = await LogVisitor.arrive({ printed: series("old", 5) });
  const { visitor } = person;
  const { page, program } = visitor;
  // The page that signing in led to has a stream as well.
  await page.goto("/settings");
  await visitor.eventually(() => tails(person), 0);
  const others = await Promise.all(
    Array.from({ length: 5 }, () => program.fetch("/api/logs/tail")),
  );
  await page.goto("/logs");
  await page.getByText(/Too many live .*every few seconds instead/).waitFor();
  person.print({ text: "found by looking" });
  await person.seesLast("found by looking");
  for (const other of others) await other.body?.cancel();
  const complaints = visitor.complaints.filter((one) => !/status of 503/.test(one));
  assert.deepEqual(complaints, []);
});

e2e("lines that the server had to skip are told of, and can be loaded", async () => {
  await using person = await LogVisitor.arrive({ printed: series("old", 5) });
  const { visitor } = person;
  const { page } = visitor;
  // The page that signing in led to opens a stream as well, sooner or later.
  await page.goto("/settings");
  let isFirst = true;
  await page.route("**/api/logs/tail?*", async (route) => {
    // The first stream tells of lines that it left out, as if the page had been slow.
    if (!isFirst) return await route.abort();
    isFirst = false;
    for (let at = 0; at < 3; at++) person.print({ text: `skipped ${at}` });
    await person.stored(8);
    await route.fulfill({
      headers: { "content-type": "text/event-stream" },
      body: 'event: dropped\ndata: {"count":3}\n\n',
    });
  });
  // What the page would catch up with is what it is about to be told of.
  await page.route("**/api/logs?newer_than=*", (route) => route.abort(), { times: 1 });
  await page.goto("/logs");
  await page.getByText("3 lines skipped: this page did not keep up.").waitFor();
  await page.getByRole("button", { name: "Load them", exact: true }).click();
  await visitor.eventually(async () => (await person.messages()).slice(-3), [
    "skipped 0",
    "skipped 1",
    "skipped 2",
  ]);
  await visitor.seesCount(page.locator(".log-gap"), 0);
});

/** The row at the top of the view, and where it stands. */
async function topRow(page: Page) {
  return await page.locator(".log-scroll").evaluate((scroller) => {
    const view = scroller.getBoundingClientRect();
    const row = [...scroller.querySelectorAll("article.log")]
      .find((one) => one.getBoundingClientRect().top >= view.top + 24);
    return { id: row?.id, top: Math.round(row?.getBoundingClientRect().top ?? 0) };
  });
}

async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

/** Streams that the server has open. */
async function tails({ visitor }: LogVisitor): Promise<number> {
  const text = await (await visitor.program.fetch("/metrics")).text();
  return Number(/^monlight_log_tails\S*\s(\d+)/m.exec(text)?.[1] ?? NaN);
}

function freePort(): { readonly port: number } {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { port: listener.addr.port };
}

import assert from "node:assert/strict";
import { LogVisitor, series } from "./log_visitor.ts";
import { CLIPBOARD, e2e } from "./visitor.ts";

const ORDER = JSON.stringify({
  level: "info",
  msg: "order placed",
  user_id: 42,
  note: "two words",
  http: { status: 201 },
});
const TRACEBACK = `Traceback (most recent call last):
  File "/srv/app.py", line 7, in run
    charge(card)
ValueError: card 42 was refused`;

e2e("a line", async (t) => {
  const now = Date.now();
  await using person = await LogVisitor.arrive({
    browser: { permissions: CLIPBOARD },
    printed: [
      ...series("noise", 30, { container: "db", gapMs: 1000, end: now - 60_000 }),
      ...series("before", 40, { gapMs: 100, end: now - 10_000 }),
      { container: "web", text: ORDER, at: now - 9000 },
      { container: "worker", text: TRACEBACK, stream: "stderr", at: now - 8000 },
      {
        container: "web",
        text: '{"level":"info","msg":"order placed","user_id":7}',
        at: now - 7000,
      },
      ...series("after", 40, { gapMs: 100, end: now - 1000 }),
    ],
  });
  const { visitor, rows } = person;
  const { page } = visitor;
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const row = (text: string) => rows.filter({ has: page.locator(".log-text", { hasText: text }) });
  const order = row("user_id=42");
  await page.goto("/logs");
  await person.scripted();

  await t.step("of JSON shows what it says, and its fields behind that", async () => {
    await page.setViewportSize({ width: 1280, height: 1600 });
    assert.equal(
      await order.locator(".log-text").innerText(),
      'order placed  user_id=42 note="two words" http={"status":201}',
    );
  });

  await t.step("opens with a click, in place, and closes with another", async () => {
    const place = async () => (await order.boundingBox())?.y;
    await visitor.eventually(async () => await place() !== undefined, true);
    const before = await place();
    await order.locator(".log-text").click();
    const detail = order.locator(".log-detail");
    await detail.waitFor();
    assert.equal(await place(), before);
    assert.equal(await detail.locator(".log-whole").innerText(), ORDER);
    assert.deepEqual(await detail.locator(".log-fields tr").allInnerTexts(), [
      "level\tinfo",
      "msg\torder placed",
      "user_id\t42",
      "note\ttwo words",
      "http.status\t201",
    ]);
    await detail.getByText("Raw JSON").click();
    const raw = JSON.parse(await detail.locator(".log-json pre").innerText());
    assert.equal(raw.message, ORDER);
    assert.equal(raw.container, "web");
    await order.locator(".log-time").click();
    await detail.waitFor({ state: "detached" });
  });

  await t.step("selecting text does not open it", async () => {
    const box = await order.locator(".log-text").boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 2, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 90, box.y + 10);
    await page.mouse.up();
    assert.match(await page.evaluate(() => String(getSelection())), /order/);
    assert.equal(await page.locator(".log-detail").count(), 0);
    await page.mouse.click(10, 500);
  });

  await t.step("can be copied: message, JSON, link", async () => {
    const traceback = row("Traceback");
    await traceback.locator(".log-text").click();
    await traceback.getByRole("button", { name: "Copy message" }).click();
    await visitor.eventually(copied, TRACEBACK);
    await traceback.getByRole("button", { name: "Copy as JSON" }).click();
    await visitor.eventually(async () => (await copied()).startsWith("{"), true);
    assert.equal(JSON.parse(await copied()).message, TRACEBACK);
    await traceback.getByRole("link", { name: "Link to this line" }).click();
    await visitor.eventually(async () => /\/logs\?line=\d+#line-\d+$/.test(await copied()), true);
  });

  await t.step("its link opens the list around it, with it open and marked", async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(await copied());
    await person.scripted();
    const marked = page.locator("article.marked");
    assert.equal(await marked.locator(".log-whole").innerText(), TRACEBACK);
    const { y = 0 } = await marked.boundingBox() ?? {};
    assert.ok(y > 200 && y < 800, `It stands at ${y} px`);
    const texts = await person.messages();
    assert.ok(texts.includes("before 39") && texts.includes("after 0"));
  });

  await t.step("its context is what the container wrote, whatever the filters", async () => {
    await page.goto("/logs?search=user_id");
    await person.scripted();
    assert.equal(await rows.count(), 2);
    await rows.first().locator(".log-text").click();
    await rows.first().locator(".log-detail").waitFor();
    await page.keyboard.press("c");
    await page.getByText("Everything that web wrote around this line").waitFor();
    await person.scripted();
    const texts = await person.messages();
    assert.ok(texts.includes("before 39") && texts.includes("after 0"));
    assert.ok(texts.every((text) => !text.startsWith("noise") && !text.startsWith("Traceback")));
    await page.getByRole("link", { name: "Back to the list" }).click();
    await person.sees(
      'order placed  user_id=42 note="two words" http={"status":201}',
      "order placed  user_id=7",
    );
    assert.equal(await page.locator("article.marked").count(), 1);
  });

  await t.step("a field narrows the search", async () => {
    await page.goto("/logs?search=order");
    await person.scripted();
    await rows.first().locator(".log-text").click();
    await page.getByRole("link", { name: "42" }).click();
    await visitor.eventually(() => rows.count(), 1);
    assert.equal(new URL(page.url()).searchParams.get("search"), "order user_id:42");
    await rows.first().locator(".log-text").click();
    await page.getByRole("link", { name: "two words" }).click();
    await visitor.eventually(
      () => Promise.resolve(new URL(page.url()).searchParams.get("search")),
      'order user_id:42 note:"two words"',
    );
    await visitor.eventually(() => rows.count(), 1);
  });

  await t.step("that is not kept any more says so", async () => {
    await page.goto("/logs?line=999999");
    await page.getByText("That line is not kept any more").waitFor();
    assert.ok((await person.messages()).includes("after 39"));
    const response = await page.goto("/logs/999999");
    assert.equal(response?.status(), 404);
    visitor.complaints.length = 0;
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("lines by the keyboard", async (t) => {
  await using person = await LogVisitor.arrive({ printed: series("line", 200) });
  const { visitor } = person;
  const { page } = visitor;
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focused = () =>
    page.evaluate(() => document.activeElement?.querySelector(".log-text")?.textContent);
  await page.goto("/logs?live=off");
  await person.scripted();

  await t.step("k goes up from the bottom, j down again", async () => {
    await press("k", "k", "k");
    assert.equal(await focused(), "line 197");
    await press("j");
    assert.equal(await focused(), "line 198");
    await press("ArrowUp", "ArrowUp");
    assert.equal(await focused(), "line 196");
  });

  await t.step("what the cursor goes to is in view, far beyond what was", async () => {
    for (let at = 0; at < 60; at++) await press("k");
    assert.equal(await focused(), "line 136");
    const row = page.locator("article.current");
    const list = await page.locator(".log-scroll").boundingBox();
    const box = await row.boundingBox();
    assert.ok(list && box && box.y >= list.y && box.y + box.height <= list.y + list.height);
  });

  await t.step("Enter opens and closes, Escape closes and then lets go", async () => {
    const detail = page.locator("article.current .log-detail");
    await press("Enter");
    await detail.waitFor();
    await press("Enter");
    await detail.waitFor({ state: "detached" });
    await press("Enter");
    await detail.waitFor();
    await press("Escape");
    await detail.waitFor({ state: "detached" });
    await press("Escape");
    assert.equal(await page.locator("article.current").count(), 0);
  });

  await t.step("f goes to the newest line", async () => {
    await press("f");
    await visitor.eventually(async () => (await person.messages()).at(-1), "line 199");
  });

  await t.step("w wraps, / searches, g and a letter go elsewhere", async () => {
    await press("w");
    await page.locator(".log-list.wrapped").waitFor();
    await press("w");
    await press("/", "j", "k");
    assert.equal(await page.getByRole("searchbox").inputValue(), "jk");
    await press("Escape", "Escape", "?");
    await page.getByRole("dialog").getByText("Follow the newest lines").waitFor();
    await press("Escape", "g", "s");
    await page.waitForURL((url) => url.pathname === "/settings");
    await press("g", "l");
    await page.waitForURL((url) => url.pathname === "/logs");
  });
  assert.deepEqual(visitor.complaints, []);
});

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
  const seesAround = async () => {
    const texts = await person.messages();
    assert.ok(texts.includes("before 39") && texts.includes("after 0"), texts.join("\n"));
  };
  await page.goto("/logs");
  await person.scripted();

  await t.step("of JSON shows what it says, and its fields behind that", async () => {
    await page.setViewportSize({ width: 1280, height: 1600 });
    await visitor.seesText(
      order.locator(".log-text"),
      'order placed  user_id=42 note="two words" http={"status":201}',
    );
  });

  await t.step("opens with a click, in place, and closes with another", async () => {
    const place = async () => (await order.boundingBox())?.y;
    // The taller window is filled by now, and nothing moves any more.
    let before: number | undefined;
    await visitor.until(async () => {
      const [earlier, now] = [before, await place()];
      before = now;
      assert.ok(now !== undefined && now === earlier, `from ${earlier} to ${now}`);
    });
    await order.locator(".log-text").click();
    const detail = order.locator(".log-detail");
    await detail.waitFor();
    await visitor.eventually(place, before);
    await visitor.seesText(detail.locator(".log-whole"), ORDER);
    await visitor.seesTexts(
      detail.locator(".log-fields tr"),
      "level\tinfo",
      "msg\torder placed",
      "user_id\t42",
      "note\ttwo words",
      "http.status\t201",
    );
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
    await visitor.eventually(
      () => page.evaluate(() => /order/.test(String(getSelection()))),
      true,
    );
    assert.equal(await page.locator(".log-detail").count(), 0);
    await page.mouse.click(10, 500);
    // A click is none as long as something is selected.
    await visitor.eventually(() => page.evaluate(() => String(getSelection())), "");
  });

  await t.step("can be copied: message, JSON, link", async () => {
    const traceback = row("Traceback");
    await traceback.locator(".log-text").click();
    await traceback.getByRole("button", { name: "Copy message", exact: true }).click();
    await visitor.eventually(copied, TRACEBACK);
    await traceback.getByRole("button", { name: "Copy as JSON", exact: true }).click();
    await visitor.eventually(async () => (await copied()).startsWith("{"), true);
    assert.equal(JSON.parse(await copied()).message, TRACEBACK);
    await traceback.getByRole("link", { name: "Link to this line", exact: true }).click();
    await visitor.eventually(async () => /\/logs\?line=\d+#line-\d+$/.test(await copied()), true);
  });

  await t.step("its link opens the list around it, with it open and marked", async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(await copied());
    await person.scripted();
    const marked = page.locator("article.marked");
    await visitor.seesText(marked.locator(".log-whole"), TRACEBACK);
    await visitor.until(async () => {
      const { y = 0 } = await marked.boundingBox() ?? {};
      assert.ok(y > 200 && y < 800, `It stands at ${y} px`);
    });
    await visitor.until(seesAround);
  });

  await t.step("its context is what the container wrote, whatever the filters", async () => {
    await page.goto("/logs?search=user_id");
    await person.scripted();
    await visitor.seesCount(rows, 2);
    await rows.first().locator(".log-text").click();
    await rows.first().locator(".log-detail").waitFor();
    await page.keyboard.press("c");
    await page.getByText("Everything that web wrote around this line").waitFor();
    await person.scripted();
    await visitor.until(seesAround);
    const texts = await person.messages();
    assert.ok(texts.every((text) => !text.startsWith("noise") && !text.startsWith("Traceback")));
    await page.getByRole("link", { name: "Back to the list", exact: true }).click();
    await person.sees(
      'order placed  user_id=42 note="two words" http={"status":201}',
      "order placed  user_id=7",
    );
    await visitor.seesCount(page.locator("article.marked"), 1);
  });

  await t.step("a field narrows the search", async () => {
    await page.goto("/logs?search=order");
    await person.scripted();
    await rows.first().locator(".log-text").click();
    await page.getByRole("link", { name: "42", exact: true }).click();
    await visitor.seesCount(rows, 1);
    await visitor.seesParameter("search", "order user_id:42");
    await rows.first().locator(".log-text").click();
    await page.getByRole("link", { name: "two words", exact: true }).click();
    await visitor.seesParameter("search", 'order user_id:42 note:"two words"');
    await visitor.seesCount(rows, 1);
  });

  await t.step("that is not kept any more says so", async () => {
    await page.goto("/logs?line=999999");
    await page.getByText("That line is not kept any more").waitFor();
    await visitor.eventually(async () => (await person.messages()).includes("after 39"), true);
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
  const focuses = (text: string) =>
    visitor.eventually(
      () => page.evaluate(() => document.activeElement?.querySelector(".log-text")?.textContent),
      text,
    );
  await page.goto("/logs?live=off");
  await person.scripted();

  await t.step("k goes up from the bottom, j down again", async () => {
    await press("k", "k", "k");
    await focuses("line 197");
    await press("j");
    await focuses("line 198");
    await press("ArrowUp", "ArrowUp");
    await focuses("line 196");
  });

  await t.step("what the cursor goes to is in view, far beyond what was", async () => {
    for (let at = 0; at < 60; at++) await press("k");
    await focuses("line 136");
    await visitor.until(async () => {
      const list = await page.locator(".log-scroll").boundingBox();
      const box = await page.locator("article.current").boundingBox();
      assert.ok(list && box && box.y >= list.y && box.y + box.height <= list.y + list.height);
    });
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
    await visitor.seesCount(page.locator("article.current"), 0);
  });

  await t.step("f goes to the newest line", async () => {
    await press("f");
    await person.seesLast("line 199");
  });

  await t.step("w wraps, / searches, g and a letter go elsewhere", async () => {
    await press("w");
    await page.locator(".log-list.wrapped").waitFor();
    await press("w");
    await press("/", "j", "k");
    await visitor.eventually(() => page.getByRole("searchbox").inputValue(), "jk");
    await visitor.seesParameter("search", "jk");
    await press("Escape");
    await visitor.seesParameter("search", null);
    await press("Escape", "/");
    await page.keyboard.type("line 7");
    await press("Enter");
    // What was typed may have been found before Enter, which finds it anew.
    await visitor.seesCount(page.locator("html[data-loading]"), 0);
    await person.sees("line 7");
    await press("k", "Enter");
    await page.locator("article.current .log-detail").waitFor();
    await page.goBack();
    await person.seesLast("line 199");
    await press("?");
    await page.getByRole("dialog").getByText("Follow the newest lines").waitFor();
    await press("Escape", "g", "s");
    await visitor.seesPath("/settings");
    await press("g", "l");
    await visitor.seesPath("/logs");
  });
  assert.deepEqual(visitor.complaints, []);
});

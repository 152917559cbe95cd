import assert from "node:assert/strict";
import { CHECKOUT_REPORT } from "./sample_reports.ts";
import { CLIPBOARD, e2e, named, Visitor } from "./visitor.ts";

e2e("the page of an error", async (t) => {
  await using visitor = await Visitor.arrive({ browser: { permissions: CLIPBOARD } });
  const { page, program } = visitor;
  await visitor.report(CHECKOUT_REPORT, {
    ...CHECKOUT_REPORT,
    request_url: "https://shop.example.org/cart",
    user_id: "u_2",
    environment: "staging",
  });
  await page.goto("/errors/1");
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());

  await t.step("tells type, message, place, state and facts", async () => {
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "ValueError");
    const text = await page.locator("main").innerText();
    assert.match(text, /could not convert string to float: 'n\/a'/);
    assert.match(text, /checkout\.py:88 in parse_price/);
    assert.match(text, /New/);
    const facts = await page.locator(".facts").innerText();
    assert.match(facts, /Events\s+2\s/);
    assert.match(facts, /production 1\s+staging 1|staging 1\s+production 1/);
    assert.match(facts, /Release\s+shop@2026\.11\.3/);
    assert.match(facts, /Fingerprint\s+[0-9a-f]{32}/);
    assert.match(await page.locator(".histogram").innerText(), /Last 30 days\s+2 events/);
  });

  await t.step(
    "opens frames of the application, folds libraries, marks the one that failed",
    async () => {
      await page.getByText("return float(text)").waitFor();
      assert.ok(await page.getByText("raw_response = await").isHidden());
      await page.getByText("5 library frames").click();
      await page.getByText("raw_response = await").waitFor();
      const failing = page.locator(".failing");
      assert.equal(await failing.count(), 1);
      assert.match(await failing.innerText(), /failed here[\s\S]*line 88, in parse_price/);
    },
  );

  await t.step("has the traceback as it came", async () => {
    await page.getByRole("link", { name: "Raw", exact: true }).click();
    await visitor.seesAddress("/errors/1?view=raw");
    await visitor.eventually(
      () => page.locator(".trace.raw").textContent(),
      CHECKOUT_REPORT.traceback,
    );
    await page.getByRole("button", { name: "Copy traceback", exact: true }).click();
    await visitor.eventually(clipboard, CHECKOUT_REPORT.traceback);
    await page.getByRole("link", { name: "Frames", exact: true }).click();
    await page.locator(".failing").waitFor();
  });

  await t.step("steps through occurrences with their context", async () => {
    const context = page.locator(".context");
    await visitor.seesText(context, /example\.org\/cart[\s\S]*u_2[\s\S]*staging/);
    await visitor.seesText(context, /"sku": "TEA-001"/);
    await visitor.seesText(context, /user-agent\s+Mozilla/);
    await page.keyboard.press("]");
    await visitor.seesAddress(/occurrence=/);
    await visitor.seesText(context, /checkout\?step=payment/);
    await page.keyboard.press("[");
    await visitor.seesText(context, /example\.org\/cart/);
    await page.locator(".occurrences li a").nth(1).click();
    await visitor.seesText(context, /u_48213/);
  });

  await t.step("is copied as Markdown by y", async () => {
    await page.keyboard.press("y");
    await visitor.eventually(async () => (await clipboard()).startsWith("## ValueError: "), true);
    const text = await clipboard();
    assert.ok(text.includes(`- **Link:** ${program.url}/errors/1`));
    assert.ok(text.includes("`shop@2026.11.3`"));
    assert.ok(text.includes("```text\nTraceback (most recent call last):"));
    assert.equal(text.includes("Mozilla"), false);
  });

  await t.step("an unknown one is not found", async () => {
    for (const id of ["999", "x", "-1", "1e3", "99999999999999999999"]) {
      const response = await page.goto(`/errors/${id}`);
      assert.equal(response?.status(), 404);
    }
    assert.match(await page.locator("main").innerText(), /Not found/);
    visitor.complaints.length = 0;
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("the page of an error keeps itself up to date", async (t) => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  const again = (count: number) =>
    visitor.report(
      ...Array.from({ length: count }, (_, at) => named("Again", { user_id: `u${at}` })),
    );
  await again(2);
  await page.clock.install();
  await page.goto("/errors/1");
  const refresh = async () => {
    const refreshed = page.waitForResponse((response) => response.url().includes("/errors/1"));
    await page.clock.runFor(10_100);
    await refreshed;
  };
  const events = page.locator(".facts dd").first();

  await t.step("its count grows, the traceback in view stays", async () => {
    await page.locator(".trace-card").evaluate((card) => card.setAttribute("data-probe", "same"));
    await again(1);
    await refresh();
    await visitor.seesText(events, "3");
    await visitor.seesCount(page.locator(".occurrences li"), 3);
    assert.equal(await page.locator(".trace-card[data-probe]").count(), 1);
    assert.match(await page.locator(".context").innerText(), /u1/);
  });

  await t.step("also when it is no longer kept, until the newest is asked for", async () => {
    await again(6);
    await refresh();
    await visitor.seesText(events, "9");
    assert.equal(await page.locator(".trace-card[data-probe]").count(), 1);
    await visitor.seesCount(page.locator(".occurrences [aria-current]"), 0);
    await page.getByRole("button", { name: "Show the newest occurrence", exact: true }).click();
    await visitor.seesCount(page.locator(".trace-card[data-probe]"), 0);
    await visitor.seesText(page.locator(".context"), /u5/);
  });

  await t.step("an address of one that is gone shows the newest and says so", async () => {
    await page.goto("/errors/1?occurrence=1");
    await page.getByText("That occurrence is no longer kept").waitFor();
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("a huge traceback stays usable", async () => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  const line = "x".repeat(200_000);
  await visitor.report({ exception_type: "Huge", traceback: line });
  await page.goto("/errors/1");
  assert.match(await page.locator(".trace").innerText(), /196,000 more characters in the raw view/);
  await page.getByRole("link", { name: "Raw", exact: true }).click();
  await visitor.eventually(
    async () => (await page.locator(".trace.raw").textContent())?.length,
    line.length,
  );
  const { scrollWidth, clientWidth } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: document.documentElement.clientWidth,
  }));
  assert.ok(scrollWidth <= clientWidth);
  assert.deepEqual(visitor.complaints, []);
});

e2e("times are exact in the reader's own zone on hover", async () => {
  await using visitor = await Visitor.arrive({ browser: { timezoneId: "Asia/Kolkata" } });
  const { page } = visitor;
  await visitor.report({});
  await page.goto("/errors/1");
  const time = page.locator(".facts time").first();
  await visitor.eventually(async () => (await time.getAttribute("title"))?.slice(-8), "UTC+5:30");
  assert.match(await time.getAttribute("datetime") ?? "", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.equal(await time.innerText(), "just now");
});

import assert from "node:assert/strict";
import { LogVisitor, series } from "./log_visitor.ts";
import { e2e } from "./visitor.ts";

const LONG_NAME = "kubernetes.labels.app.kubernetes.io/managed-by";
const FIELDS = JSON.stringify({ "x-forwarded-for": 200, [LONG_NAME]: "x".repeat(300) });

e2e("on a phone", async (t) => {
  await using person = await LogVisitor.arrive({
    printed: [
      ...series("line", 100),
      { container: "fields", text: FIELDS },
      { container: "other", text: "ERROR: the last one" },
    ],
    browser: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  });
  const { visitor, rows } = person;
  const { page } = visitor;
  await page.goto("/logs");
  await person.live();

  await t.step("a row has time, level and container above its message", async () => {
    const row = rows.last();
    await visitor.until(async () => {
      const message = await row.locator(".log-text").boundingBox();
      const container = await row.locator(".log-name").boundingBox();
      assert.ok(message && container && message.y > container.y);
      assert.equal((await row.boundingBox())?.height, 44);
      assert.ok(message.y + message.height < 844);
    });
  });

  await t.step("the filters are folded away", async () => {
    assert.ok(await page.locator(".levels").isHidden());
    await page.getByText("Filters", { exact: true }).tap();
    await page.locator(".level-chip.log-error").tap();
    await visitor.seesCount(rows, 1);
    await page.locator(".levels").waitFor();
    await visitor.seesText(page.locator(".logs-fold .badge"), "1");
  });

  await t.step("a tap opens a line", async () => {
    await rows.last().locator(".log-text").tap();
    await rows.last().locator(".log-detail").waitFor();
  });

  await t.step("the names of fields break only where they must", async () => {
    await page.goto("/logs?container=fields");
    await person.live();
    await rows.last().locator(".log-text").tap();
    const lines = async (name: string) => {
      const box = await page.locator(".log-fields th", { hasText: name }).boundingBox();
      assert.ok(box && box.width < 0.45 * 390, `It is ${box?.width} px wide`);
      return Math.round(box.height / 20);
    };
    await visitor.eventually(() => lines("x-forwarded-for"), 1);
    assert.ok(await lines(LONG_NAME) > 1);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  });
  assert.deepEqual(visitor.complaints, []);
});

import assert from "node:assert/strict";
import { LogVisitor, series } from "./log_visitor.ts";
import { e2e } from "./visitor.ts";

e2e("the logs without script", async (t) => {
  const now = Date.now();
  await using person = await LogVisitor.arrive({
    printed: [
      ...series("line", 200, { end: now - 60_000 }),
      { container: "worker", text: "ERROR: it broke user_id=7 job=3", at: now },
    ],
    browser: { javaScriptEnabled: false },
  });
  const { visitor, rows } = person;
  const { page } = visitor;

  await t.step("the newest lines are in view", async () => {
    await page.goto("/logs");
    assert.equal((await person.messages()).at(-1), "ERROR: it broke user_id=7 job=3");
    const box = await rows.last().boundingBox();
    assert.ok(box && box.y + box.height <= 720);
  });

  await t.step("older ones are a link away", async () => {
    await page.getByRole("link", { name: "Older lines", exact: true }).click();
    await person.seesLast("line 120");
    await page.getByRole("link", { name: "The newest lines", exact: true }).click();
    await person.seesLast("ERROR: it broke user_id=7 job=3");
    assert.equal((await person.messages()).length, 80);
  });

  await t.step("filters are a form", async () => {
    await page.getByRole("checkbox", { name: /^ERROR/ }).check({ force: true });
    await page.getByText("Containers", { exact: true }).first().click();
    await page.getByRole("checkbox", { name: /^web\b/ }).check();
    await page.getByRole("checkbox", { name: /^worker\b/ }).check();
    await page.getByRole("button", { name: "Apply", exact: true }).first().click();
    await person.sees("ERROR: it broke user_id=7 job=3");
    await page.getByRole("searchbox").fill("nothing");
    await page.keyboard.press("Enter");
    await visitor.seesParameter("search", "nothing");
    await visitor.seesText(page.locator("main"), /container web or worker, level ERROR/);
    await page.goBack();
    await person.sees("ERROR: it broke user_id=7 job=3");
  });

  await t.step("a line opens, with its fields and its context", async () => {
    await rows.last().locator(".log-time").click();
    await visitor.seesText(page.locator("article.marked .log-detail"), /user_id\s+7/);
    await page.getByRole("link", { name: /^Context/ }).click();
    await page.getByText("Everything that worker wrote").waitFor();
    await page.getByRole("link", { name: "Back to the list", exact: true }).click();
    await page.locator("article.marked").waitFor();
  });

  await t.step("so do the switches", async () => {
    await page.goto("/logs");
    await page.getByRole("switch", { name: "Newest on top", exact: true }).click();
    await person.seesFirst("ERROR: it broke user_id=7 job=3");
    await page.getByRole("switch", { name: "Wrap long messages", exact: true }).click();
    await visitor.seesAddress("/logs?wrap=on&top=newest");
  });
});
